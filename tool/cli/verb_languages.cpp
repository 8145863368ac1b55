#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/Config.hpp>
#include <boost/json/object.hpp>
#include <memory>
#include <set>

#include "ninja-gen/error.h"
#include "ninja-gen/json.h"
#include "tool/cli/verbs.h"
#include "tool/engine/language_list.h"

namespace aibuild {

namespace {

namespace bj = boost::json;

bj::array list(const Words& words) {
    return bj::array(words.begin(), words.end());
}

void print_json(const std::vector<LanguageReport>& languages) {
    bj::array all;
    for (const LanguageReport& language : languages) {
        bj::array tools;
        for (const ToolReport& tool : language.tools) {
            bj::object entry{{"name", tool.name}, {"present", !tool.path.empty()}};
            if (!tool.path.empty()) entry["path"] = tool.path;
            if (!tool.version.empty()) entry["version"] = tool.version;
            if (!tool.problem.empty()) entry["problem"] = tool.problem;
            if (!tool.fix.empty()) entry["fix"] = tool.fix;
            tools.emplace_back(std::move(entry));
        }
        bj::object entry{{"name", language.name},
                         {"title", language.title},
                         {"aliases", list(language.aliases)},
                         {"sources", list(language.extensions)},
                         {"kinds", list(language.kinds)},
                         {"usable", language.usable()},
                         {"agreed", language.agreed},
                         {"tools", std::move(tools)}};
        if (!language.file.empty()) entry["file"] = language.file;
        all.emplace_back(std::move(entry));
    }
    fmt::print("{}",
               json::pretty(bj::object{{"schema", "aibuild.languages/1"}, {"languages", std::move(all)}}));
}

void print_table(const std::vector<LanguageReport>& languages) {
    std::set<std::string> fixes;
    std::size_t usable = 0;
    for (const LanguageReport& language : languages) {
        usable += language.usable() ? 1U : 0U;
        std::string line = fmt::format("{:<3}  {:<12} {}  ({})", language.usable() ? "yes" : "no",
                                       language.name, language.title, fmt::join(language.kinds, ", "));
        if (!language.file.empty()) line += "  from " + language.file;
        fmt::print("{}\n", visible(line));
        for (const ToolReport& tool : language.tools) {
            if (tool.path.empty()) {
                fmt::print("       {}: {}\n", visible(tool.name), visible(tool.problem));
            } else {
                fmt::print(
                    "       {}: {} {}\n", visible(tool.name), visible(tool.path),
                    visible(tool.problem.empty() ? tool.version : fmt::format("(it {})", tool.problem)));
            }
            if (!tool.fix.empty()) fixes.insert(tool.fix);
        }
        if (!language.agreed) fmt::print("       `aibuild-gen emit` shows what it would run, and asks.\n");
    }
    fmt::print("\n{} of {} languages can be built here.\n", usable, languages.size());
    for (const std::string& fix : fixes) fmt::print("  {}\n", visible(fix));
}

struct LanguagesOptions {
    std::filesystem::path root = ".";
    bool json = false;
};

}  // namespace

void add_languages(CLI::App& app, Run& run) {
    auto options = std::make_shared<LanguagesOptions>();
    CLI::App* verb = app.add_subcommand("languages", "every language, and whether this machine can build it");
    verb->add_option("-C", options->root, "a project's directory, whose own languages count too")
        ->type_name("DIR");
    verb->add_flag("--json", options->json, "one JSON document on standard output");
    verb->callback([options, &run] {
        run = [options] {
            const std::vector<LanguageReport> languages = list_languages(options->root);
            if (options->json) {
                print_json(languages);
            } else {
                print_table(languages);
            }
            return 0;
        };
    });
}

}  // namespace aibuild
