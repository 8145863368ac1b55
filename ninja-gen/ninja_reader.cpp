#include "ninja-gen/ninja_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>

#include "ninja-gen/error.h"
#include "ninja-gen/ninja_log.h"
#include "ninja-gen/ninja_writer.h"

namespace aibuild {

namespace {

namespace fs = std::filesystem;

constexpr int deepest = 100;  // files that include files, and variables that stand for variables

// A text with its variables not yet replaced, as it stands in the file.
using Raw = std::string_view;
using Lookup = std::function<std::string(std::string_view name)>;

bool is_name(char c, bool dots) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || (dots && c == '.');
}

// What a `$` at `at` stands for; `at` goes behind it.
std::string expand_one(Raw text, std::size_t& at, const Lookup& lookup) {
    const char next = at + 1 < text.size() ? text[at + 1] : '\n';
    if (next == '\n' || next == '\r') {
        at = std::min(text.find('\n', at), text.size() - 1) + 1;
        while (at < text.size() && text[at] == ' ') ++at;
        return {};
    }
    if (next == '{') {
        const std::size_t end = std::min(text.find('}', at), text.size());
        const std::string_view name = text.substr(at + 2, end - at - 2);
        at = end + 1;
        return lookup(name);
    }
    std::size_t end = at + 1;
    while (end < text.size() && is_name(text[end], false)) ++end;
    if (end > at + 1) {
        const std::string_view name = text.substr(at + 1, end - at - 1);
        at = end;
        return lookup(name);
    }
    at += 2;
    return std::string(1, next);
}

std::string expand(Raw text, const Lookup& lookup) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] == '$') {
            out += expand_one(text, at, lookup);
        } else {
            const std::size_t end = std::min(text.find('$', at), text.size());
            out.append(text.substr(at, end - at));
            at = end;
        }
    }
    return out;
}

// Without "./", "//" and "a/../", as ninja compares paths.
std::string canonical(std::string path) {
    if (path.find("//") == path.npos && path.find("./") == path.npos && !path.ends_with("/.") &&
        !path.ends_with("/..") && !path.ends_with('/'))
        return path;
    std::string out = fs::path(path).lexically_normal().string();
    if (out.size() > 1 && out.ends_with('/')) out.pop_back();
    return out;
}

struct NinjaRule {
    std::map<std::string, Raw, std::less<>> variables;
};

// What names stand for in a file, and in those that it includes.
struct Scope {
    const Scope* outer = nullptr;
    std::map<std::string, std::string, std::less<>> variables;
    std::map<std::string, NinjaRule, std::less<>> rules;

    std::string variable(std::string_view name) const {
        for (const Scope* scope = this; scope != nullptr; scope = scope->outer) {
            if (const auto found = scope->variables.find(name); found != scope->variables.end())
                return found->second;
        }
        return {};
    }
    const NinjaRule* rule(std::string_view name) const {
        for (const Scope* scope = this; scope != nullptr; scope = scope->outer) {
            if (const auto found = scope->rules.find(name); found != scope->rules.end())
                return &found->second;
        }
        return nullptr;
    }
};

// Variables of one edge: its own, those of its rule, those of its file.
class EdgeVariables {
  public:
    EdgeVariables(const NinjaEdge& edge, std::size_t inputs, std::size_t outputs, const NinjaRule* rule,
                  const Scope& scope)
        : edge_(edge), inputs_(inputs), outputs_(outputs), rule_(rule), scope_(scope) {}

    std::string operator()(std::string_view name) const { return value(name, 0); }

  private:
    std::string value(std::string_view name, int depth) const {
        if (name == "in") return list(edge_.inputs, inputs_, ' ');
        if (name == "in_newline") return list(edge_.inputs, inputs_, '\n');
        if (name == "out") return list(edge_.outputs, outputs_, ' ');
        if (const auto own = edge_.variables.find(name); own != edge_.variables.end()) return own->second;
        if (rule_ != nullptr) {
            const auto found = rule_->variables.find(name);
            if (found != rule_->variables.end() && depth < deepest)
                return expand(found->second, [&](std::string_view inner) { return value(inner, depth + 1); });
        }
        return scope_.variable(name);
    }

    static std::string list(const std::vector<std::string>& paths, std::size_t count, char between) {
        std::string out;
        for (std::size_t n = 0; n < count; ++n) {
            if (n > 0) out += between;
            append_quoted(out, paths[n]);
        }
        return out;
    }

    // Ninja's own way, of which the log has the hash.
    static void append_quoted(std::string& out, const std::string& path) {
        if (std::all_of(path.begin(), path.end(),
                        [](char c) { return is_name(c, true) || c == '+' || c == '/'; })) {
            out += path;
            return;
        }
        out += '\'';
        for (const char c : path) {
            if (c == '\'')
                out += "'\\''";
            else
                out += c;
        }
        out += '\'';
    }

    const NinjaEdge& edge_;
    const std::size_t inputs_, outputs_;
    const NinjaRule* rule_;
    const Scope& scope_;
};

class Reader {
  public:
    explicit Reader(fs::path build) : build_(std::move(build)) { scopes_.emplace_back(); }

    NinjaManifest read() {
        read_file(std::string(ninja_file), scopes_.front(), 0);
        // Rules are expanded last: by then their files have given every variable its last value.
        for (const Ruled& each : ruled_) {
            NinjaEdge& edge = out_.edges[each.edge];
            take_rule(edge, EdgeVariables(edge, each.inputs, each.outputs, each.rule, *each.scope));
        }
        out_.builddir = canonical(scopes_.front().variable("builddir"));
        return std::move(out_);
    }

  private:
    // One file of it, from its beginning to its end.
    struct Text {
        std::string name;
        std::string_view text;
        std::size_t at = 0;
    };

    // An edge, how many of its paths are explicit, and what its rule is to be expanded with.
    struct Ruled {
        std::size_t edge, inputs, outputs;
        const NinjaRule* rule;
        const Scope* scope;
    };

    void read_file(const std::string& name, Scope& scope, int depth) {
        std::ifstream file(build_ / name, std::ios::binary);
        if (!file || depth > deepest) {
            throw Error(Exit::usage, "ninja.missing-file", (build_ / name).string(),
                        depth > deepest ? "Files include each other here."
                                        : "This file of the build directory can't be read.",
                        "Let CMake, or whatever made the build directory, make it again.");
        }
        texts_.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
        Text in{name, texts_.back()};
        while (next_statement(in)) read_statement(in, scope, depth);
    }

    // Goes over empty lines and comments.
    static bool next_statement(Text& in) {
        while (in.at < in.text.size()) {
            const std::size_t end = std::min(in.text.find('\n', in.at), in.text.size());
            const std::size_t begin = std::min(in.text.find_first_not_of(" \r", in.at), in.text.size());
            if (begin < end && in.text[begin] != '#') return true;
            in.at = std::min(end + 1, in.text.size());
        }
        return false;
    }

    void read_statement(Text& in, Scope& scope, int depth) {
        if (in.text[in.at] == ' ') fail(in, "This line is indented, and belongs to nothing.");
        const std::string word = read_word(in);
        if (word == "build") {
            read_build(in, scope);
        } else if (word == "rule") {
            const std::string name = read_word(in);
            end_of_line(in);
            scope.rules[name].variables = read_bindings(in);
        } else if (word == "default") {
            for (const Raw path : read_paths(in, ""))
                out_.defaults.push_back(canonical(expand(path, variables_of(scope))));
            end_of_line(in);
        } else if (word == "pool") {
            read_word(in);
            end_of_line(in);
            read_bindings(in);
        } else if (word == "include" || word == "subninja") {
            const std::string path = expand(read_value(in), variables_of(scope));
            if (word == "include") {
                read_file(path, scope, depth + 1);
            } else {
                scopes_.emplace_back();
                scopes_.back().outer = &scope;
                read_file(path, scopes_.back(), depth + 1);
            }
        } else {
            skip_spaces(in);
            expect(in, '=');
            scope.variables[word] = expand(read_value(in), variables_of(scope));
        }
    }

    void read_build(Text& in, const Scope& scope) {
        std::vector<Raw> outputs = read_paths(in, ":|");
        const std::size_t explicit_outputs = outputs.size();
        if (peek(in) == '|') {
            ++in.at;
            append(outputs, read_paths(in, ":"));
        }
        if (outputs.empty()) fail(in, "A build statement names no output here.");
        expect(in, ':');
        NinjaEdge edge;
        edge.rule = read_word(in);
        const NinjaRule* rule = scope.rule(edge.rule);
        if (rule == nullptr && edge.rule != "phony") fail(in, "There is no rule of this name: " + edge.rule);
        std::vector<Raw> inputs = read_paths(in, "|");
        const std::size_t explicit_inputs = inputs.size();
        std::vector<Raw> order_only, validations;
        while (peek(in) == '|') {
            ++in.at;
            const char which = in.at < in.text.size() ? in.text[in.at] : ' ';
            if (which == '|' || which == '@') ++in.at;
            append(which == '|' ? order_only : which == '@' ? validations : inputs, read_paths(in, "|"));
        }
        end_of_line(in);
        for (const auto& [name, value] : read_bindings(in))
            edge.variables[name] = expand(value, variables_of(scope));
        const Lookup own = [&](std::string_view name) {
            const auto found = edge.variables.find(name);
            return found != edge.variables.end() ? found->second : scope.variable(name);
        };
        for (const Raw path : outputs) edge.outputs.push_back(canonical(expand(path, own)));
        for (const Raw path : inputs) edge.inputs.push_back(canonical(expand(path, own)));
        for (const Raw path : order_only) edge.order_only.push_back(canonical(expand(path, own)));
        if (rule != nullptr)
            ruled_.push_back({out_.edges.size(), explicit_inputs, explicit_outputs, rule, &scope});
        out_.edges.push_back(std::move(edge));
    }

    static void take_rule(NinjaEdge& edge, const EdgeVariables& variable) {
        std::string command = variable("command");
        if (const std::string response = variable("rspfile_content"); !response.empty())
            command += ";rspfile=" + response;
        edge.command_hash = command_hash(command, 5).value_or(0);
        edge.description = variable("description");
        edge.pool = variable("pool");
        edge.dyndep = canonical(variable("dyndep"));
        edge.records_inputs = !variable("deps").empty();
        edge.depfile = !edge.records_inputs && !variable("depfile").empty();
        edge.restat = !variable("restat").empty();
        edge.generator = !variable("generator").empty();
    }

    // The indented lines that follow.
    std::map<std::string, Raw, std::less<>> read_bindings(Text& in) {
        std::map<std::string, Raw, std::less<>> out;
        while (next_statement(in) && in.text[in.at] == ' ') {
            skip_spaces(in);
            const std::string name = read_word(in);
            skip_spaces(in);
            expect(in, '=');
            out[name] = read_value(in);
        }
        return out;
    }

    std::string read_word(Text& in) {
        skip_spaces(in);
        const std::size_t begin = in.at;
        while (in.at < in.text.size() && is_name(in.text[in.at], true)) ++in.at;
        if (in.at == begin) fail(in, "A name is needed here.");
        return std::string(in.text.substr(begin, in.at - begin));
    }

    // To the end of the line, and that.
    static Raw read_value(Text& in) {
        skip_spaces(in);
        const std::size_t begin = in.at;
        while (in.at < in.text.size() && in.text[in.at] != '\n') skip_one(in);
        Raw out = in.text.substr(begin, in.at - begin);
        if (out.ends_with('\r')) out.remove_suffix(1);
        in.at = std::min(in.at + 1, in.text.size());
        return out;
    }

    // Up to the end of the line or one of `ends`.
    static std::vector<Raw> read_paths(Text& in, std::string_view ends) {
        std::vector<Raw> out;
        for (;;) {
            const char c = peek(in);
            if (c == '\n' || ends.find(c) != ends.npos) return out;
            const std::size_t begin = in.at;
            while (in.at < in.text.size() && std::string_view(" :|\r\n").find(in.text[in.at]) == Raw::npos)
                skip_one(in);
            // A colon or a bar where none can stand is a character as others are to some versions.
            if (in.at == begin) ++in.at;
            out.push_back(in.text.substr(begin, in.at - begin));
        }
    }

    // A character, or a `$` with what belongs to it.
    static void skip_one(Text& in) {
        const bool escape = in.text[in.at] == '$';
        in.at += escape ? 2 : 1;
        if (escape && in.text.substr(in.at - 1).starts_with("\r\n")) ++in.at;
        in.at = std::min(in.at, in.text.size());
    }

    static void skip_spaces(Text& in) {
        while (in.at < in.text.size()) {
            if (in.text[in.at] == ' ') {
                ++in.at;
            } else if (in.text.substr(in.at).starts_with("$\n")) {
                in.at += 2;
            } else if (in.text.substr(in.at).starts_with("$\r\n")) {
                in.at += 3;
            } else {
                return;
            }
        }
    }

    // The next character that is no space; a newline at the end of the file.
    static char peek(Text& in) {
        skip_spaces(in);
        if (in.at < in.text.size() && in.text[in.at] == '\r') ++in.at;
        return in.at < in.text.size() ? in.text[in.at] : '\n';
    }

    static void expect(Text& in, char wanted) {
        if (peek(in) != wanted) fail(in, fmt::format("A `{}` is needed here.", wanted));
        ++in.at;
    }

    static void end_of_line(Text& in) {
        if (peek(in) != '\n') fail(in, "The line should end here.");
        in.at = std::min(in.at + 1, in.text.size());
    }

    static void append(std::vector<Raw>& out, const std::vector<Raw>& more) {
        out.insert(out.end(), more.begin(), more.end());
    }

    static Lookup variables_of(const Scope& scope) {
        return [&scope](std::string_view name) { return scope.variable(name); };
    }

    [[noreturn]] static void fail(const Text& in, std::string why) {
        const auto line =
            std::count(in.text.begin(),
                       in.text.begin() + static_cast<std::ptrdiff_t>(std::min(in.at, in.text.size())), '\n') +
            1;
        throw Error(Exit::usage, "ninja.syntax", fmt::format("{}:{}", in.name, line), std::move(why),
                    "Let CMake, or whatever made the build directory, make it again.");
    }

    const fs::path build_;
    std::deque<std::string> texts_;  // `Raw` points into them
    std::deque<Scope> scopes_;
    std::vector<Ruled> ruled_;
    NinjaManifest out_;
};

}  // namespace

NinjaManifest read_ninja(const fs::path& build) {
    return Reader(build).read();
}

}  // namespace aibuild
