#include "ninja-gen/language_rules.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <regex.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <set>
#include <string>
#include <vector>

#include "ninja-gen/error.h"
#include "ninja-gen/json.h"

namespace aibuild {

namespace {

namespace bj = boost::json;

constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ_";
constexpr std::string_view digits = "0123456789";

bool made_of(std::string_view text, std::initializer_list<std::string_view> alphabets) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
        return std::any_of(alphabets.begin(), alphabets.end(),
                           [&](std::string_view each) { return each.find(c) != each.npos; });
    });
}

// Beside the language's own tools, {helper:FILE} and {uses:NAME}.
constexpr std::array placeholders = {"name",
                                     "target",
                                     "identifier",
                                     "in",
                                     "out",
                                     "depfile",
                                     "configuration",
                                     "program",
                                     "main",
                                     "root",
                                     "objects",
                                     "libraries",
                                     "crates",
                                     "crate-directories",
                                     "link",
                                     "standard",
                                     "warnings",
                                     "tests",
                                     "pic",
                                     "lib",
                                     "includes",
                                     "sources",
                                     "defines",
                                     "cfgs",
                                     "package-compile",
                                     "modules",
                                     "used-modules",
                                     "module-maps",
                                     "rpath"};
constexpr std::array output_placeholders = {"name", "target", "identifier"};

template <class List>
bool among(const List& list, std::string_view word) {
    return std::find(std::begin(list), std::end(list), word) != std::end(list);
}

class LanguageRules {
  public:
    LanguageRules(const bj::object& top, std::string_view text, std::string_view file)
        : top_(top), text_(text), file_(file) {}

    void check() {
        check_texts(top_, "");
        check_name("/name", string(top_.at("name")));
        each("aliases", [&](const std::string& at, std::string_view alias) { check_name(at, alias); });
        check_extensions();
        for (const auto& tool : top_.at("tools").get_object()) check_tool(tool);
        check_helpers();
        if (const bj::value* compile = top_.if_contains("compile"))
            check_product("/compile", compile->get_object(), true);
        for (const auto& kind : top_.at("products").get_object()) {
            const bj::array& products = kind.value().get_array();
            for (std::size_t n = 0; n < products.size(); ++n)
                check_product(fmt::format("/products/{}/{}", std::string(kind.key()), n),
                              products[n].get_object(), false);
        }
        check_run();
        if (const bj::value* counted = top_.if_contains("counted")) check_counted(string(*counted));
    }

  private:
    static std::string_view string(const bj::value& value) {
        const bj::string& text = value.get_string();
        return {text.data(), text.size()};
    }

    [[noreturn]] void fail(std::string rule, std::string_view pointer, std::string why,
                           std::string fix) const {
        throw Error(Exit::usage, std::move(rule), json::place(file_, text_, pointer), std::move(why),
                    std::move(fix));
    }

    template <class Use>
    void each(std::string_view key, Use use) const {
        const bj::value* list = top_.if_contains(key);
        if (list == nullptr) return;
        for (std::size_t n = 0; n < list->get_array().size(); ++n)
            use(fmt::format("/{}/{}", key, n), string(list->get_array()[n]));
    }

    // Control characters mean something else to what reads commands, also to AIBuild's own writers.
    void check_texts(const bj::value& value, const std::string& pointer) const {
        if (const auto* object = value.if_object()) {
            for (const auto& member : *object) {
                const std::string at = pointer + json::pointer_token(member.key());
                check_text(at, {member.key().data(), member.key().size()});
                if (at != "/rules") check_texts(member.value(), at);
            }
        } else if (const auto* array = value.if_array()) {
            for (std::size_t n = 0; n < array->size(); ++n)
                check_texts((*array)[n], fmt::format("{}/{}", pointer, n));
        } else if (value.is_string()) {
            check_text(pointer, string(value));
        }
    }

    void check_text(const std::string& pointer, std::string_view word) const {
        const auto control = std::find_if(word.begin(), word.end(), [](char c) {
            return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
        });
        if (control == word.end()) return;
        fail("language.text", pointer,
             fmt::format("It has a control character, U+{:04X}.", static_cast<unsigned char>(*control)),
             "Take it away. What needs one, a script can do.");
    }

    void check_name(const std::string& pointer, std::string_view name) const {
        // cmake/NAME.cmake stands beside these.
        static constexpr std::array taken = {"defaults", "install", "packages", "tests"};
        if (among(taken, name))
            fail("language.name", pointer,
                 fmt::format("\"{}\" is a file of the project's cmake/ already.", name),
                 "Choose another name.");
        if (made_of(name, {letters, digits, "+#._-"}) && name.size() <= 32 && name.front() != '.' &&
            name.front() != '-')
            return;
        fail("language.name", pointer, fmt::format("\"{}\" can't be the name of a language.", name),
             "Use lower-case letters, digits and + # . _ -, 32 at most; `title` is what people read.");
    }

    void check_extensions() const {
        std::set<std::string_view> seen;
        each("sources", [&](const std::string& at, std::string_view extension) {
            if (extension.size() < 2 || extension.front() != '.' ||
                extension.find_first_of("/ ") != extension.npos)
                fail("language.extension", at, fmt::format("\"{}\" can't be how sources end.", extension),
                     "Write it with its dot: \".lua\".");
            if (!seen.insert(extension).second)
                fail("language.extension", at, fmt::format("\"{}\" is here twice.", extension),
                     "Take one away.");
        });
    }

    void check_tool(const bj::key_value_pair& tool) const {
        const std::string_view name{tool.key().data(), tool.key().size()};
        const std::string pointer = "/tools" + json::pointer_token(name);
        if (name.find_first_of("{}|,:") != name.npos || name.empty() || among(placeholders, name))
            fail("language.tool", pointer,
                 fmt::format("\"{}\" can't be the name of a tool: placeholders would mean something else.",
                             name),
                 "Call it like its program.");
        const bj::object& object = tool.value().get_object();
        const bj::array& commands = object.at("commands").get_array();
        for (std::size_t n = 0; n < commands.size(); ++n) {
            const std::string_view command = string(commands[n]);
            if (!command.empty() && (command.front() == '/' || command.find('/') == command.npos)) continue;
            fail(
                "language.tool", fmt::format("{}/commands/{}", pointer, n),
                fmt::format("\"{}\" would be another program in every directory.", command),
                "Name a program that is on PATH, or one by its absolute path; a script goes into `helpers`.");
        }
        const bj::value* variable = object.if_contains("environment");
        if (variable != nullptr && (!made_of(string(*variable), {capitals, digits}) ||
                                    digits.find(string(*variable).front()) != digits.npos))
            fail("language.tool", pointer + "/environment",
                 fmt::format("\"{}\" is no name of a variable.", string(*variable)),
                 "Use A-Z, 0-9 and _, like LUA.");
        const bj::value* packages = object.if_contains("packages");
        if (packages == nullptr) return;
        for (const auto& package : packages->get_object()) {
            // People paste it into a root shell.
            if (made_of(string(package.value()), {letters, digits, "+.-"}) &&
                string(package.value()).front() != '-')
                continue;
            fail("language.tool", fmt::format("{}/packages{}", pointer, json::pointer_token(package.key())),
                 fmt::format("\"{}\" is no name of a package.", string(package.value())),
                 "Name one package, as the distribution calls it.");
        }
    }

    void check_helpers() {
        each("helpers", [&](const std::string& at, std::string_view helper) {
            const bool plain = made_of(helper, {letters, digits, "._-"}) && helper.ends_with(".sh") &&
                               helper.size() > 3 && helper.front() != '.' && helper.front() != '-';
            if (!plain)
                fail("language.helper", at, fmt::format("\"{}\" can't be the name of a script.", helper),
                     "Name a POSIX sh script that stands beside the language file: NAME.sh, without a "
                     "directory, in lower-case letters, digits and . _ -");
            helpers_.insert(helper);
        });
    }

    void check_product(const std::string& pointer, const bj::object& product, bool compile) const {
        check_output(pointer + "/output", string(product.at("output")), compile);
        check_commands(pointer + "/commands", product.at("commands").get_array());
        if (const bj::value* link = product.if_contains("link")) check_flags(pointer + "/link", *link);
        const bj::value* modules = product.if_contains("modules");
        if (modules == nullptr) return;
        check_output(pointer + "/modules/directory", string(modules->at("directory")), false);
        for (const std::string key : {"scan", "collate"})
            check_commands(fmt::format("{}/modules/{}", pointer, key), modules->at(key).get_array());
    }

    void check_commands(const std::string& pointer, const bj::array& commands) const {
        for (std::size_t n = 0; n < commands.size(); ++n) {
            const std::string at = fmt::format("{}/{}", pointer, n);
            const bj::array& words = commands[n].get_array();
            check_words(at, words);
            const std::string_view first = string(words[0]);
            if (is_tool(first) || is_script(words) || is_removal(words)) continue;
            command_fault(at, words, 0, "`{TOOL}`, `sh {helper:FILE}` or `rm -f {out}`");
        }
    }

    void check_run() const {
        const bj::array& words = top_.at("run").get_array();
        check_words("/run", words);
        std::size_t first = 0;
        if (string(words[0]) == "env") {  // env NAME=VALUE... PROGRAM
            for (first = 1; first < words.size(); ++first) {
                const std::string_view word = string(words[first]);
                const std::size_t equals = word.find('=');
                if (equals == word.npos || !made_of(word.substr(0, equals), {capitals, digits})) break;
            }
        }
        if (first < words.size() && (string(words[first]) == "{program}" || is_tool(string(words[first]))))
            return;
        if (first == 0 && is_script(words)) return;
        command_fault("/run", words, std::min(first, words.size() - 1),
                      "`{program}`, `{TOOL}` or `sh {helper:FILE}`, after `env NAME=VALUE` where needed");
    }

    [[noreturn]] void command_fault(const std::string& pointer, const bj::array& words, std::size_t at,
                                    std::string_view allowed) const {
        std::string first(string(words[at]));
        if (at + 1 < words.size() && (first == "sh" || first == "rm"))
            first += fmt::format(" {}", string(words[at + 1]));
        fail("language.command", fmt::format("{}/{}", pointer, at),
             fmt::format("A command can't begin with \"{}\".", first),
             fmt::format("Begin it with {}: programs are listed in `tools`, where they are looked for and "
                         "probed, and more than one command is a script's work.",
                         allowed));
    }

    bool is_tool(std::string_view word) const {
        return word.size() > 2 && word.front() == '{' && word.back() == '}' &&
               top_.at("tools").get_object().contains(word.substr(1, word.size() - 2));
    }
    bool is_script(const bj::array& words) const {
        if (words.size() < 2 || string(words[0]) != "sh") return false;
        const std::string_view script = string(words[1]);
        return script.starts_with("{helper:") && script.find('}') + 1 == script.size();
    }

    // Of the step's own product, as archivers need it that add to what is there: `rm -f {out} {out}.d`.
    static bool is_removal(const bj::array& words) {
        if (words.size() < 3 || string(words[0]) != "rm" || string(words[1]) != "-f") return false;
        return std::all_of(words.begin() + 2, words.end(), [](const bj::value& word) {
            const std::string_view path = string(word);
            return path.starts_with("{out}") && path.find('/') == path.npos;
        });
    }

    // What a linker of any language gets.
    void check_flags(const std::string& pointer, const bj::value& flags) const {
        for (std::size_t n = 0; n < flags.get_array().size(); ++n) {
            const std::string_view flag = string(flags.get_array()[n]);
            if (!flag.empty() && flag.front() == '-') continue;
            fail("language.command", fmt::format("{}/{}", pointer, n),
                 fmt::format("\"{}\" is no flag of a linker.", flag), "Begin it with -.");
        }
    }

    void check_words(const std::string& pointer, const bj::array& words) const {
        for (std::size_t n = 0; n < words.size(); ++n) {
            each_placeholder(fmt::format("{}/{}", pointer, n), string(words[n]), [&](std::string_view name) {
                if (name.starts_with("helper:")) {
                    if (helpers_.contains(name.substr(7))) return true;
                    fail("language.helper", fmt::format("{}/{}", pointer, n),
                         fmt::format("`helpers` doesn't list \"{}\".", name.substr(7)), "Add it there.");
                }
                return among(placeholders, name) || name.starts_with("uses:") ||
                       top_.at("tools").get_object().contains(name);
            });
        }
    }

    template <class Known>
    void each_placeholder(const std::string& pointer, std::string_view word, Known known) const {
        for (std::size_t at = 0; (at = word.find('{', at)) != word.npos;) {
            const std::size_t close = word.find('}', at);
            if (close == word.npos)
                fail("language.template", pointer, fmt::format("A brace is not closed in \"{}\".", word),
                     "Close it.");
            const std::string_view inside = word.substr(at + 1, close - at - 1);
            const std::string_view names = inside.substr(0, inside.find('|'));
            for (std::size_t begin = 0; begin <= names.size();) {
                const std::size_t comma = std::min(names.find(',', begin), names.size());
                const std::string_view name = names.substr(begin, comma - begin);
                if (!known(name))
                    fail("language.template", pointer,
                         fmt::format("There is no placeholder {{{}}} here.", name),
                         "ninja-gen/languages/README.md lists those that there are, and where.");
                begin = comma + 1;
            }
            at = close + 1;
        }
    }

    void check_output(const std::string& pointer, std::string_view output, bool compile) const {
        bool distinct = false;
        each_placeholder(pointer, output, [&](std::string_view name) {
            distinct = true;
            return among(output_placeholders, name) || (compile && name == "source");
        });
        if (!distinct)
            fail("language.output", pointer, fmt::format("\"{}\" would be one file for all targets.", output),
                 "Put {name} into it.");
        static constexpr std::string_view ours[] = {".",        "..",          "",
                                                    ".aibuild", "build.ninja", "compile_commands.json"};
        bool first = true;
        for (std::size_t begin = 0; begin <= output.size();) {
            const std::size_t end = std::min(output.find('/', begin), output.size());
            const std::string_view component = output.substr(begin, end - begin);
            // An escape by a target's name is impossible: those have an alphabet of their own.
            if (component.empty() || component == "." || component == ".." ||
                (first && (among(ours, component) || component.starts_with(".") ||
                           component.starts_with("build.ninja"))))
                fail(
                    "language.output", pointer,
                    fmt::format("\"{}\" leaves the build directory, or is AIBuild's own file there.", output),
                    "Put it into bin/, lib/, tests/ or obj/{target}/, like \"bin/{name}\".");
            first = false;
            begin = end + 1;
        }
    }

    void check_counted(std::string_view pattern) const {
        regex_t compiled;
        const int error = ::regcomp(&compiled, std::string(pattern).c_str(), REG_EXTENDED | REG_NOSUB);
        if (error == 0) {
            ::regfree(&compiled);
            return;
        }
        std::array<char, 200> said{};
        ::regerror(error, &compiled, said.data(), said.size());
        fail("language.counted", "/counted",
             fmt::format("\"{}\" is no extended regular expression: {}.", pattern, said.data()),
             "Try it with grep -E.");
    }

    const bj::object& top_;
    std::string_view text_, file_;
    std::set<std::string_view> helpers_;
};

}  // namespace

void check_language_rules(const bj::object& top, std::string_view text, std::string_view file) {
    LanguageRules(top, text, file).check();
}

}  // namespace aibuild
