#include <fmt/format.h>

#include <CLI/App.hpp>
#include <memory>

#include "ninja-gen/error.h"
#include "tool/cli/verbs.h"
#include "tool/prompting/prompt_check.h"

namespace aibuild {

namespace {

struct PromptsOptions {
    std::string root = ".";
    std::string name;
};

PromptTemplates templates_of(const PromptsOptions& options) {
    return {options.root, user_configuration()};
}

int list(const PromptsOptions& options) {
    const PromptTemplates templates = templates_of(options);
    for (const std::string& name : PromptTemplates::names()) {
        const PromptTemplate each = templates.find(name);
        fmt::print("{:<6}  version {}  {}\n", name, each.version, visible(each.place));
    }
    return 0;
}

int show(const PromptsOptions& options) {
    const PromptTemplate each = templates_of(options).find(options.name);
    fmt::print("version: {}\n", each.version.substr(0, each.version.find('+')));
    if (!each.system.empty()) fmt::print("--- system\n{}", each.system);
    fmt::print("--- user\n{}{}", each.user, each.user.ends_with('\n') ? "" : "\n");
    return 0;
}

// Every template is filled once with all that it may ask for, and every file is one.
int check(const PromptsOptions& options) {
    const PromptTemplates templates = templates_of(options);
    for (const Error& stranger : templates.strangers()) throw Error(stranger);
    for (const std::string& name : PromptTemplates::names()) {
        check_prompt(templates, name);
        const PromptTemplate each = templates.find(name);
        fmt::print(stderr, "{:<6}  fine: version {}, {}\n", name, each.version, visible(each.place));
    }
    return 0;
}

}  // namespace

void add_prompts(CLI::App& app, Run& run) {
    auto options = std::make_shared<PromptsOptions>();
    CLI::App* verb =
        app.add_subcommand("prompts", "what is said to a model: list, show or check the templates");
    verb->require_subcommand(1);
    const auto add = [&](const char* name, const char* help, int (*does)(const PromptsOptions&)) {
        CLI::App* sub = verb->add_subcommand(name, help);
        sub->add_option("-C", options->root, "the project, whose .aibuild/prompts/ come first")
            ->type_name("DIR");
        sub->callback([options, does, &run] { run = [options, does] { return does(*options); }; });
        return sub;
    };
    add("list", "each template, its version, and where it comes from", list);
    add("show", "a template as it is in force: copy it to .aibuild/prompts/NAME.mustache to change it", show)
        ->add_option("name", options->name, "again, brief, change, edit, file or plan")
        ->required();
    add("check", "fill every template with all that it may ask for", check);
}

}  // namespace aibuild
