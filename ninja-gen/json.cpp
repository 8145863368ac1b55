#include "ninja-gen/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/parser.hpp>
#include <boost/json/serialize.hpp>
#include <cmath>
#include <optional>
#include <unordered_set>

#include "ninja-gen/error.h"

namespace aibuild::json {

namespace {

constexpr std::size_t line_width = 110;

// Walks over text that Boost.JSON has accepted, so every step may trust the grammar.
class Walker {
  public:
    explicit Walker(std::string_view text) : text_(text) { space(); }

    char peek() const { return text_[at_]; }
    std::size_t at() const { return at_; }

    void space() {
        while (at_ < text_.size() &&
               (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t' || text_[at_] == '\r'))
            ++at_;
    }

    void punctuation() {
        ++at_;
        space();
    }

    // The string here, unescaped where it has to be.
    std::string string() {
        const std::size_t begin = at_;
        bool escaped = false;
        for (++at_; text_[at_] != '"'; ++at_) {
            if (text_[at_] == '\\') {
                escaped = true;
                ++at_;
            }
        }
        ++at_;
        const std::string_view raw = text_.substr(begin, at_ - begin);
        space();
        if (!escaped) return std::string(raw.substr(1, raw.size() - 2));
        return std::string(bj::parse(raw).as_string());
    }

    void scalar() {
        if (peek() == '"') {
            skip_string();
        } else {
            while (at_ < text_.size() &&
                   std::string_view(",]} \n\t\r").find(text_[at_]) == std::string_view::npos)
                ++at_;
        }
        space();
    }

    // Calls member(key) with the walker at each value of the object here; member must leave it behind the
    // value.
    template <class Member>
    void object(Member member) {
        punctuation();
        while (peek() != '}') {
            std::string key = string();
            punctuation();
            member(std::move(key));
            if (peek() == ',') punctuation();
        }
        punctuation();
    }

    template <class Element>
    void array(Element element) {
        punctuation();
        for (std::size_t n = 0; peek() != ']'; ++n) {
            element(n);
            if (peek() == ',') punctuation();
        }
        punctuation();
    }

    void skip() {
        if (peek() == '{') {
            object([&](const std::string&) { skip(); });
        } else if (peek() == '[') {
            array([&](std::size_t) { skip(); });
        } else {
            scalar();
        }
    }

  private:
    void skip_string() {
        for (++at_; text_[at_] != '"'; ++at_) {
            if (text_[at_] == '\\') ++at_;
        }
        ++at_;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

// The pointers below are put together on the way back from what was found: one for each value that is passed
// would cost the square of a hostile document's length.

// Finds the first key that its object has already, as a pointer from here; empty where there is none.
std::string duplicate(Walker& walker) {
    std::string found;
    if (walker.peek() == '{') {
        std::unordered_set<std::string> keys;
        walker.object([&](const std::string& key) {
            const bool twice = !keys.insert(key).second;
            const std::string inner = duplicate(walker);
            if (found.empty() && (twice || !inner.empty()))
                found = pointer_token(key) + (twice ? std::string() : inner);
        });
    } else if (walker.peek() == '[') {
        walker.array([&](std::size_t n) {
            const std::string inner = duplicate(walker);
            if (found.empty() && !inner.empty()) found = "/" + std::to_string(n) + inner;
        });
    } else {
        walker.scalar();
    }
    return found;
}

// The pointer from here to the first number that is none; nothing where there is none.
std::optional<std::string> not_finite(const bj::value& value) {
    if (const auto* number = value.if_double()) {
        if (!std::isfinite(*number)) return "";
    } else if (const auto* object = value.if_object()) {
        for (const auto& member : *object) {
            if (const auto found = not_finite(member.value())) return pointer_token(member.key()) + *found;
        }
    } else if (const auto* array = value.if_array()) {
        for (std::size_t n = 0; n < array->size(); ++n) {
            if (const auto found = not_finite((*array)[n])) return "/" + std::to_string(n) + *found;
        }
    }
    return std::nullopt;
}

int line_at(std::string_view text, std::size_t offset) {
    return 1 + static_cast<int>(
                   std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(offset), '\n'));
}

std::string escaped_scalar(const bj::value& value) {
    return bj::serialize(value);
}

bool is_scalar(const bj::value& value) {
    return !value.is_object() && !value.is_array();
}

std::string one_line(const bj::value& value) {
    if (const auto* array = value.if_array()) {
        std::string out = "[";
        for (const auto& element : *array) out += (out.size() > 1 ? ", " : "") + one_line(element);
        return out + "]";
    }
    if (const auto* object = value.if_object()) {
        std::string out = "{";
        for (const auto& member : *object) {
            out +=
                (out.size() > 1 ? ", " : "") + bj::serialize(member.key()) + ": " + one_line(member.value());
        }
        return out + "}";
    }
    return escaped_scalar(value);
}

bool flat(const bj::value& value) {
    if (const auto* array = value.if_array()) return std::all_of(array->begin(), array->end(), is_scalar);
    if (const auto* object = value.if_object()) {
        return std::all_of(object->begin(), object->end(),
                           [](const auto& m) { return is_scalar(m.value()); });
    }
    return true;
}

void pretty_into(std::string& out, const bj::value& value, std::size_t depth, std::size_t column) {
    if (is_scalar(value)) {
        out += escaped_scalar(value);
        return;
    }
    if (flat(value) && depth > 0) {
        if (const std::string line = one_line(value); column + line.size() < line_width) {
            out += line;
            return;
        }
    }
    const std::string indent(2 * (depth + 1), ' ');
    const bool object = value.is_object();
    out += object ? "{" : "[";
    bool first = true;
    const auto begin = [&] {
        out += first ? "\n" : ",\n";
        out += indent;
        first = false;
    };
    if (object) {
        for (const auto& member : value.get_object()) {
            begin();
            const std::string key = bj::serialize(member.key()) + ": ";
            out += key;
            pretty_into(out, member.value(), depth + 1, indent.size() + key.size());
        }
    } else {
        for (const auto& element : value.get_array()) {
            begin();
            pretty_into(out, element, depth + 1, indent.size());
        }
    }
    if (!first) out += "\n" + std::string(2 * depth, ' ');
    out += object ? "}" : "]";
}

void canonical_into(std::string& out, const bj::value& value) {
    if (const auto* object = value.if_object()) {
        std::vector<const bj::key_value_pair*> members;
        for (const auto& member : *object) members.push_back(&member);
        std::sort(members.begin(), members.end(), [](auto* a, auto* b) { return a->key() < b->key(); });
        out += '{';
        for (const auto* member : members) {
            if (out.back() != '{') out += ',';
            out += bj::serialize(member->key()) + ":";
            canonical_into(out, member->value());
        }
        out += '}';
    } else if (const auto* array = value.if_array()) {
        out += '[';
        for (const auto& element : *array) {
            if (&element != &array->front()) out += ',';
            canonical_into(out, element);
        }
        out += ']';
    } else {
        out += escaped_scalar(value);
    }
}

}  // namespace

bj::value parse(std::string_view text, std::string_view file) {
    bj::parse_options options;
    options.max_depth = max_depth;
    // The document lives in a few large pieces that go all at once: 100,000 strings are as many allocations
    // else.
    bj::parser parser({}, options);
    parser.reset(bj::make_shared_resource<bj::monotonic_resource>());
    boost::system::error_code error;
    const std::size_t read = parser.write_some(text.data(), text.size(), error);
    std::size_t end = read;
    while (!error && end < text.size() &&
           std::string_view(" \n\t\r").find(text[end]) != std::string_view::npos)
        ++end;
    if (error || end < text.size()) {
        const bool depth = error == bj::error::too_deep;
        const bool unfinished = error == bj::error::incomplete;
        const bool marked = text.starts_with("\xef\xbb\xbf");
        throw Error(Exit::usage, depth ? "json.depth" : "json.syntax",
                    fmt::format("{}:{}", file, line_at(text, std::min(end, text.size()))),
                    depth        ? fmt::format("The document is nested deeper than {} levels.", max_depth)
                    : marked     ? std::string("It begins with a byte order mark, which JSON can't have.")
                    : unfinished ? std::string("The document ends before its value does.")
                    : error      ? fmt::format("This is not JSON: {}.", error.message())
                                 : std::string("There is more text after the document's value."),
                    marked ? "Save it as UTF-8 without a mark." : "Correct the syntax at this line.");
    }
    bj::value value = parser.release();
    if (Walker walker(text); walker.peek() == '{' || walker.peek() == '[') {
        if (const std::string pointer = duplicate(walker); !pointer.empty()) {
            throw Error(Exit::usage, "json.duplicate", place(file, text, pointer),
                        "The object has this key twice; readers would disagree about which one counts.",
                        "Remove one of the two.");
        }
    }
    if (const auto pointer = not_finite(value)) {
        throw Error(Exit::usage, "json.number", place(file, text, *pointer),
                    "The number is too large to be one.", "Write a number below 1e308.");
    }
    return value;
}

std::string pointer_token(std::string_view key) {
    std::string out = "/";
    for (char c : key) {
        if (c == '~') {
            out += "~0";
        } else if (c == '/') {
            out += "~1";
        } else {
            out += c;
        }
    }
    return out;
}

int line_of(std::string_view text, std::string_view pointer) {
    Walker walker(text);
    std::size_t found = walker.at();
    while (!pointer.empty()) {
        const std::size_t slash = pointer.find('/', 1);
        std::string token(pointer.substr(1, slash == std::string_view::npos ? slash : slash - 1));
        pointer = slash == std::string_view::npos ? std::string_view() : pointer.substr(slash);
        for (std::size_t k = 0; (k = token.find('~', k)) != std::string::npos; ++k)
            token.replace(k, 2, token[k + 1] == '0' ? "~" : "/");
        bool hit = false;
        const auto visit = [&](const auto& name) {
            std::string text_name;
            if constexpr (std::is_same_v<std::decay_t<decltype(name)>, std::size_t>) {
                text_name = std::to_string(name);
            } else {
                text_name = name;
            }
            // The last of equal keys is the one that a duplicate error is about.
            if (text_name == token) {
                found = walker.at();
                hit = true;
            }
            walker.skip();
        };
        if (walker.peek() == '{') {
            walker.object(visit);
        } else if (walker.peek() == '[') {
            walker.array(visit);
        }
        if (!hit) return 0;
        const std::size_t begin = found;
        walker = Walker(text.substr(begin));
        // Positions below are relative to the value just found: count its lines and go on inside.
        if (!pointer.empty()) {
            const int below = line_of(text.substr(begin), pointer);
            return below == 0 ? 0 : line_at(text, begin) + below - 1;
        }
    }
    return line_at(text, found);
}

std::string place(std::string_view file, std::string_view text, std::string_view pointer) {
    const int line = line_of(text, pointer);
    std::string out(file);
    if (line > 0) out += fmt::format(":{}", line);
    if (!pointer.empty()) out += fmt::format(" ({})", pointer);
    return out;
}

std::string pretty(const bj::value& value) {
    std::string out;
    pretty_into(out, value, 0, 0);
    return out + "\n";
}

std::string canonical(const bj::value& value) {
    std::string out;
    canonical_into(out, value);
    return out;
}

}  // namespace aibuild::json
