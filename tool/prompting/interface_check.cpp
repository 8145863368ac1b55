#include "tool/prompting/interface_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>

#include "ninja-gen/small_letters.h"

namespace aibuild {

namespace {

struct Declared {
    std::string name;
    std::size_t parameters = 0;
    bool variadic = false;  // or with defaults: any number from some on
};

using WordSet = std::set<std::string_view>;

bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

bool is_blank(char c) {
    return std::isspace(static_cast<unsigned char>(c)) != 0;
}

// Comments say nothing binding.
std::string without_comments(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text.substr(i, 2) == "//") {
            i = std::min(text.find('\n', i), text.size());
            out += '\n';
        } else if (text.substr(i, 2) == "/*") {
            i = std::min(text.find("*/", i + 2), text.size() - 2) + 1;
            out += ' ';
        } else {
            out += text[i];
        }
    }
    return out;
}

// Nor do lines of the preprocessor, with those that continue them.
std::string code_of(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        std::size_t end = text.find('\n');
        const std::size_t begin = text.find_first_not_of(" \t");
        const bool directive = begin != text.npos && text[begin] == '#';
        while (directive && end != text.npos && end > 0 && text[end - 1] == '\\')
            end = text.find('\n', end + 1);
        if (!directive) out += text.substr(0, end);
        out += '\n';
        text.remove_prefix(end == text.npos ? text.size() : end + 1);
    }
    return out;
}

// The words of `text` one after the other; what stands in angle brackets belongs to the word before it, and
// `::` joins.
std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> out(1);
    int depth = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '<') ++depth;
        const bool joins = c == ':' || (i > 0 && text[i - 1] == ':');
        if (depth > 0 || is_word(c) || joins) {
            if (depth == 0) out.back() += c;
        } else if (!out.back().empty()) {
            out.emplace_back();
        }
        if (c == '>') --depth;
    }
    if (out.back().empty()) out.pop_back();
    return out;
}

const WordSet& type_words() {
    static const WordSet words = {"auto",      "bool",     "char",    "class",    "const",    "consteval",
                                  "constexpr", "double",   "enum",    "explicit", "extern",   "float",
                                  "friend",    "inline",   "int",     "long",     "restrict", "short",
                                  "signed",    "static",   "struct",  "template", "typedef",  "typename",
                                  "union",     "unsigned", "virtual", "void",     "volatile"};
    return words;
}

// Words that stand before a name in a sentence, or in a statement, and are no type.
bool is_no_type(std::string_view word) {
    static const WordSet words = {"a",    "after", "also",  "an",   "and",  "as",     "before",  "by",
                                  "call", "calls", "case",  "else", "from", "goto",   "if",      "in",
                                  "like", "new",   "of",    "on",   "or",   "return", "returns", "run",
                                  "runs", "see",   "than",  "the",  "then", "throw",  "to",      "until",
                                  "use",  "uses",  "using", "via",  "when", "where",  "while",   "with"};
    return words.contains(small_letters(word));
}

// Is what stands before a name in its line a type, or prose? A type has one name of its own, beside words of
// the language and macros. `spaced`: a blank follows the name, which is more often prose than a style.
bool is_type(std::string_view text, bool spaced = false) {
    std::size_t names = 0;
    bool sure = text.find_first_of("*&<:") != text.npos;
    for (const std::string& word : words_of(text)) {
        if (is_no_type(word)) return false;
        const bool macro =
            std::none_of(word.begin(), word.end(), [](char c) { return c >= 'a' && c <= 'z'; });
        const bool known = type_words().contains(word);
        sure = sure || known || word.ends_with("_t");
        if (!macro && !known) ++names;
    }
    return names <= 1 && (sure || !spaced);
}

// What stands before `name` in its line, back to where something else than a type ends.
std::string_view before(std::string_view code, std::size_t name) {
    std::size_t first = name;
    int depth = 0;
    while (first > 0 && code[first - 1] != '\n') {
        const char c = code[first - 1];
        if (c == '>') ++depth;
        if (c == '<') --depth;
        const bool joins = c == ':' && ((first > 1 && code[first - 2] == ':') || code[first] == ':');
        const bool part = is_word(c) || is_blank(c) || joins || c == '*' || c == '&' || c == '<' || c == '>';
        if (depth < 0 || (depth == 0 && !part)) break;
        --first;
    }
    return code.substr(first, name - first);
}

// The parameters from `open`, a parenthesis, on; `end` is set behind its partner, or to the end of the text.
// `typed` says whether each looks like one, and not like an argument in a call or a word in a sentence.
Declared parameters(std::string_view code, std::size_t open, std::size_t& end, bool& typed) {
    Declared out;
    int depth = 0;
    std::string plain;
    std::size_t begin = open + 1;
    const auto look_at = [&](std::string_view one) {
        const std::vector<std::string> words = words_of(one);
        const bool marked = one.find_first_of("*&<.:") != one.npos;
        const bool known = std::any_of(words.begin(), words.end(), [](const std::string& word) {
            return type_words().contains(word) || word.ends_with("_t");
        });
        const bool named = !words.empty() && words.size() <= 2 && !is_no_type(words[0]) &&
                           std::isupper(static_cast<unsigned char>(words[0][0])) != 0;
        const bool quoted = one.find_first_of("\"'`") != one.npos;
        typed = typed && !quoted && (marked || known || named);
    };
    for (end = open; end < code.size(); ++end) {
        const char c = code[end];
        if (c == '(' || c == '[' || c == '{' || c == '<') ++depth;
        if (c == ')' || c == ']' || c == '}' || (c == '>' && code[end - 1] != '-')) --depth;
        if (depth == 0) break;
        if (c == ',' && depth == 1) {
            ++out.parameters;
            look_at(code.substr(begin, end - begin));
            begin = end + 1;
        }
        if (c == '=' && depth == 1) out.variadic = true;
        if (!is_blank(c) && end > open) plain += c;
    }
    if (plain.find("...") != std::string::npos) out.variadic = true;
    if (!plain.empty() && plain != "void") {
        ++out.parameters;
        look_at(code.substr(begin, end - begin));
    }
    end = std::min(end + 1, code.size());
    return out;
}

// May this stand between the parameters and the end of a declaration: const, noexcept, = default, -> T?
bool is_tail(std::string_view text) {
    static const WordSet words = {"const", "volatile", "noexcept", "override",
                                  "final", "default",  "delete",   "0"};
    const std::size_t type = text.find("->");
    for (const std::string& word : words_of(text.substr(0, type))) {
        if (!words.contains(word)) return false;
    }
    return type == text.npos || is_type(text.substr(type + 2));
}

// `name(...) ... ;`. Of a header those with a body too, and whatever stands around them: a header that is
// read too willingly is believed, an interface that is would refuse a header for its prose.
std::vector<Declared> declarations(std::string_view code, bool header) {
    std::vector<Declared> out;
    for (std::size_t i = 1; i < code.size(); ++i) {
        if (code[i] != '(') continue;
        std::size_t last = i;
        while (last > 0 && code[last - 1] == ' ') --last;
        std::size_t first = last;
        while (first > 0 && is_word(code[first - 1])) --first;
        if (first == last || std::isdigit(static_cast<unsigned char>(code[first])) != 0) continue;
        std::size_t end = i;
        bool typed = true;
        Declared found = parameters(code, i, end, typed);
        found.name = code.substr(first, last - first);
        // A type stands before it: what begins a line is a call, a macro or a constructor.
        std::size_t type = first;
        while (type > 0 && is_blank(code[type - 1]) && code[type - 1] != '\n') --type;
        const bool has_type = type > 0 && (is_word(code[type - 1]) || code[type - 1] == '*' ||
                                           code[type - 1] == '&' || code[type - 1] == '>');
        const std::size_t stop = code.find_first_of(";{}(", end);
        const bool ended = stop != code.npos && (code[stop] == ';' || (header && code[stop] == '{'));
        const bool declares = has_type && ended &&
                              (header || (typed && is_type(before(code, first), last != i) &&
                                          is_tail(code.substr(end, stop - end))));
        if (declares) out.push_back(std::move(found));
        if (!header) i = std::max(i, end - 1);
    }
    return out;
}

bool holds_word(std::string_view text, std::string_view word) {
    for (std::size_t at = 0; (at = text.find(word, at)) != text.npos; ++at) {
        const std::size_t end = at + word.size();
        if ((at == 0 || !is_word(text[at - 1])) && (end == text.size() || !is_word(text[end]))) return true;
    }
    return false;
}

std::string counted(std::size_t parameters) {
    return parameters == 0   ? "no parameters"
           : parameters == 1 ? "1 parameter"
                             : fmt::format("{} parameters", parameters);
}

}  // namespace

std::optional<std::string> interface_problem(std::string_view interface,
                                             const std::vector<std::string>& headers) {
    std::vector<Declared> there;
    std::string all;
    for (const std::string& header : headers) {
        const std::string text = without_comments(header);
        const auto more = declarations(code_of(text), true);
        there.insert(there.end(), more.begin(), more.end());
        all += text + '\n';
    }
    for (const Declared& wanted : declarations(code_of(without_comments(interface)), false)) {
        const auto same_name = [&](const Declared& each) { return each.name == wanted.name; };
        const auto same = [&](const Declared& each) {
            return same_name(each) &&
                   (each.parameters == wanted.parameters || each.variadic || wanted.variadic);
        };
        if (std::any_of(there.begin(), there.end(), same)) continue;
        const auto other = std::find_if(there.begin(), there.end(), same_name);
        if (other != there.end())
            return fmt::format("`{}` with {}; the header declares it with {}", wanted.name,
                               counted(wanted.parameters), other->parameters);
        // Declared in a way that isn't seen here, through a macro for instance: not for us to judge.
        if (holds_word(all, wanted.name) || all.find("##") != all.npos) continue;
        return fmt::format("`{}` with {}, which the header does not declare", wanted.name,
                           counted(wanted.parameters));
    }
    return std::nullopt;
}

}  // namespace aibuild
