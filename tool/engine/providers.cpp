#include "tool/engine/providers.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/algorithm/string/split.hpp>
#include <cstdlib>

#include "ninja-gen/error.h"
#include "tool/inference/builtin.h"
#include "tool/inference/call_record.h"
#include "tool/inference/capabilities.h"
#include "tool/inference/chain.h"
#include "tool/text/log.h"

namespace aibuild {

namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

// Writes down what each call of a server came to, and tells the log.
class Recorded : public Provider {
  public:
    Recorded(std::unique_ptr<Provider> inner, std::string url, Price price)
        : inner_(std::move(inner)), url_(std::move(url)), price_(price), log_(user_call_log_directory()) {}

    std::string name() const override { return inner_->name(); }
    bool costs() const override { return inner_->costs(); }

    asio::awaitable<Response> answer(const Request& request, CallWatch* watch) override {
        Seen seen(watch);
        CallRecord record;
        record.time = std::chrono::system_clock::now();
        record.request = key_of(request);
        record.stage = request.stage;
        record.subject = request.subject;
        record.server = url_;
        record.model = request.model;
        const auto begun = Clock::now();
        const auto keep = [&](std::string outcome) {
            record.outcome = std::move(outcome);
            record.requests = seen.requests;
            record.api = seen.api;
            record.duration = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begun);
            std::string problem;
            if (!log_.append(record, problem)) log(LogLevel::warning, problem);
            log(LogLevel::info,
                fmt::format("{} of {}: {} after {} requests, {} ms", record.subject, record.model,
                            record.outcome, record.requests, record.duration.count()));
        };
        try {
            Response response = co_await inner_->answer(request, &seen);
            record.model = response.model;
            record.usage = response.usage;
            response.cost = record.cost = cost_of(price_, response.usage);
            record.warnings = response.warnings;
            keep(std::string(name_of(response.outcome)));
            co_return response;
        } catch (const Error& error) {
            if (seen.requests > 0) keep(error.rule());
            throw;
        }
    }

  private:
    struct Seen : CallWatch {
        explicit Seen(CallWatch* outer) : to(outer) {}
        void sent(int number) override {
            requests = number;
            if (to != nullptr) to->sent(number);
        }
        void received(std::size_t bytes) override {
            if (to != nullptr) to->received(bytes);
        }
        void waits(const std::string& why, std::chrono::milliseconds time) override {
            if (to != nullptr) to->waits(why, time);
        }
        void speaks(const Dialect& dialect) override {
            api = name_of(dialect.api);
            if (to != nullptr) to->speaks(dialect);
        }
        CallWatch* to;
        int requests = 0;
        std::string api;
    };

    std::unique_ptr<Provider> inner_;
    std::string url_;
    Price price_;
    CallLog log_;
};

bool has_key(const ToolSettings& settings, const TakenKeys& keys) {
    return keys.contains("AIBUILD_API_KEY") || keys.contains("OPENAI_API_KEY") ||
           settings.given("key_file") || settings.given("key_command");
}

// The clocks of the settings. A person who gives one answer so much time means all of it: a local model may
// read a long prompt for minutes before its first word.
void take_clocks(const ToolSettings& settings, OpenAiSettings& out) {
    const auto clock = [&](const char* name, std::chrono::milliseconds& into) {
        into = settings.seconds(name).value_or(into);
    };
    clock("timeout", out.total_timeout);
    clock("connect_timeout", out.connect_timeout);
    clock("first_byte_timeout", out.first_byte_timeout);
    clock("idle_timeout", out.idle_timeout);
    if (settings.given("timeout") && !settings.given("first_byte_timeout"))
        out.first_byte_timeout = out.total_timeout;
    for (auto* each : {&out.connect_timeout, &out.first_byte_timeout, &out.idle_timeout})
        *each = std::min(*each, out.total_timeout);
}

std::optional<Api> api_named(const std::string& name) {
    if (name == "chat") return Api::chat;
    if (name == "responses") return Api::responses;
    return std::nullopt;
}

Price price_of(const ToolSettings& settings, const Server* server) {
    Price out{settings.amount("price_input"), settings.amount("price_output")};
    if (server != nullptr && server->price_input) out.input = server->price_input;
    if (server != nullptr && server->price_output) out.output = server->price_output;
    return out;
}

std::vector<std::string> models_of(const ToolSettings& settings, const std::string& name) {
    std::vector<std::string> out = models_for(settings, name);
    if (!out.empty()) return out;
    throw Error(Exit::usage, "model.missing", "-m",
                "No model is named; which one is asked, and what that costs, is not for AIBuild to guess.",
                "Add -m MODEL, or set AIBUILD_MODEL. `aibuild-gen models` lists what a server has.");
}

}  // namespace

std::vector<std::string> models_for(const ToolSettings& settings, const std::string& name) {
    std::vector<std::string> out = settings.list("model");
    const Server* server = settings.server(name);
    // A server's own models are meant for it; those of the settings for whoever has none.
    if (server != nullptr && !server->models.empty() &&
        (out.empty() || settings.explain("model").front().layer != SettingLayer::flag))
        out = server->models;
    return out;
}

OpenAiSettings server_settings(const ToolSettings& settings, const TakenKeys& keys, const fs::path& root,
                               const std::string& name, bool first) {
    OpenAiSettings out;
    const Server* server = settings.server(name);
    KeySources sources;
    if (server != nullptr) {
        out.name = name;
        out.url_place = "\"base_url\" of " + server->place;
        out.key_place = "\"key_file\" of " + server->place;
        if (!server->preset.empty()) out.server = server_preset(server->preset);
        out.base_url = !server->base_url.empty() ? server->base_url : out.server.base_url;
        out.headers = server->headers;
        // Of a server that is like no other nobody knows the variable: OPENAI_API_KEY is for OpenAI.
        sources = server_key_sources(*server, root, server->preset.empty() ? "" : out.server.key_environment);
    } else if (name == "openai") {
        const std::string url = settings.text("base_url");
        // OPENAI_BASE_URL mostly leads to somebody else, of whom nothing is known.
        if (url == server_preset("openai").base_url) out.server = server_preset("openai");
        out.base_url = url;
        out.url_place = settings.explain("base_url").front().place;
        sources = openai_key_sources(settings, root);
        for (const auto& [setting, header] : {std::pair{"organization", "OpenAI-Organization"},
                                              std::pair{"openai_project", "OpenAI-Project"}}) {
            if (const std::string value = settings.text(setting); !value.empty()) out.headers[header] = value;
        }
    } else {
        out = openai_settings_for(server_preset(name));
        sources.environment = out.server.key_environment;
    }
    sources.first = first;
    const std::string place = server != nullptr ? server->place : name;
    const Origin origin = origin_of(out.base_url, place);
    const Key key = find_key(keys, sources, origin);
    out.key = key.present() ? key.text_for(origin) : "";
    if (key.present())
        out.key_place = key.from();
    else if (!sources.environment.empty())
        out.key_place = sources.environment;
    out.allow_http = settings.flag("allow_http");
    if (Log* log = current_log(); log != nullptr && key.present()) log->register_secret(out.key);
    out.api = api_named(server != nullptr && !server->api.empty() ? server->api : settings.text("api"));
    out.price = price_of(settings, server);
    out.requests_per_minute = settings.count("requests_per_minute").value_or(0);
    out.tokens_per_minute = settings.count("tokens_per_minute").value_or(0);
    if (server != nullptr && server->requests_per_minute)
        out.requests_per_minute = *server->requests_per_minute;
    if (server != nullptr && server->tokens_per_minute) out.tokens_per_minute = *server->tokens_per_minute;
    out.attempts = static_cast<int>(settings.count("attempts").value_or(out.attempts));
    out.memory = user_server_memory();
    take_clocks(settings, out);
    if (const char* file = std::getenv("SSL_CERT_FILE"); file != nullptr) out.ca_file = file;
    return out;
}

ChosenProvider choose_provider(const ProviderChoice& choice) {
    const ToolSettings& settings = choice.settings;
    ChosenProvider out;
    out.loop = std::make_unique<asio::io_context>(1);
    Caps caps{settings.count("max_calls"), settings.count("max_tokens"), settings.amount("max_cost"), {}};
    if (const auto time = settings.seconds("max_seconds"))
        caps.time = std::chrono::duration_cast<std::chrono::seconds>(*time);
    out.budget = std::make_shared<Budget>(caps);
    const fs::path cache = user_response_cache();
    const fs::path from = choice.replay.empty() ? choice.root : choice.replay;
    std::vector places{from / ".aibuild" / "responses"};
    if (choice.replay.empty()) places.push_back(cache);
    out.store = std::make_shared<ResponseStore>(places, cache);

    std::vector<std::string> names = settings.list("provider");
    if (!choice.replay.empty()) {
        names = {"replay"};
        out.why = "answers recorded in " + choice.replay.string();
    } else if (!names.empty()) {
        const SettingSource& source = settings.explain("provider").front();
        out.why = "as " + source.place + " says";
    } else {
        const bool server = has_key(settings, choice.keys) || settings.given("base_url");
        names = {server ? "openai" : "builtin"};
        out.why = server ? "there is a key or a base URL for it"
                         : "neither OPENAI_API_KEY nor OPENAI_BASE_URL is set";
    }

    std::vector<ChainLink> links;
    for (const std::string& name : names) {
        if (settings.flag("frozen") && name != "replay") {
            // No key is looked for, and no server's settings: there is nobody to send them to.
            const std::vector<std::string> models =
                name == "builtin" ? std::vector<std::string>{name} : models_of(settings, name);
            for (const std::string& model : models)
                links.push_back({frozen(out.store), "the stored answers of " + model, model, true});
        } else if (name == "builtin") {
            links.push_back({stored(builtin(), out.store), "the built-in planner", "builtin", false});
        } else if (name == "replay") {
            std::vector<std::string> models = settings.list("model");
            if (!choice.replay.empty())
                boost::algorithm::split(models, choice.replay_models, [](char c) { return c == ','; });
            if (models.empty()) models = {"builtin"};
            for (const std::string& model : models)
                links.push_back({replay(out.store), "the stored answers of " + model, model, true});
        } else if (settings.flag("offline")) {
            if (names.size() == 1) {
                throw Error(Exit::policy, "provider.offline", "offline",
                            fmt::format("No socket may be opened, and {} needs one.", name),
                            "Use --provider replay or --provider builtin, or leave --offline out.");
            }
            choice.say(fmt::format("{} is left out: --offline", name));
        } else {
            OpenAiSettings server = server_settings(settings, choice.keys, choice.root, name, links.empty());
            server.budget = out.budget;
            if (links.empty()) out.price = server.price;
            for (const std::string& model : models_of(settings, name)) {
                auto asked = std::make_unique<Recorded>(openai(out.loop->get_executor(), server),
                                                        server.base_url, server.price);
                links.push_back(
                    {stored(std::move(asked), out.store), fmt::format("{} ({})", name, model), model, true});
            }
        }
    }
    if (links.empty()) {
        throw Error(Exit::policy, "provider.offline", "offline",
                    fmt::format("No socket may be opened, and each of {} needs one.", fmt::join(names, ", ")),
                    "Add builtin or replay to the chain, or leave --offline out.");
    }
    out.name = names.front();
    std::vector<std::string> models;
    for (const ChainLink& link : links) models.push_back(link.model);
    out.model = fmt::format("{}", fmt::join(models, ","));
    out.provider = chain(std::move(links), choice.say);
    return out;
}

}  // namespace aibuild
