#include "tool/inference/store.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "ninja-gen/error.h"
#include "tool/inference/private_file.h"
#include "tool/inference/stored_form.h"

namespace aibuild {

namespace asio = boost::asio;
namespace fs = std::filesystem;

namespace {

bool is_key(const std::string& key) {
    return key.size() == 64 && key.find_first_not_of("0123456789abcdef") == std::string::npos;
}

struct Stored {
    std::string text;
    Response response;
};

std::optional<Stored> load(const fs::path& directory, const std::string& key) {
    auto text = read_private_file(directory / ResponseStore::relative_path(key));
    if (!text) return std::nullopt;
    auto response = stored_response(*text, key);
    if (!response) return std::nullopt;
    return Stored{*std::move(text), *std::move(response)};
}

std::optional<Stored> load(const std::vector<fs::path>& directories, const std::string& key) {
    if (!is_key(key)) return std::nullopt;
    for (const auto& directory : directories) {
        if (auto stored = load(directory, key)) return stored;
    }
    return std::nullopt;
}

class StoredProvider : public Provider {
  public:
    StoredProvider(std::unique_ptr<Provider> inner, std::shared_ptr<ResponseStore> store)
        : inner_(std::move(inner)), store_(std::move(store)) {}

    std::string name() const override { return inner_->name(); }
    bool costs() const override { return inner_->costs(); }

    asio::awaitable<Response> answer(const Request& request, CallWatch* watch = nullptr) override {
        const std::string key = key_of(request);
        if (auto found = store_->find(key)) co_return *std::move(found);
        Response response = co_await inner_->answer(request, watch);
        if (response.outcome == Outcome::complete) store_->put(request, response);
        response.key = key;
        co_return response;
    }

  private:
    std::unique_ptr<Provider> inner_;
    std::shared_ptr<ResponseStore> store_;
};

class Replay : public Provider {
  public:
    Replay(std::shared_ptr<ResponseStore> store, bool frozen) : store_(std::move(store)), frozen_(frozen) {}

    std::string name() const override { return frozen_ ? "frozen" : "replay"; }
    bool costs() const override { return false; }

    asio::awaitable<Response> answer(const Request& request, CallWatch* /*watch*/) override {
        const std::string key = key_of(request);
        if (auto found = store_->find(key)) co_return *std::move(found);
        if (frozen_) {
            throw Error(
                Exit::policy, "provider.frozen", request.subject,
                "Nobody may be asked (frozen), and no stored answer is there.",
                "Run the same command without --frozen where that is allowed, and commit what it made.");
        }
        throw Error(
            Exit::provider, "provider.replay-miss", request.subject,
            fmt::format("No stored response answers this request: stage \"{}\", model \"{}\", key {}.",
                        request.stage, request.model, key),
            "Ask a model once with the same description and the same version of AIBuild; its answers are "
            "stored and can be replayed from then on.");
    }

  private:
    std::shared_ptr<ResponseStore> store_;
    bool frozen_;
};

}  // namespace

ResponseStore::ResponseStore(std::vector<fs::path> read, fs::path write)
    : read_(std::move(read)), write_(std::move(write)) {}

std::optional<Response> ResponseStore::find(const std::string& key) const {
    auto stored = load(read_, key);
    if (!stored) return std::nullopt;
    stored->response.key = key;
    return std::move(stored->response);
}

std::optional<Request> ResponseStore::request(const std::string& key) const {
    const auto stored = load(read_, key);
    return stored ? stored_request(stored->text, key) : std::nullopt;
}

void ResponseStore::put(const Request& request, const Response& response) {
    if (response.outcome != Outcome::complete) throw std::logic_error("only complete responses are stored");
    const std::string key = key_of(request);
    if (load(write_, key)) return;
    write_atomically(write_ / relative_path(key), stored_text(request, response));
}

void ResponseStore::forget(const std::string& key) {
    std::error_code ignored;
    std::filesystem::remove(write_ / relative_path(key), ignored);
}

std::string ResponseStore::file_text(const std::string& key) const {
    if (auto stored = load(read_, key)) return std::move(stored->text);
    throw Error(Exit::failure, "store.missing", key,
                "The response that something was made from is in no store that is looked at.",
                "Restore .aibuild/responses/ from version control, or generate again.");
}

std::string ResponseStore::relative_path(const std::string& key) {
    return fmt::format("{}/{}.json", key.substr(0, 2), key);
}

fs::path user_response_cache() {
    return user_cache() / "responses";
}

std::unique_ptr<Provider> stored(std::unique_ptr<Provider> inner, std::shared_ptr<ResponseStore> store) {
    return std::make_unique<StoredProvider>(std::move(inner), std::move(store));
}

std::unique_ptr<Provider> replay(std::shared_ptr<ResponseStore> store) {
    return std::make_unique<Replay>(std::move(store), false);
}

std::unique_ptr<Provider> frozen(std::shared_ptr<ResponseStore> store) {
    return std::make_unique<Replay>(std::move(store), true);
}

}  // namespace aibuild
