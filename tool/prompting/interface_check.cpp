#include "tool/prompting/interface_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>

namespace aibuild {

namespace {

struct Declared {
    std::string name;
    std::size_t parameters = 0;
    bool variadic = false;  // or with defaults: any number from some on
};

bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

// Comments and preprocessor lines say nothing binding.
std::string code_of(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool line_begins = i == 0 || text[i - 1] == '\n';
        if (text.substr(i, 2) == "//" || (line_begins && text[i] == '#')) {
            i = std::min(text.find('\n', i), text.size());
            out += '\n';
        } else if (text.substr(i, 2) == "/*") {
            i = std::min(text.find("*/", i + 2), text.size() - 1) + 1;
            out += ' ';
        } else {
            out += text[i];
        }
    }
    return out;
}

// The parameters from `open`, a parenthesis, on; `end` is set behind its partner, or to the end of the text.
Declared parameters(std::string_view code, std::size_t open, std::size_t& end) {
    Declared out;
    int depth = 0;
    std::string plain;
    for (end = open; end < code.size(); ++end) {
        const char c = code[end];
        if (c == '(' || c == '[' || c == '{' || c == '<') ++depth;
        if (c == ')' || c == ']' || c == '}' || (c == '>' && code[end - 1] != '-')) --depth;
        if (depth == 0) break;
        if (c == ',' && depth == 1) ++out.parameters;
        if (c == '=' && depth == 1) out.variadic = true;
        if (std::isspace(static_cast<unsigned char>(c)) == 0 && end > open) plain += c;
    }
    end = std::min(end + 1, code.size());
    if (plain.find("...") != std::string::npos) out.variadic = true;
    if (!plain.empty() && plain != "void") ++out.parameters;
    return out;
}

// Is what follows the parameters the end of a declaration? Prose also has "too early (or late); then".
bool is_end(std::string_view code, std::size_t from, bool defined) {
    static const std::set<std::string_view> words = {"const",   "noexcept", "override", "final",
                                                     "default", "delete",   "0"};
    for (std::size_t i = from; i < code.size();) {
        const char c = code[i];
        if (c == ';') return true;
        if (c == '{' || c == ':') return defined;  // a body, or what a constructor initializes
        if (c == '-' && defined) return true;      // -> and a type
        if (std::isspace(static_cast<unsigned char>(c)) != 0 || c == '=' || c == '&') {
            ++i;
            continue;
        }
        std::size_t end = i;
        while (end < code.size() && is_word(code[end])) ++end;
        if (end == i || !words.contains(code.substr(i, end - i))) return false;
        i = end;
    }
    return false;
}

// Can what stands before a name on its line be a type? Formulas have parentheses there, and sentences many
// words.
bool is_type(std::string_view code, std::size_t name) {
    const std::size_t line = code.rfind('\n', name);
    std::size_t words = 0;
    bool inside = false;
    for (std::size_t i = line == std::string_view::npos ? 0 : line + 1; i < name; ++i) {
        const char c = code[i];
        if (!is_word(c) && std::string_view(" \t:<>,*&[]").find(c) == std::string_view::npos) return false;
        if (is_word(c) && !inside) ++words;
        inside = is_word(c);
    }
    return words > 0 && words < 6;
}

// `name(...);`, with nothing between but what may stand there. `defined` also takes those with a body, as
// headers have them. In an interface, which is prose too, the parenthesis touches the name.
std::vector<Declared> declarations(std::string_view code, bool defined) {
    std::vector<Declared> out;
    for (std::size_t i = 1; i < code.size(); ++i) {
        if (code[i] != '(') continue;
        std::size_t last = i;
        while (defined && last > 0 && code[last - 1] == ' ') --last;
        std::size_t first = last;
        while (first > 0 && is_word(code[first - 1])) --first;
        if (first == last || std::isdigit(static_cast<unsigned char>(code[first])) != 0) continue;
        std::size_t end = i;
        Declared found = parameters(code, i, end);
        found.name = code.substr(first, last - first);
        // A type stands before it: what begins a line is a call, a macro or a constructor.
        std::size_t before = first;
        while (before > 0 && std::isspace(static_cast<unsigned char>(code[before - 1])) != 0 &&
               code[before - 1] != '\n')
            --before;
        const bool typed = before > 0 && (is_word(code[before - 1]) || code[before - 1] == '*' ||
                                          code[before - 1] == '&' || code[before - 1] == '>');
        if (typed && (defined || is_type(code, first)) && is_end(code, end, defined))
            out.push_back(std::move(found));
        if (!defined) i = std::max(i, end - 1);
    }
    return out;
}

std::string counted_parameters(const Declared& declared) {
    return fmt::format("{} parameter{}", declared.parameters, declared.parameters == 1 ? "" : "s");
}

}  // namespace

std::optional<std::string> interface_problem(std::string_view interface,
                                             const std::vector<std::string>& headers) {
    std::vector<Declared> there;
    std::string all;
    for (const std::string& header : headers) {
        const std::string code = code_of(header);
        const auto more = declarations(code, true);
        there.insert(there.end(), more.begin(), more.end());
        all += code;
    }
    static const std::set<std::string_view> no_names = {"if", "for", "while", "switch", "return", "sizeof"};
    for (const Declared& wanted : declarations(code_of(interface), false)) {
        if (no_names.contains(wanted.name)) continue;
        const auto same_name = [&](const Declared& each) { return each.name == wanted.name; };
        const auto same = [&](const Declared& each) {
            return same_name(each) &&
                   (each.parameters == wanted.parameters || each.variadic || wanted.variadic);
        };
        if (std::any_of(there.begin(), there.end(), same)) continue;
        const auto other = std::find_if(there.begin(), there.end(), same_name);
        if (other != there.end())
            return fmt::format("`{}` with {}; the header declares it with {}", wanted.name,
                               counted_parameters(wanted), other->parameters);
        // Declared in a way that isn't seen here, through a macro for instance: not for us to judge.
        if (all.find(wanted.name) != std::string::npos) continue;
        return fmt::format("`{}` with {}, which the header does not declare", wanted.name,
                           counted_parameters(wanted));
    }
    return std::nullopt;
}

}  // namespace aibuild
