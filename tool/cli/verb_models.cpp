#include <fmt/format.h>

#include <CLI/Config.hpp>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <memory>

#include "ninja-gen/error.h"
#include "ninja-gen/json.h"
#include "tool/cli/amounts.h"
#include "tool/cli/setting_flags.h"
#include "tool/cli/terminal.h"
#include "tool/cli/verbs.h"
#include "tool/engine/models.h"
#include "tool/text/log.h"

namespace aibuild {

namespace {

namespace bj = boost::json;

struct Options {
    std::string root = ".", server;
    std::shared_ptr<GivenFlags> given = std::make_shared<GivenFlags>();
    TakenKeys keys;
    bool json = false, yes = false;

    ModelServer chosen() const {
        const ToolSettings settings = ToolSettings::load(*given, process_environment(), root);
        if (Log* log = current_log(); log != nullptr) log->set_level(*log_level(settings.text("log")));
        return model_server(settings, keys, root, server);
    }
};

std::string where(const ModelServer& server) {
    const OpenAiSettings& settings = server.settings;
    const std::string& title = settings.name.empty() ? settings.server.title : settings.name;
    return title.empty() ? settings.base_url : fmt::format("{} ({})", title, settings.base_url);
}

int list(const Options& options) {
    const ModelServer server = options.chosen();
    const OpenAiSettings& settings = server.settings;
    const std::vector<std::string> models = models_of(settings);
    const std::string& standard = server.model;
    if (options.json) {
        bj::array all;
        for (const std::string& model : models)
            all.push_back(bj::object{{"id", model}, {"default", model == standard}});
        fmt::print("{}", json::pretty(bj::object{{"schema", "aibuild.models/1"},
                                                 {"base_url", settings.base_url},
                                                 {"models", std::move(all)}}));
        return 0;
    }
    for (const std::string& model : models)
        fmt::print("{}{}\n", visible(model), model == standard ? "  (default)" : "");
    fmt::print(stderr, "{} of {}.\n", counted(static_cast<std::int64_t>(models.size()), "model"),
               visible(where(server)));
    for (const std::string& deviation : settings.server.deviations) fmt::print(stderr, "  {}\n", deviation);
    return 0;
}

std::string_view name_of(Outcome outcome) {
    switch (outcome) {
        case Outcome::complete:
            return "complete";
        case Outcome::cut:
            return "cut by a limit of length";
        case Outcome::refused:
            return "a refusal";
        case Outcome::filtered:
            return "taken by the server's filter";
        default:
            return "not complete";
    }
}

int test(const Options& options) {
    const ModelServer server = options.chosen();
    const std::string& model = server.model;
    if (model.empty()) {
        throw Error(
            Exit::usage, "model.missing", "-m",
            "No model is named; which one is asked, and what that costs, is not for AIBuild to guess.",
            "Add -m MODEL, or set AIBUILD_MODEL; `aibuild-gen models` lists them.");
    }
    const Request request = test_request(model);
    const Worst worst = worst_of(request);
    const std::string price = fmt::format(
        "One small request to {} of {}: at most {} tokens in and {} out; where the server does not "
        "understand a part of it, the same again without.",
        model, where(server), worst.input_tokens, worst.output_tokens);
    const auto agreed = ask_on_terminal(options.yes, "Send it?")(visible(price));
    if (!agreed.value_or(false)) {
        throw Error(Exit::declined, agreed ? "models.declined" : "models.unasked", model,
                    agreed ? "You said no; nothing was sent."
                           : "This costs money, and there is nobody here to ask. " + price,
                    "Add --yes.");
    }
    const ModelTest tested = test_model(server.settings, request);
    const Dialect& dialect = tested.dialect;
    const bool chat = dialect.api == Api::chat;
    const std::string_view limit = !chat                           ? "max_output_tokens"
                                   : dialect.max_completion_tokens ? "max_completion_tokens"
                                                                   : "max_tokens";
    fmt::print("api: {}\nformat: {}\ntoken limit: {}\n", name_of(dialect.api), name_of(dialect.format),
               limit);
    if (tested.first_event) fmt::print("first event: {} ms\n", tested.first_event->count());
    fmt::print("whole answer: {} ms, {}\n", tested.total.count(),
               counted(tested.response.attempts, "request"));
    fmt::print("answer: {}{}\n", name_of(tested.response.outcome),
               tested.valid ? ", and what the schema wanted" : "");
    for (const std::string& warning : tested.response.warnings)
        fmt::print(stderr, "warning: {}\n", visible(warning));
    if (tested.valid) return 0;
    throw Error(Exit::rejected, "models.answer", model,
                "The answer to the test is not what was asked for: " + tested.response.text,
                "Try another model, or one that follows JSON schemas.");
}

// What of the settings decides about one small question.
constexpr std::array setting_names = {
    "provider",           "model",        "base_url",       "allow_http", "api",
    "key_file",           "organization", "openai_project", "timeout",    "connect_timeout",
    "first_byte_timeout", "idle_timeout", "attempts",       "log",        "offline"};

void add_common(CLI::App& verb, const std::shared_ptr<Options>& options) {
    verb.add_option(
            "--server", options->server,
            "openai, azure, llama.cpp, lm-studio, ollama, openrouter, vllm or one of your settings; unless "
            "said, the first that is asked")
        ->type_name("NAME");
    verb.add_option("-C", options->root, "the project, whose settings count too")->type_name("DIR");
    add_setting_flags(verb, {setting_names.begin(), setting_names.end()}, options->given);
    verb.footer(
        "SSL_CERT_FILE names a file of certificates to trust in place of the system's, for a server whose "
        "certificate an authority of your own has signed.");
}

}  // namespace

void add_models(CLI::App& app, Run& run, const TakenKeys& keys) {
    auto options = std::make_shared<Options>();
    options->keys = keys;
    CLI::App* verb = app.add_subcommand("models", "the models of a server; `models test` asks one");
    add_common(*verb, options);
    verb->add_flag("--json", options->json, "one JSON document on standard output");
    CLI::App* tried = verb->add_subcommand("test", "ask a model once, and say what its server understands");
    add_common(*tried, options);
    tried->add_flag("-y,--yes", options->yes, "don't ask");
    tried->callback([options, &run] { run = [options] { return test(*options); }; });
    verb->callback([options, tried, &run] {
        if (!tried->parsed()) run = [options] { return list(*options); };
    });
}

}  // namespace aibuild
