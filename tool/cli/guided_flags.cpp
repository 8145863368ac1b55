// The answers as flags, as a command line, and as the text that is handed on.

#include <fmt/format.h>

#include <CLI/Config.hpp>
#include <algorithm>

#include "ninja-gen/error.h"
#include "ninja-gen/names.h"
#include "ninja-gen/quote.h"
#include "tool/cli/guided.h"
#include "tool/cli/guided_kinds.h"

namespace aibuild {

namespace {

std::string kind_checked(const std::string& word) {
    for (const GuidedKind& kind : guided_kinds)
        if (word == kind.name) return "";
    throw CLI::ValidationError(
        fmt::format("There is no kind \"{}\": program, library, both or service.", word));
}

// "c++", "c++ and rust", "c, c++ and rust".
std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (std::size_t i = 0; i < words.size(); ++i)
        out.append(i == 0 ? "" : i + 1 == words.size() ? " and " : ", ").append(words[i]);
    return out;
}

std::string trimmed(const std::string& text) {
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

}  // namespace

void add_guided_flags(CLI::App& verb, GuidedAnswers& answers) {
    verb.add_option("description", answers.description,
                    "what the project is, in a sentence or two; without it you are asked, on a terminal");
    verb.add_option("-C", answers.directory,
                    "the directory to make it in; empty, or not there yet; this one unless said")
        ->type_name("DIR");
    verb.add_option("--kind", answers.kind, "program, library, both or service; decided for you unless said")
        ->check(kind_checked)
        ->type_name("KIND");
    // One each time: what comes after it may be the description.
    verb.add_option("--language", answers.languages,
                    "a language to write it in; may be given several times; decided for you unless said")
        ->allow_extra_args(false)
        ->type_name("NAME");
    verb.add_option("--constraint", answers.constraints,
                    "something to keep to, or a package to use; may be given several times")
        ->allow_extra_args(false)
        ->type_name("TEXT");
    verb.add_flag_callback(
        "--no-tests", [&answers] { answers.tests = false; }, "without tests");
}

void check_languages(GuidedAnswers& answers, const Languages& languages) {
    std::vector<std::string> names;
    for (const std::string& word : answers.languages) {
        const Language* language = languages.find(word);
        if (language == nullptr) {
            const auto meant = did_you_mean(word, languages.names());
            throw Error(Exit::usage, "new.language", "--language",
                        fmt::format("There is no language \"{}\".", word),
                        meant ? fmt::format("Did you mean {}? `aibuild-gen languages` lists all.", *meant)
                              : "`aibuild-gen languages` lists those that there are.");
        }
        if (std::find(names.begin(), names.end(), language->name) == names.end())
            names.push_back(language->name);
    }
    answers.languages = std::move(names);
}

std::string description_of(const GuidedAnswers& answers) {
    std::string more;
    for (const GuidedKind& kind : guided_kinds)
        if (answers.kind == kind.name) more += fmt::format("{}\n", kind.sentence);
    if (!answers.languages.empty()) more += fmt::format("It is written in {}.\n", joined(answers.languages));
    if (!answers.tests) more += "It has no tests.\n";
    for (const std::string& constraint : answers.constraints) {
        if (&constraint == &answers.constraints.front()) more += "It keeps to this:\n";
        more += fmt::format("- {}\n", trimmed(constraint));
    }
    if (more.empty()) return answers.description;
    more.pop_back();
    return fmt::format("{}\n\n{}", trimmed(answers.description), more);
}

std::string command_line_of(const GuidedAnswers& answers) {
    std::string out = "aibuild-gen new";
    const auto flag = [&out](std::string_view name, std::string_view value) {
        out += name;
        quote::shell(out, value);
    };
    // A first word with a dash would be a flag; after `--` nothing is.
    const bool dash = answers.description.starts_with('-');
    if (!dash) flag(" ", answers.description);
    if (!answers.kind.empty()) flag(" --kind ", answers.kind);
    for (const std::string& language : answers.languages) flag(" --language ", language);
    if (!answers.tests) out += " --no-tests";
    for (const std::string& constraint : answers.constraints)
        flag(constraint.starts_with('-') ? " --constraint=" : " --constraint ", constraint);
    if (!answers.directory.empty()) flag(" -C ", answers.directory);
    if (dash) flag(" -- ", answers.description);
    return out;
}

}  // namespace aibuild
