// Names that attack, as files that exist may have them: everything that a plan may say, in front of the real
// readers. Ninja reads the paths back, and a real shell the arguments.

#include "ninja-gen/names.h"

#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <map>
#include <random>
#include <set>

#include "ninja-gen/json.h"
#include "ninja-gen/ninja_writer.h"
#include "ninja-gen/quote.h"
#include "tests/support/fake_tools.h"
#include "tests/support/process.h"
#include "tool/engine/emit.h"

namespace aibuild {
namespace {

using test::Directory;
using test::run;

const std::vector<std::string> pieces = {" ",
                                         "  ",
                                         "'",
                                         "\"",
                                         "$",
                                         "$$",
                                         "${in}",
                                         "$in",
                                         "$out",
                                         "${pipe}",
                                         "$ ",
                                         "$:",
                                         "|",
                                         "||",
                                         "|@",
                                         "#",
                                         ":",
                                         ": ",
                                         ";",
                                         "&",
                                         "&&",
                                         "\\",
                                         "\\n",
                                         "\\'",
                                         "`",
                                         "`id`",
                                         "$(",
                                         ")",
                                         "(",
                                         "[",
                                         "]",
                                         "{",
                                         "}",
                                         "{in}",
                                         "<",
                                         ">",
                                         "*",
                                         "?",
                                         "~",
                                         "!",
                                         "%",
                                         "%s",
                                         "@",
                                         "^",
                                         "=",
                                         ",",
                                         "+",
                                         "-",
                                         "--",
                                         "...",
                                         "é",
                                         "ß",
                                         "日本",
                                         "\xe2\x80\xae",
                                         "\xf0\x9f\x8d\x8e",
                                         "a",
                                         "b",
                                         "Z",
                                         "0",
                                         "_",
                                         ".",
                                         "x.d"};

// Names that no reader may take for another, each once.
class Names {
  public:
    explicit Names(unsigned seed) : random_(seed) {}

    std::string next(std::string_view extension) {
        while (true) {
            std::string out;
            for (int parts = below(3); parts >= 0; --parts) {
                for (int length = 1 + below(5); length > 0; --length)
                    out += pieces[static_cast<std::size_t>(below(static_cast<int>(pieces.size())))];
                if (parts > 0) out += '/';
            }
            out += extension;
            if (!path_problem(out) && seen_.insert(out).second) return out;
        }
    }

    std::vector<std::string> several(int count, std::string_view extension) {
        std::vector<std::string> out;
        for (; count > 0; --count) out.push_back(next(extension));
        return out;
    }

    // Names that compilers write into depfiles are fewer: language_check.cpp refuses the others.
    std::vector<std::string> in_depfiles(int count, std::string_view extension) {
        std::vector<std::string> out;
        for (; count > 0; --count) {
            out.push_back(next(extension));
            while (!quote::depfile_safe(out.back()) || out.back().find_first_of("#$") != std::string::npos)
                out.back() = next(extension);
        }
        return out;
    }

  private:
    int below(int limit) { return std::uniform_int_distribution<int>(0, limit - 1)(random_); }

    std::mt19937 random_;
    std::set<std::string> seen_;
};

// 100,000 sources in all.
constexpr int libraries = 500;

Plan hostile_plan(Names& names) {
    Plan plan;
    plan.name = "hostile";
    plan.version = "1";
    const auto target = [&](std::string name, Kind kind, std::string language) -> Target& {
        plan.targets.push_back({});
        plan.targets.back().name = std::move(name);
        plan.targets.back().kind = kind;
        plan.targets.back().language = std::move(language);
        return plan.targets.back();
    };
    for (int n = 0; n < libraries; ++n) {
        Target& library = target("c" + std::to_string(n), Kind::static_library, n % 2 == 0 ? "c" : "c++");
        library.sources = names.several(200, n % 2 == 0 ? ".c" : ".cpp");
        library.include_directories = names.in_depfiles(3, "");
    }
    target("crate", Kind::static_library, "rust").sources = names.in_depfiles(20, ".rs");
    target("modules", Kind::library, "python").sources = names.several(50, ".py");
    Target& program = target("program", Kind::executable, "python");
    program.sources = names.several(50, ".py");
    program.uses = {"modules"};
    Target& test = target("checks", Kind::test, "c++");
    test.sources = names.several(10, ".cc");
    test.data = names.several(200, "");
    test.uses = {"crate", "program"};
    for (int n = 0; n < 20; ++n) test.uses.push_back("c" + std::to_string(n));
    return plan;
}

// What a word of a rule means, told without the writer: the paths are put in, nothing is quoted.
std::vector<std::string> meant(const Lowered& lowered, const Step& step, const NinjaSettings& settings) {
    std::vector<std::string> out;
    const Rule& rule = lowered.graph.rule(step);
    const auto real = [&](std::string_view symbolic) { return real_path(symbolic, settings); };
    for (const Words& command : rule.commands) {
        for (const std::string& word : command) {
            if (word == std::string(1, mark::configuration)) {
                for (const std::string& flag : rule.language->configurations.at(settings.configuration))
                    out.push_back(flag);
                continue;
            }
            if (word == std::string(1, mark::in)) {
                for (std::string_view input : lowered.graph.at(step.inputs)) out.push_back(real(input));
                continue;
            }
            std::string text;
            for (std::size_t at = 0; at < word.size(); ++at) {
                if (word[at] == mark::source) {
                    text += settings.root;
                } else if (word[at] == mark::helper) {
                    text += helper_directory;
                } else if (word[at] == mark::out) {
                    text += real(step.output);
                } else if (word[at] == mark::tool) {
                    const std::size_t end = word.find(mark::tool, at + 1);
                    text += "tool:" + word.substr(at + 1, end - at - 1);
                    at = end;
                } else if (word[at] != mark::build) {
                    text += word[at];
                }
            }
            out.push_back(text);
        }
        out.emplace_back("end of command");
    }
    return out;
}

class HostileNames : public testing::Test {
  protected:
    HostileNames() {
        // Found before PATH is the machine that has nothing.
        ninja_ = find_program("ninja");
    }

    void write(unsigned seed, const std::string& root) {
        settings_.root = root;
        settings_.configuration = "release";
        settings_.regenerate = {"/usr/bin/aibuild-gen", "emit"};
        Names names(seed);
        plan_ = hostile_plan(names);
        text_ = write_plan(plan_);
        plan_ = read_plan(text_, plan_file);
        const test::FakeTools tools;
        Toolchain toolchain;
        lowered_ = lower({plan_, text_, plan_file}, languages_, toolchain);
        directory_.put(std::string(ninja_file), write_ninja(lowered_, toolchain, settings_));
        const StepCommands commands(lowered_, toolchain, settings_);
        for (const Step& step : lowered_.graph.steps) commands_.push_back(commands.of(step));
        tools_ = tools.directory().string() + "/";
    }

    std::string ninja_, text_, tools_;
    Directory directory_;
    NinjaSettings settings_;
    Plan plan_;
    const Languages languages_;
    Lowered lowered_;
    std::vector<std::string> commands_;
};

class HostileNamesIn : public HostileNames, public testing::WithParamInterface<std::string> {};

TEST_P(HostileNamesIn, NinjaReadsEveryPathBack) {
    ASSERT_FALSE(ninja_.empty()) << "there is no ninja on PATH";
    write(7, GetParam());
    const auto database = run(directory_.path(), {ninja_, "-t", "compdb"});
    ASSERT_EQ(database.code, 0) << database.out.substr(0, 2000);
    std::map<std::string, const boost::json::object*> edges;
    const auto document = json::parse(database.out, "compdb");
    for (const auto& edge : document.get_array())
        edges[std::string(edge.at("output").as_string())] = &edge.get_object();

    std::vector<std::string> query{ninja_, "-t", "query"};
    std::size_t query_size = 0;
    std::string expected, inputs;
    // The users of an output are the other side of the same edges; they are left out of the comparison.
    const auto ask = [&] {
        const auto answer = run(directory_.path(), query);
        ASSERT_EQ(answer.code, 0) << answer.out.substr(0, 2000);
        bool outputs = false;
        for (std::size_t at = 0, end = 0; at < answer.out.size(); at = end + 1) {
            end = answer.out.find('\n', at);
            const std::string line = answer.out.substr(at, end - at);
            outputs = outputs && line.starts_with("    ");
            if (!outputs) inputs += line + "\n";
            outputs = outputs || line == "  outputs:";
        }
        query.resize(3);
        query_size = 0;
    };
    for (std::size_t n = 0; n < lowered_.graph.steps.size(); ++n) {
        const Step& step = lowered_.graph.steps[n];
        const auto real = [&](std::string_view symbolic) { return real_path(symbolic, settings_); };
        const std::string output = real(step.output);
        ASSERT_TRUE(edges.contains(output)) << output;
        const boost::json::object& edge = *edges.at(output);
        EXPECT_EQ(edge.at("file").as_string(), real(lowered_.graph.at(step.inputs).front()));
        EXPECT_EQ(edge.at("command").as_string(), commands_[n]);
        query.push_back(output);
        query_size += output.size() + 16;  // with its pointer, as the kernel counts it
        expected += output + ":\n  input: " + lowered_.graph.rule(step).name + "\n";
        for (std::string_view input : lowered_.graph.at(step.inputs)) expected += "    " + real(input) + "\n";
        for (std::string_view input : lowered_.graph.at(step.implicit))
            expected += "    | " + real(input) + "\n";
        expected += "  outputs:\n";
        if (query_size > 1'000'000) ask();
    }
    ask();
    ASSERT_EQ(inputs.size(), expected.size());
    EXPECT_TRUE(inputs == expected);
}

TEST_P(HostileNamesIn, TheShellReadsEveryArgumentBack) {
    write(11, GetParam());
    // Programs become functions that print what they are given.
    std::string script =
        "print() { printf '%s\\000' \"$@\" 'end of command'; }\n"
        "sh() { print sh \"$@\"; }\nrm() { print rm \"$@\"; }\n";
    for (const char* tool : {"cc", "c++", "ar", "rustc", "python"})
        script += std::string("tool_") + (std::string_view(tool) == "c++" ? "cxx" : tool) +
                  "() { print tool:" + tool + " \"$@\"; }\n";
    const std::map<std::string, std::string> functions = {{"cc", "tool_cc"},
                                                          {"c++", "tool_cxx"},
                                                          {"ar", "tool_ar"},
                                                          {"rustc", "tool_rustc"},
                                                          {"python3", "tool:python"}};
    std::vector<std::string> expected;
    for (std::size_t n = 0; n < lowered_.graph.steps.size(); ++n) {
        std::string command = commands_[n];
        for (std::size_t at = 0; (at = command.find(tools_, at)) != std::string::npos;) {
            const std::size_t end = command.find(' ', at);
            const std::string tool = command.substr(at + tools_.size(), end - at - tools_.size());
            command.replace(at, end - at, functions.at(tool));
        }
        script += command + "\n";
        const auto words = meant(lowered_, lowered_.graph.steps[n], settings_);
        expected.insert(expected.end(), words.begin(), words.end());
        // Where Ninja's depfile reader could not take the source's own name it is taken out.
        if (const std::size_t own = commands_[n].find(" && sh .aibuild/own-source.sh ");
            own != std::string::npos) {
            expected.insert(expected.end(), {"sh", ".aibuild/own-source.sh"});
            expected.push_back(real_path(lowered_.graph.steps[n].output, settings_) + ".d");
            expected.emplace_back();  // the escaped name, compared below
            expected.emplace_back("end of command");
        }
    }
    directory_.put("script", script);
    const auto ran = run(directory_.path(), {"/bin/sh", "script"});
    ASSERT_EQ(ran.code, 0) << ran.out.substr(0, 2000);
    std::vector<std::string> words;
    for (std::size_t at = 0, end = 0; at < ran.out.size(); at = end + 1) {
        end = ran.out.find('\0', at);
        words.push_back(ran.out.substr(at, end - at));
    }
    ASSERT_EQ(words.size(), expected.size());
    for (std::size_t n = 0; n < words.size(); ++n) {
        if (expected[n].empty()) continue;
        ASSERT_EQ(words[n], expected[n]) << "word " << n;
    }
}

INSTANTIATE_TEST_SUITE_P(Roots, HostileNamesIn, testing::Values("../", "../../o'd d|r$/"),
                         [](const auto& each) { return each.index == 0 ? "Plain" : "Awkward"; });

// One source for each character that a name may have, with a header, through the real compiler.
std::vector<std::string> a_name_for_each_character(std::string_view without) {
    std::vector<std::string> out;
    for (char c = ' '; c <= '~'; ++c) {
        if (without.find(c) == std::string_view::npos) out.push_back(std::string("src/a") + c + "b.c");
    }
    out.insert(out.end(), {"src/ .c", "-v.c", "$out.c", "@x@.c", "src/\xc3\xbc \xe6\x97\xa5.c"});
    // As long and as deep as a path may be.
    std::string deep = "x.c";
    while (!path_problem("d/" + deep)) deep.insert(0, "d/");
    out.push_back(deep);
    out.push_back(std::string(238, 'n') + ".c");
    return out;
}

Plan real_plan(const Directory& directory, const std::vector<std::string>& sources) {
    Plan plan;
    plan.name = "real";
    plan.version = "1";
    plan.targets.resize(2);
    Target& library = plan.targets[0];
    library.name = "library";
    library.kind = Kind::static_library;
    library.language = "c";
    library.sources = sources;
    library.headers = {"in clude/the header.h"};
    library.include_directories = {"in clude"};
    Target& program = plan.targets[1];
    program.name = "program";
    program.language = "c";
    program.sources = {"main.c"};
    program.uses = {"library"};
    directory.put("in clude/the header.h", "enum { zero };\n");
    std::string declared, called;
    for (std::size_t n = 0; n < sources.size(); ++n) {
        const std::string name = "f" + std::to_string(n);
        directory.put(sources[n], "#include \"the header.h\"\nint " + name + "(void) { return zero; }\n");
        declared += "int " + name + "(void);\n";
        called += " + " + name + "()";
    }
    directory.put("main.c", declared + "int main(void) { return 0" + called + "; }\n");
    directory.put(std::string(plan_file), write_plan(plan));
    return plan;
}

TEST(HostileNamesBuilt, OnceAndAgainWhenTheHeaderChanges) {
    const Directory directory;
    const auto sources = a_name_for_each_character("/");
    real_plan(directory, sources);
    EmitOptions options;
    options.root = directory.path();
    options.program = "/nonexistent/aibuild-gen";
    emit(options);
    const auto ninja = [&](std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), {"ninja", "-C", "build"});
        return run(directory.path(), std::move(arguments));
    };
    const auto built = ninja({});
    ASSERT_EQ(built.code, 0) << built.out;
    EXPECT_EQ(run(directory.path(), {"build/bin/program"}).code, 0);
    EXPECT_NE(ninja({}).out.find("no work to do"), std::string::npos) << ninja({"-n", "-d", "explain"}).out;

    namespace fs = std::filesystem;
    fs::last_write_time(directory / "in clude/the header.h",
                        fs::file_time_type::clock::now() + std::chrono::hours(1));
    const std::string again = ninja({"-n"}).out;
    std::size_t compiled = 0;
    for (std::size_t at = 0; (at = again.find("] CC ", at)) != std::string::npos; ++at) ++compiled;
    EXPECT_EQ(compiled, sources.size()) << again;
}

// With what CMake 3.25 can carry it must do as well. It takes \ for a slash or an escape, [ and ] for a
// list, leaves | bare for Ninja and ? and * for the shell, and makes one object of what differs only in a
// space or colon for an underscore.
TEST(HostileNamesBuilt, ByCMakeToo) {
    const Directory directory;
    real_plan(directory, a_name_for_each_character("/\\[]|?*_:"));
    EmitOptions options;
    options.root = directory.path();
    options.program = "/nonexistent/aibuild-gen";
    emit(options);
    const auto configured = run(directory.path(), {"cmake", "-G", "Ninja", "-S", ".", "-B", "out"});
    ASSERT_EQ(configured.code, 0) << configured.out;
    const auto built = run(directory.path(), {"cmake", "--build", "out"});
    ASSERT_EQ(built.code, 0) << built.out;
    EXPECT_EQ(run(directory.path(), {"out/bin/program"}).code, 0);
}

}  // namespace
}  // namespace aibuild
