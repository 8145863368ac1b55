#include "tool/inference/store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "ninja-gen/error.h"
#include "tool/inference/stored_form.h"

namespace aibuild {

namespace asio = boost::asio;
namespace fs = std::filesystem;

namespace {

// Several times the largest answer that a request may ask for.
constexpr std::size_t max_file = 64U << 20U;

class Descriptor {
  public:
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor() {
        if (number_ >= 0) close(number_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int number() const { return number_; }

  private:
    int number_;
};

std::optional<std::string> read_file(const fs::path& path) {
    const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    struct stat status {};
    if (file.number() < 0 || fstat(file.number(), &status) != 0 || !S_ISREG(status.st_mode))
        return std::nullopt;
    const auto size = static_cast<std::size_t>(status.st_size);
    if (size > max_file) return std::nullopt;
    std::string text(size, '\0');
    std::size_t have = 0;
    while (have < size) {
        const ssize_t got = read(file.number(), text.data() + have, size - have);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return std::nullopt;
        have += static_cast<std::size_t>(got);
    }
    return text;
}

[[noreturn]] void cannot_write(const fs::path& path, int error) {
    throw Error(Exit::failure, "store.write", path.string(),
                fmt::format("A response can't be stored: {}.", std::strerror(error)),
                "Free space or correct the permissions there, or set XDG_CACHE_HOME to another directory.");
}

void write_all(int file, std::string_view text, const fs::path& path) {
    while (!text.empty()) {
        const ssize_t done = write(file, text.data(), text.size());
        if (done < 0 && errno == EINTR) continue;
        if (done <= 0) cannot_write(path, done < 0 ? errno : EIO);
        text.remove_prefix(static_cast<std::size_t>(done));
    }
}

// Prompts may quote a person's sources: what is made here is for their eyes.
void make_directories(const fs::path& path) {
    if (path.empty() || mkdir(path.c_str(), 0700) == 0 || errno == EEXIST) return;
    if (errno != ENOENT) cannot_write(path, errno);
    make_directories(path.parent_path());
    if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) cannot_write(path, errno);
}

// Readers, and other writers of the same file, see nothing of it or all of it.
void write_atomically(const fs::path& path, std::string_view text) {
    make_directories(path.parent_path());
    std::string temporary = path.string() + ".XXXXXX";
    const Descriptor file(mkostemp(temporary.data(), O_CLOEXEC));
    if (file.number() < 0) cannot_write(path, errno);
    try {
        write_all(file.number(), text, path);
        if (fsync(file.number()) != 0) cannot_write(path, errno);
        if (rename(temporary.c_str(), path.c_str()) != 0) cannot_write(path, errno);
    } catch (...) {
        unlink(temporary.c_str());
        throw;
    }
    const Descriptor directory(open(path.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (directory.number() < 0 || fsync(directory.number()) != 0) cannot_write(path, errno);
}

bool is_key(const std::string& key) {
    return key.size() == 64 && key.find_first_not_of("0123456789abcdef") == std::string::npos;
}

struct Stored {
    std::string text;
    Response response;
};

std::optional<Stored> load(const fs::path& directory, const std::string& key) {
    auto text = read_file(directory / ResponseStore::relative_path(key));
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
    explicit Replay(std::shared_ptr<ResponseStore> store) : store_(std::move(store)) {}

    std::string name() const override { return "replay"; }
    bool costs() const override { return false; }

    asio::awaitable<Response> answer(const Request& request, CallWatch* /*watch*/) override {
        const std::string key = key_of(request);
        if (auto found = store_->find(key)) co_return *std::move(found);
        throw Error(
            Exit::provider, "provider.replay-miss", request.subject,
            fmt::format("No stored response answers this request: stage \"{}\", model \"{}\", key {}.",
                        request.stage, request.model, key),
            "Ask a model once with the same description and the same version of AIBuild; its answers are "
            "stored and can be replayed from then on.");
    }

  private:
    std::shared_ptr<ResponseStore> store_;
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
    // The base directory specification wants a relative path ignored.
    const char* cache = std::getenv("XDG_CACHE_HOME");
    if (cache != nullptr && *cache == '/') return fs::path(cache) / "aibuild/responses";
    const char* home = std::getenv("HOME");
    if (home != nullptr && *home == '/') return fs::path(home) / ".cache/aibuild/responses";
    throw Error(Exit::usage, "store.home", "HOME", "There is no home directory to keep responses in.",
                "Set HOME, or XDG_CACHE_HOME, to an absolute path.");
}

std::unique_ptr<Provider> stored(std::unique_ptr<Provider> inner, std::shared_ptr<ResponseStore> store) {
    return std::make_unique<StoredProvider>(std::move(inner), std::move(store));
}

std::unique_ptr<Provider> replay(std::shared_ptr<ResponseStore> store) {
    return std::make_unique<Replay>(std::move(store));
}

}  // namespace aibuild
