#include "ninja-gen/cmake_writer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <unordered_map>

#include "ninja-gen/quote.h"

namespace aibuild {

namespace {

constexpr std::string_view banner =
    "# Written by aibuild-gen from aibuild.json; needs no AIBuild. Edits are merged when it is written "
    "again.\n";

std::string argument(std::string_view text) {
    std::string out;
    quote::cmake(out, text);
    return out;
}

std::string upper(std::string_view text) {
    std::string out = identifier(text);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return out;
}

// An element of what CMake will take apart as a list.
std::string item(std::string_view text) {
    std::string out;
    quote::cmake_item(out, text);
    return out;
}

constexpr std::size_t line_width = 100;

// A command as CMake people write it: on one line where it fits, else a group of arguments a line.
std::string call(std::string_view head, const Words& groups) {
    std::string out(head);
    for (const std::string& group : groups) out += (out.back() == '(' ? "" : " ") + group;
    if (out.size() < line_width && out.find('\n') == std::string::npos) return out + ")\n";
    out = head;
    for (const std::string& group : groups) out += (&group == &groups.front() ? "" : "\n  ") + group;
    return out + ")\n";
}

// A keyword and what follows it, as a group of a call: lines go on below the first word.
std::string filled(std::string_view keyword, const Words& words) {
    std::string out(keyword);
    const std::size_t indent = 2 + keyword.size();
    std::size_t column = indent;
    for (const std::string& word : words) {
        if (column + 1 + word.size() > line_width && &word != &words.front()) {
            out += '\n' + std::string(indent, ' ');
            column = indent;
        }
        out += " " + word;
        column += 1 + word.size();
    }
    return out;
}

class CMakeWriter {
  public:
    CMakeWriter(const Plan& plan, const Lowered& lowered) : plan_(plan), lowered_(lowered) {
        for (const LoweredTarget& target : lowered.targets) {
            by_name_.emplace(target.target->name, &target);
            for (const BuiltProduct& built : target.products) {
                if (native(target)) native_outputs_.emplace(built.output, target.target->name);
            }
            has_tests_ = has_tests_ || target.target->kind == Kind::test;
            has_native_ = has_native_ || native(target);
        }
        makes_.resize(lowered.targets.size());
        for (const Step& step : lowered.graph.steps) {
            if (step.kind == StepKind::product || step.kind == StepKind::compile)
                makes_[static_cast<std::size_t>(step.target)].push_back(&step);
        }
    }

    std::vector<EmittedFile> write() {
        std::vector<EmittedFile> files;
        Words modules;
        std::map<std::string_view, std::string_view> helpers;
        for (const Language* language : foreign_languages()) {
            modules.push_back(fmt::format("cmake/{}.cmake", language->name));
            files.push_back({modules.back(), foreign_module(*language)});
            for (const std::string& helper : language->helpers)
                helpers.emplace(helper, language->helper(helper));
        }
        for (const auto& [helper, script] : helpers)
            files.push_back({fmt::format("cmake/{}", helper), std::string(script), true});
        if (!plan_.packages.empty()) files.push_back({"cmake/packages.cmake", packages_module()});
        if (has_tests_) files.push_back({"cmake/tests.cmake", tests_module()});
        files.push_back({"cmake/defaults.cmake", defaults_module()});
        files.push_back({"cmake/install.cmake", install_module()});
        files.push_back({"CMakeLists.txt", lists(modules)});
        files.push_back({"CMakePresets.json", presets()});
        std::sort(files.begin(), files.end(),
                  [](const EmittedFile& a, const EmittedFile& b) { return a.path < b.path; });
        return files;
    }

  private:
    static bool native(const LoweredTarget& target) { return !target.language->cmake_language.empty(); }
    static bool library(Kind kind) { return kind != Kind::executable && kind != Kind::test; }
    // A language's own kind of library is a file; the linker's kinds are something to link.
    static bool linkable(Kind kind) { return library(kind) && kind != Kind::library; }

    // Without a language of CMake's there are no GNUInstallDirs: they ask for the machine's architecture.
    std::string destination(std::string_view directory, std::string_view variable) const {
        return has_native_ ? fmt::format("${{CMAKE_INSTALL_{}}}", variable) : std::string(directory);
    }

    std::vector<const Language*> foreign_languages() const {
        std::vector<const Language*> out;
        for (const LoweredTarget& target : lowered_.targets) {
            if (!native(target) && std::find(out.begin(), out.end(), target.language) == out.end())
                out.push_back(target.language);
        }
        return out;
    }

    // --- symbolic text -> CMake text, quoted

    std::string word(std::string_view symbolic, bool in_list = false) const {
        std::string out;    // inside double quotes
        bool plain = true;  // no variable and nothing to escape
        const auto text = [&](std::string_view part) {
            const std::string quoted = in_list ? item(part) : argument(part);
            plain = plain && quoted == part;
            out += quoted == part ? quoted : unquoted(quoted);
        };
        for (std::size_t at = 0; at < symbolic.size(); ++at) {
            const char c = symbolic[at];
            if (c == mark::source || c == mark::build || c == mark::helper) {
                plain = false;
                if (c == mark::build) {
                    // A product that CMake itself makes is asked for by its target: only it knows where it
                    // is.
                    const auto known = native_outputs_.find(std::string(symbolic.substr(at)));
                    if (known != native_outputs_.end()) {
                        out += fmt::format("$<TARGET_FILE:{}>", known->second);
                        break;
                    }
                }
                out += c == mark::build    ? "${products}/"
                       : c == mark::helper ? "${CMAKE_CURRENT_SOURCE_DIR}/cmake/"
                                           : "${CMAKE_CURRENT_SOURCE_DIR}/";
            } else if (c == mark::tool) {
                const std::size_t end = symbolic.find(mark::tool, at + 1);
                plain = false;
                out += fmt::format("${{{}}}", tool_variable(symbolic.substr(at + 1, end - at - 1)));
                at = end;
            } else {
                std::size_t end = at + 1;
                while (end < symbolic.size() && (symbolic[end] < mark::source || symbolic[end] > mark::out))
                    ++end;
                text(symbolic.substr(at, end - at));
                at = end - 1;
            }
        }
        if (symbolic.empty()) return "\"\"";
        return plain ? out : '"' + out + '"';
    }

    static std::string tool_variable(std::string_view name) {
        std::string out = upper(name) + "_EXECUTABLE";
        std::replace(out.begin(), out.end(), '+', 'X');
        return out;
    }

    // The words of a command: \6 and \7 become the step's own paths, the configuration's flags an expression.
    Words words(const Words& command, const Step& step, const Language& language, bool in_list) const {
        Words out;
        for (const std::string& symbolic : command) {
            if (symbolic == std::string(1, mark::configuration)) {
                configuration(out, language);
            } else if (symbolic == std::string(1, mark::in)) {
                for (std::string_view input : lowered_.graph.at(step.inputs))
                    out.push_back(word(input, in_list));
            } else {
                std::string with_output;
                for (char c : symbolic) {
                    if (c == mark::out) {
                        with_output += step.output;
                    } else {
                        with_output += c;
                    }
                }
                out.push_back(word(with_output, in_list));
            }
        }
        return out;
    }

    static void configuration(Words& out, const Language& language) {
        const auto debug = language.configurations.find("debug");
        const auto release = language.configurations.find("release");
        const auto add = [&](std::string_view condition, const Words& flags) {
            if (!flags.empty()) out.push_back(fmt::format("\"$<{}:{}>\"", condition, fmt::join(flags, ";")));
        };
        if (debug != language.configurations.end()) add("$<CONFIG:Debug>", debug->second);
        if (release != language.configurations.end()) add("$<NOT:$<CONFIG:Debug>>", release->second);
    }

    std::string depends(std::string_view symbolic) const {
        const auto known = native_outputs_.find(std::string(symbolic));
        return known != native_outputs_.end() ? known->second : word(symbolic, true);
    }

    // --- the files

    std::string lists(const Words& modules) const {
        std::string out(banner);
        out += "cmake_minimum_required(VERSION 3.25)\n";
        Words languages;
        for (const LoweredTarget& target : lowered_.targets) {
            if (native(target) && std::find(languages.begin(), languages.end(),
                                            target.language->cmake_language) == languages.end()) {
                languages.push_back(target.language->cmake_language);
            }
        }
        // A linker of C is what other languages' archives meet.
        std::sort(languages.begin(), languages.end());
        // No DESCRIPTION: prose of a model stays in the plan (law 2).
        Words project{plan_.name, "VERSION " + plan_.version};
        project.push_back("LANGUAGES " +
                          (languages.empty() ? "NONE" : fmt::format("{}", fmt::join(languages, " "))));
        out += call("project(", project);
        out += fmt::format("\noption({}_INSTALL \"Add {}'s install rules\" ${{PROJECT_IS_TOP_LEVEL}})\n",
                           upper(plan_.name), plan_.name);
        if (has_tests_)
            out += fmt::format("option({}_TESTS \"Build {}'s tests\" ${{PROJECT_IS_TOP_LEVEL}})\n",
                               upper(plan_.name), plan_.name);
        out += "\ninclude(cmake/defaults.cmake)\n";
        if (!plan_.packages.empty()) out += "include(cmake/packages.cmake)\n";
        for (TargetId id : lowered_.order) {
            const LoweredTarget& target = lowered_.targets[static_cast<std::size_t>(id)];
            if (native(target) && target.target->kind != Kind::test) out += "\n" + native_target(target);
        }
        if (!modules.empty()) out += "\n# Languages that CMake has no rules for\n";
        for (const std::string& module : modules) out += fmt::format("include({})\n", module);
        out += "\n";
        if (has_tests_)
            out += fmt::format("if({}_TESTS)\n  enable_testing()\n  include(cmake/tests.cmake)\nendif()\n",
                               upper(plan_.name));
        out += fmt::format("if({}_INSTALL)\n  include(cmake/install.cmake)\nendif()\n", upper(plan_.name));
        return out;
    }

    std::string native_target(const LoweredTarget& lowered) const {
        const Target& target = *lowered.target;
        const std::string& name = target.name;
        const bool interface = target.kind == Kind::interface_library;
        std::string out;
        Words sources;
        for (const std::string& source : target.sources) sources.push_back(item(source));
        switch (target.kind) {
            case Kind::static_library:
                sources.insert(sources.begin(), name + " STATIC");
                break;
            case Kind::shared_library:
                sources.insert(sources.begin(), name + " SHARED");
                break;
            case Kind::interface_library:
                sources.insert(sources.begin(), name + " INTERFACE");
                break;
            default:
                sources.insert(sources.begin(), name);
                break;
        }
        out += call(library(target.kind) ? "add_library(" : "add_executable(", sources);
        if (library(target.kind))
            out += fmt::format("add_library({}::{} ALIAS {})\n", plan_.name, name, name);
        out += headers(lowered, interface ? "INTERFACE" : library(target.kind) ? "PUBLIC" : "PRIVATE");
        if (library(target.kind)) out += standard_of_headers(lowered, interface ? "INTERFACE" : "PUBLIC");
        if (!interface) {
            Words properties;
            const std::string& standard = standard_of(lowered);
            if (standard != lowered.language->default_standard)
                properties.push_back(
                    fmt::format("{}_STANDARD {}", lowered.language->cmake_language, standard));
            if (lowered.position_independent && target.kind != Kind::shared_library)
                properties.emplace_back("POSITION_INDEPENDENT_CODE ON");
            if (target.kind == Kind::test)
                properties.emplace_back("RUNTIME_OUTPUT_DIRECTORY \"${products}/tests\"");
            if (!properties.empty()) {
                properties.insert(properties.begin(), name + " PROPERTIES");
                out += call("set_target_properties(", properties);
            }
            Words defines;
            for (const Define& define : target.settings.defines)
                defines.push_back(define.value.empty() ? define.name : define.name + "=" + define.value);
            if (!defines.empty())
                out += call("target_compile_definitions(", prefixed(name + " PRIVATE", defines));
            Words options = warnings_of(lowered);
            if (target.kind == Kind::test)
                options.insert(options.end(), lowered.language->tests.begin(), lowered.language->tests.end());
            if (!options.empty())
                out += fmt::format("target_compile_options({} PRIVATE {})\n", name, fmt::join(options, " "));
        }
        Words links;
        for (const std::string& used : target.uses) {
            if (by_name_.at(used)->target->kind != Kind::executable) links.push_back(used);
        }
        for (const std::string& package : target.packages) links.push_back(package_target(package));
        // A static library passes on what it uses; a shared library keeps it to itself.
        const std::string_view scope = interface                             ? "INTERFACE"
                                       : target.kind == Kind::static_library ? "PUBLIC"
                                                                             : "PRIVATE";
        if (!links.empty())
            out += call("target_link_libraries(", prefixed(fmt::format("{} {}", name, scope), links));
        return out;
    }

    static const std::string& standard_of(const LoweredTarget& lowered) {
        const std::string& own = lowered.target->settings.standard;
        return own.empty() ? lowered.language->default_standard : own;
    }

    // Who includes a library's headers must understand them, also in a project that imports or finds it.
    static std::string standard_of_headers(const LoweredTarget& lowered, std::string_view scope) {
        const std::string& language = lowered.language->cmake_language;
        if (language != "C" && language != "CXX") return {};
        return fmt::format("target_compile_features({} {} {}_std_{})\n", lowered.target->name, scope,
                           language == "C" ? "c" : "cxx", standard_of(lowered));
    }

    static Words prefixed(std::string first, Words rest) {
        rest.insert(rest.begin(), std::move(first));
        return rest;
    }

    static Words warnings_of(const LoweredTarget& lowered) {
        static constexpr std::string_view names[] = {"default", "none", "all", "errors"};
        const auto flags = lowered.language->warnings.find(
            std::string(names[static_cast<std::size_t>(lowered.target->settings.warnings)]));
        return flags == lowered.language->warnings.end() ? Words{} : flags->second;
    }

    // Public headers as a file set, which installs them with their directories; other search paths as such.
    std::string headers(const LoweredTarget& lowered, std::string_view scope) const {
        const Target& target = *lowered.target;
        std::string out;
        const bool set = has_header_set(target);
        if (set) {
            out += call("target_sources(", {fmt::format("{} {} FILE_SET HEADERS", target.name, scope),
                                            filled("BASE_DIRS", arguments(target.include_directories)),
                                            filled("FILES", arguments(target.headers))});
        } else if (!target.include_directories.empty()) {
            Words groups{fmt::format("{} {}", target.name, scope)};
            for (const std::string& directory : target.include_directories) {
                groups.push_back(
                    fmt::format("\"$<BUILD_INTERFACE:{}>\"", unquoted(word(mark::source + directory, true))));
            }
            out += call("target_include_directories(", groups);
        }
        return out;
    }

    static bool beneath(const std::string& path, const std::string& directory) {
        return path.starts_with(directory + "/");
    }

    // CMake wants every header of a file set beneath one of its base directories, no base within another, and
    // no semicolon in any of them.
    static bool has_header_set(const Target& target) {
        if (target.headers.empty() || target.include_directories.empty() || !library(target.kind))
            return false;
        for (const auto* list : {&target.headers, &target.include_directories}) {
            for (const std::string& path : *list) {
                if (path.find(';') != std::string::npos) return false;
            }
        }
        for (const std::string& a : target.include_directories) {
            for (const std::string& b : target.include_directories) {
                if (&a != &b && beneath(a, b)) return false;
            }
        }
        return std::all_of(target.headers.begin(), target.headers.end(), [&](const std::string& header) {
            return std::any_of(target.include_directories.begin(), target.include_directories.end(),
                               [&](const std::string& directory) { return beneath(header, directory); });
        });
    }

    std::string foreign_module(const Language& language) const {
        std::string out(banner);
        out += fmt::format(
            "# {}: CMake has no rules of its own for it, so its targets are made by commands.\n\n",
            language.title);
        for (const Tool& tool : language.tools) {
            out += fmt::format("find_program({} NAMES {} REQUIRED)\n", tool_variable(tool.name),
                               fmt::join(tool.commands, " "));
        }
        for (TargetId id : lowered_.order) {
            const LoweredTarget& target = lowered_.targets[static_cast<std::size_t>(id)];
            if (target.language != &language || target.products.empty()) continue;
            for (const Step* step : makes_[static_cast<std::size_t>(id)])
                out += "\n" + foreign_command(*step, target);
            out += "\n" + foreign_target(target);
        }
        return out;
    }

    std::string foreign_command(const Step& step, const LoweredTarget& target) const {
        const Rule& rule = lowered_.graph.rule(step);
        // The flags of a configuration are lists; without such nothing may be taken apart.
        const bool lists = std::any_of(rule.commands.begin(), rule.commands.end(), [](const Words& command) {
            return std::find(command.begin(), command.end(), std::string(1, mark::configuration)) !=
                   command.end();
        });
        Words groups{"OUTPUT " + word(step.output, true)};
        // Ninja makes the directory of an output, Make doesn't.
        const std::string_view directory = step.output.substr(0, step.output.rfind('/'));
        groups.push_back("COMMAND \"${CMAKE_COMMAND}\" -E make_directory " + word(directory, lists));
        for (const Words& command : rule.commands)
            groups.push_back(filled("COMMAND", words(command, step, *target.language, lists)));
        Words inputs;
        for (const Paths run : {step.inputs, step.implicit}) {
            for (std::string_view input : lowered_.graph.at(run)) inputs.push_back(depends(input));
        }
        groups.push_back(filled("DEPENDS", inputs));
        if (rule.depfile) groups.push_back("DEPFILE " + word(std::string(step.output) + ".d"));
        groups.emplace_back("WORKING_DIRECTORY \"${products}\"");
        groups.push_back(fmt::format("COMMENT \"{} {}\"", rule.verb, step.output.substr(1)));
        groups.emplace_back(lists ? "COMMAND_EXPAND_LISTS VERBATIM" : "VERBATIM");
        return call("add_custom_command(", groups);
    }

    std::string foreign_target(const LoweredTarget& lowered) const {
        const Target& target = *lowered.target;
        Words outputs;
        for (const BuiltProduct& built : lowered.products) outputs.push_back(word(built.output, true));
        if (!library(target.kind)) {
            const std::string out =
                call("add_custom_target(", {target.name + " ALL", filled("DEPENDS", outputs)});
            // Tests are built with everything else, where they are wanted at all.
            return target.kind == Kind::test
                       ? fmt::format("if({}_TESTS)\n  {}endif()\n", upper(plan_.name), out)
                       : out;
        }
        // An interface library with sources is a target that is built, too: here, by making the products.
        std::string out = call("add_library(", {filled(target.name + " INTERFACE", outputs)});
        out += fmt::format("add_library({1}::{0} ALIAS {0})\n", target.name, plan_.name);
        out += headers(lowered, "INTERFACE");
        Words links, flags;
        add_archives(links, lowered);
        for (const BuiltProduct& built : lowered.products) {
            for (const std::string& flag : built.product->link) flags.push_back(flag);
        }
        // Only a language that CMake knows links by this target; none of them is this one.
        flags.insert(flags.end(), lowered.language->runtime.begin(), lowered.language->runtime.end());
        if (target.kind == Kind::static_library) {
            // CMake takes an archive of a path to need those that follow it in its own list, and orders the
            // link so. A Rust archive holds the crates it uses: before theirs, nothing is defined twice.
            for (const std::string& used : target.uses) {
                if (!native(*by_name_.at(used))) add_archives(links, *by_name_.at(used));
            }
            for (const std::string& used : target.uses) {
                if (linkable(by_name_.at(used)->target->kind)) flags.push_back(used);
            }
            for (const std::string& package : target.packages) flags.push_back(package_target(package));
        }
        if (!flags.empty()) links.push_back(fmt::format("{}", fmt::join(flags, " ")));
        if (!links.empty())
            out += call("target_link_libraries(", prefixed(target.name + " INTERFACE", links));
        return out;
    }

    // Files that CMake knows nothing of: where they are built, and where they are installed.
    void add_archives(Words& links, const LoweredTarget& lowered) const {
        for (const BuiltProduct& built : lowered.products) {
            if (built.product->interface != "c" && built.product->interface != "c-shared") continue;
            links.push_back(fmt::format("\"$<BUILD_INTERFACE:{}>\"", unquoted(word(built.output))));
            const std::size_t slash = built.output.rfind('/');
            links.push_back(fmt::format("\"$<INSTALL_INTERFACE:$<INSTALL_PREFIX>/{}/{}>\"",
                                        destination("lib", "LIBDIR"), built.output.substr(slash + 1)));
        }
    }

    static Words arguments(const std::vector<std::string>& paths) {
        Words out;
        for (const std::string& path : paths) out.push_back(argument(path));
        return out;
    }

    static std::string unquoted(std::string text) {
        if (text.size() > 1 && text.front() == '"') return text.substr(1, text.size() - 2);
        return text;
    }

    static std::string package_target(const std::string& name) {
        if (name == "threads") return "Threads::Threads";
        if (name == "math") return "m";
        return "PkgConfig::" + upper(name);
    }

    std::string packages_module() const {
        std::string out(banner);
        bool pkg_config = false;
        for (const Package& package : plan_.packages) {
            if (package.name == "threads") out += "find_package(Threads REQUIRED)\n";
            if (package.pkg_config.empty()) continue;
            if (!pkg_config) out += "find_package(PkgConfig REQUIRED)\n";
            pkg_config = true;
            out += fmt::format("pkg_check_modules({} REQUIRED IMPORTED_TARGET {})\n", upper(package.name),
                               package.pkg_config);
        }
        return out;
    }

    std::string tests_module() const {
        std::string out(banner);
        out +=
            "# A test is called with the path of each program it uses, then of its data; its exit code is "
            "the verdict.\n";
        for (TargetId id : lowered_.order) {
            const LoweredTarget& lowered = lowered_.targets[static_cast<std::size_t>(id)];
            const Target& target = *lowered.target;
            if (target.kind != Kind::test) continue;
            out += "\n";
            if (native(lowered)) out += native_target(lowered);
            Words run;
            for (const std::string& symbolic : lowered.run) run.push_back(word(symbolic));
            out += call("add_test(", {"NAME " + target.name, filled("COMMAND", run)});
        }
        return out;
    }

    std::string defaults_module() const {
        std::string out(banner);
        out +=
            "# What holds for all targets of this project, and for nobody else's.\n\n"
            "get_property(multi_config GLOBAL PROPERTY GENERATOR_IS_MULTI_CONFIG)\n"
            "if(PROJECT_IS_TOP_LEVEL)\n"
            "  set(CMAKE_EXPORT_COMPILE_COMMANDS ON)\n"
            "  if(NOT multi_config AND NOT CMAKE_BUILD_TYPE)\n"
            "    set(CMAKE_BUILD_TYPE Release CACHE STRING \"Debug, Release, RelWithDebInfo or MinSizeRel\" "
            "FORCE)\n"
            "  endif()\n"
            "endif()\n";
        if (has_native_) out += "\n";
        std::vector<const Language*> seen;
        for (const LoweredTarget& target : lowered_.targets) {
            if (!native(target) || std::find(seen.begin(), seen.end(), target.language) != seen.end())
                continue;
            seen.push_back(target.language);
            out += fmt::format(
                "set(CMAKE_{0}_STANDARD {1})\nset(CMAKE_{0}_STANDARD_REQUIRED ON)\nset(CMAKE_{0}_EXTENSIONS "
                "OFF)\n",
                target.language->cmake_language, target.language->default_standard);
        }
        if (has_native_) out += "\ninclude(GNUInstallDirs)\n";
        if (std::any_of(plan_.targets.begin(), plan_.targets.end(),
                        [](const Target& target) { return target.kind == Kind::shared_library; })) {
            out += fmt::format("set(CMAKE_INSTALL_RPATH \"\\$ORIGIN\" \"\\$ORIGIN/../{}\")\n",
                               destination("lib", "LIBDIR"));
        }
        out +=
            "\n# Where products are: where a generator has several configurations, each has its own.\n"
            "set(products \"${CMAKE_CURRENT_BINARY_DIR}\")\n"
            "if(multi_config)\n"
            "  string(APPEND products \"/$<CONFIG>\")\n"
            "endif()\n";
        if (has_native_) {
            out +=
                "set(CMAKE_RUNTIME_OUTPUT_DIRECTORY \"${products}/bin\")\n"
                "set(CMAKE_LIBRARY_OUTPUT_DIRECTORY \"${products}/lib\")\n"
                "set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY \"${products}/lib\")\n";
        }
        return out;
    }

    std::string install_module() const {
        std::string out(banner);
        Words exported;
        std::string foreign;
        for (TargetId id : lowered_.order) {
            const LoweredTarget& lowered = lowered_.targets[static_cast<std::size_t>(id)];
            const Target& target = *lowered.target;
            if (target.kind == Kind::test) continue;
            if (linkable(target.kind)) {
                exported.push_back(target.name);
                out += install_library(target);
            } else if (native(lowered)) {
                out += fmt::format("install(TARGETS {})\n", target.name);
            }
            if (native(lowered)) continue;
            for (const BuiltProduct& built : lowered.products) {
                const bool program = built.product->interface == "program";
                if (!built.output.starts_with(program ? "\2bin/" : "\2lib/")) continue;
                foreign += fmt::format("install({} {} DESTINATION {})\n", program ? "PROGRAMS" : "FILES",
                                       word(built.output),
                                       program ? destination("bin", "BINDIR") : destination("lib", "LIBDIR"));
            }
        }
        out += foreign;
        if (exported.empty()) return out;
        const std::string& name = plan_.name;
        const std::string package = fmt::format("{}/cmake/{}", destination("lib", "LIBDIR"), name);
        // The name that find_package looks for in small letters, whatever the package's own are.
        std::string config = name;
        std::transform(config.begin(), config.end(), config.begin(),
                       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        config += "-config";
        out += fmt::format(
            "\n# find_package({0}) gives the libraries above as {0}::NAME.\n"
            "include(CMakePackageConfigHelpers)\n"
            "install(EXPORT {0}-targets NAMESPACE {0}:: DESTINATION {1})\n"
            "file(CONFIGURE OUTPUT {2}.cmake @ONLY CONTENT [=[\n",
            name, package, config);
        if (!plan_.packages.empty()) out += "include(CMakeFindDependencyMacro)\n";
        bool pkg_config = false;
        for (const Package& each : plan_.packages) {
            if (each.name == "threads") out += "find_dependency(Threads)\n";
            if (each.pkg_config.empty()) continue;
            if (!pkg_config) out += "find_dependency(PkgConfig)\n";
            pkg_config = true;
            out += fmt::format(
                "pkg_check_modules({0} QUIET IMPORTED_TARGET {1})\n"
                "if(NOT {0}_FOUND)\n"
                "  set({2}_FOUND FALSE)\n"
                "  set({2}_NOT_FOUND_MESSAGE \"it needs {1}, which pkg-config doesn't find\")\n"
                "  return()\n"
                "endif()\n",
                upper(each.name), each.pkg_config, name);
        }
        out += fmt::format(
            "include(\"${{CMAKE_CURRENT_LIST_DIR}}/{0}-targets.cmake\")\n]=])\n"
            "write_basic_package_version_file(\n"
            "  \"${{CMAKE_CURRENT_BINARY_DIR}}/{2}-version.cmake\" COMPATIBILITY SameMajorVersion)\n"
            "install(FILES \"${{CMAKE_CURRENT_BINARY_DIR}}/{2}.cmake\"\n"
            "              \"${{CMAKE_CURRENT_BINARY_DIR}}/{2}-version.cmake\"\n"
            "        DESTINATION {1})\n",
            name, package, config);
        return out;
    }

    std::string install_library(const Target& target) const {
        Words groups{"TARGETS " + target.name, fmt::format("EXPORT {}-targets", plan_.name)};
        if (has_header_set(target)) {
            groups.emplace_back("FILE_SET HEADERS");
            return call("install(", groups);
        }
        if (target.headers.empty()) return call("install(", groups);
        const std::string include = destination("include", "INCLUDEDIR");
        groups.push_back("INCLUDES DESTINATION " + include);
        std::string out = call("install(", groups);
        // As a file set does it: each header beneath the directory that it is included from.
        std::map<std::string, Words> by_directory;
        for (const std::string& header : target.headers) {
            std::string_view rest = header;
            for (const std::string& directory : target.include_directories) {
                if (beneath(header, directory) && header.size() - directory.size() - 1 < rest.size())
                    rest = std::string_view(header).substr(directory.size() + 1);
            }
            const std::size_t slash = rest.size() == header.size() ? std::string::npos : rest.rfind('/');
            by_directory[slash == std::string::npos ? "" : "/" + std::string(rest.substr(0, slash))]
                .push_back(argument(header));
        }
        for (const auto& [directory, headers] : by_directory)
            out +=
                call("install(", {filled("FILES", headers), "DESTINATION " + in_quotes(include, directory)});
        return out;
    }

    // `prefix` may hold variables; `text` may hold anything.
    static std::string in_quotes(const std::string& prefix, std::string_view text) {
        const std::string quoted = argument(text);
        return text.empty() || quoted == text ? prefix + std::string(text)
                                              : '"' + prefix + unquoted(quoted) + '"';
    }

    static std::string presets() {
        return R"({
  "version": 6,
  "configurePresets": [
    {
      "name": "release",
      "generator": "Ninja",
      "binaryDir": "${sourceDir}/out/${presetName}",
      "cacheVariables": {"CMAKE_BUILD_TYPE": "Release"}
    },
    {
      "name": "debug",
      "inherits": "release",
      "cacheVariables": {"CMAKE_BUILD_TYPE": "Debug"}
    }
  ],
  "buildPresets": [
    {"name": "release", "configurePreset": "release"},
    {"name": "debug", "configurePreset": "debug"}
  ],
  "testPresets": [
    {"name": "release", "configurePreset": "release", "output": {"outputOnFailure": true}, "execution": {"noTestsAction": "error"}},
    {"name": "debug", "configurePreset": "debug", "output": {"outputOnFailure": true}, "execution": {"noTestsAction": "error"}}
  ]
}
)";
    }

    const Plan& plan_;
    const Lowered& lowered_;
    std::unordered_map<std::string_view, const LoweredTarget*> by_name_;
    std::unordered_map<std::string, std::string> native_outputs_;
    std::vector<std::vector<const Step*>> makes_;  // the steps that make its products, by target
    bool has_tests_ = false, has_native_ = false;
};

}  // namespace

std::vector<EmittedFile> write_cmake(const Plan& plan, const Lowered& lowered) {
    return CMakeWriter(plan, lowered).write();
}

}  // namespace aibuild
