#include "tool/prompting/lenient_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "ninja-gen/json.h"

namespace aibuild {

namespace {

constexpr std::string_view blank = " \t\r\n";
constexpr std::string_view left = "\u201c", right = "\u201d", low = "\u201e";
constexpr std::string_view single_left = "\u2018", single_right = "\u2019", ellipsis = "\u2026";

bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_$+-.").find(c) != std::string_view::npos;
}

// Whether `token` is a number as JSON writes it.
bool is_number(std::string_view token) {
    std::size_t at = token.starts_with('-') ? 1 : 0;
    const auto digits = [&] {
        const std::size_t begin = at;
        while (at < token.size() && token[at] >= '0' && token[at] <= '9') ++at;
        return at - begin;
    };
    const bool zero = token.substr(at).starts_with('0');
    const std::size_t whole = digits();
    if (whole == 0 || (zero && whole > 1)) return false;
    if (token.substr(at).starts_with('.') && (++at, digits() == 0)) return false;
    if (at < token.size() && (token[at] == 'e' || token[at] == 'E')) {
        ++at;
        if (at < token.size() && (token[at] == '+' || token[at] == '-')) ++at;
        if (digits() == 0) return false;
    }
    return at == token.size();
}

constexpr std::pair<std::string_view, std::string_view> literals[] = {{"true", "true"},   {"false", "false"},
                                                                      {"null", "null"},   {"True", "true"},
                                                                      {"False", "false"}, {"None", "null"}};

constexpr std::string_view no_numbers[] = {"NaN", "nan", "Infinity", "-Infinity", "inf", "-inf"};

class Reader {
  public:
    Reader(const AnswerText& answer, std::size_t begin) : answer_(answer), text_(answer.text), at_(begin) {
        out_.assign(static_cast<std::size_t>(line(begin)) - 1, '\n');
    }

    LenientJson read() {
        do {
            skip_blanks_and_comments();
            if (at_ == text_.size()) incomplete();
            token();
        } while (!open_.empty());
        return {std::move(out_), at_, repairs()};
    }

  private:
    // What may come next.
    enum class Next : std::uint8_t { key_or_end, key, colon, value_or_end, value, comma_or_end };

    struct Bracket {
        char kind;
        std::size_t at;
    };

    // A lexical fix and how often it was made.
    struct Fix {
        std::string_view one, many;
        std::size_t count = 0;
    };

    void token() {
        switch (text_[at_]) {
            case '{':
            case '[':
                return open();
            case '}':
            case ']':
                return close();
            case ',':
                if (next_ != Next::comma_or_end) unexpected();
                comma_ = out_.size();
                next_ = open_.back().kind == '{' ? Next::key : Next::value;
                return copy(1);
            case ':':
                if (next_ != Next::colon) unexpected();
                next_ = Next::value;
                return copy(1);
            case '"':
                return string("\"");
            default:
                break;
        }
        for (const std::string_view quote : {left, right, low}) {
            if (here(quote)) return string(quote);
        }
        bare();
    }

    void open() {
        if (!wants_value()) unexpected();
        if (open_.size() == json::max_depth)
            reject("answer.depth", answer_.place(at_),
                   fmt::format("The answer is nested deeper than {} levels.", json::max_depth));
        open_.push_back({text_[at_], at_});
        next_ = text_[at_] == '{' ? Next::key_or_end : Next::value_or_end;
        copy(1);
    }

    void close() {
        const Bracket opened = open_.back();
        if ((opened.kind == '{') != (text_[at_] == '}'))
            reject("answer.json", answer_.place(at_),
                   fmt::format("The {} of line {} is closed by {}: a bracket is missing, or one is too many.",
                               opened.kind, line(opened.at), text_[at_]));
        const bool behind_comma = next_ == (opened.kind == '{' ? Next::key : Next::value);
        if (next_ == Next::colon || (next_ == Next::value && !behind_comma)) unexpected();
        if (behind_comma) {
            out_[comma_] = ' ';
            ++trailing_commas_.count;
        }
        open_.pop_back();
        next_ = Next::comma_or_end;
        copy(1);
    }

    void string(std::string_view opening) {
        const bool key = next_ == Next::key || next_ == Next::key_or_end;
        if (!key && !wants_value()) unexpected();
        const std::size_t begin = at_;
        if (opening != "\"") ++quotes_.count;
        out_ += '"';
        at_ += opening.size();
        while (at_ < text_.size() && !closed(opening)) character(begin, opening);
        if (at_ == text_.size())
            reject("answer.incomplete", answer_.place(begin),
                   "The answer ends inside of the string that begins in this line.");
        out_ += '"';
        at_ += opening.size();
        next_ = key ? Next::colon : Next::comma_or_end;
    }

    // Typographic marks come as “ ”, as ” ”, and as „ with either; all are three bytes long.
    bool closed(std::string_view opening) const {
        if (opening == "\"") return text_[at_] == '"';
        return here(right) || (opening == low && here(left));
    }

    void character(std::size_t begin, std::string_view opening) {
        const char c = text_[at_];
        if (static_cast<unsigned char>(c) < 0x20)
            reject("answer.json", answer_.place(at_),
                   fmt::format("The string that begins in line {} holds a raw {}; in JSON it is written {}.",
                               line(begin),
                               c == '\n'   ? "line break"
                               : c == '\t' ? "tab"
                                           : "control character",
                               c == '\n'   ? "\\n"
                               : c == '\t' ? "\\t"
                               : c == '\r' ? "\\r"
                                           : "\\f"));
        if (opening != "\"" && (c == '"' || here(left) || here(low)))
            reject(
                "answer.json", answer_.place(at_),
                fmt::format("The string that begins in line {} with {} holds another quotation mark: it is "
                            "not clear where the string ends. Strings stand in \" and \".",
                            line(begin), opening));
        return c == '\\' ? escape() : copy(1);
    }

    void escape() {
        const std::string_view rest = text_.substr(at_ + 1);
        if (rest.empty()) return copy(1);
        const bool unicode = rest.front() == 'u';
        const std::string_view hex = unicode ? rest.substr(1, 4) : std::string_view();
        const bool digits = hex.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
        if (std::string_view("\"\\/bfnrtu").find(rest.front()) == std::string_view::npos || !digits)
            reject("answer.json", answer_.place(at_),
                   fmt::format("{} is no escape that JSON has; a backslash in a string is written \\\\.",
                               found()));
        copy(2 + (unicode ? hex.size() : 0));
    }

    // A number or a word.
    void bare() {
        std::size_t end = at_;
        while (end < text_.size() && is_word(text_[end])) ++end;
        const std::string_view word = text_.substr(at_, end - at_);
        if (word.empty() || word.starts_with("..") || !wants_value()) unexpected();
        if (end == text_.size() && begins_value(word)) incomplete();
        if (std::ranges::find(no_numbers, word) != std::end(no_numbers))
            reject("answer.number", answer_.place(at_),
                   fmt::format("{} is no number that JSON can hold.", word));
        const auto* const literal =
            std::ranges::find_if(literals, [&](const auto& each) { return each.first == word; });
        const bool known = literal != std::end(literals);
        if (!known && !is_number(word)) unexpected();
        if (known && literal->second != word) ++python_.count;
        out_ += known ? literal->second : word;
        at_ = end;
        next_ = Next::comma_or_end;
    }

    static bool begins_value(std::string_view word) {
        return word.front() == '-' || (word.front() >= '0' && word.front() <= '9') ||
               std::ranges::any_of(literals, [&](const auto& each) { return each.first.starts_with(word); });
    }

    void skip_blanks_and_comments() {
        while (at_ < text_.size()) {
            if (blank.find(text_[at_]) != std::string_view::npos) {
                copy(1);
            } else if (here("//") || here("#")) {
                skip_comment(text_.find('\n', at_), 0);
            } else if (here("/*")) {
                skip_comment(text_.find("*/", at_ + 2), 2);
            } else {
                return;
            }
        }
    }

    void skip_comment(std::size_t end, std::size_t closing) {
        ++comments_.count;
        end = end == std::string_view::npos ? text_.size() : end + closing;
        for (; at_ < end; ++at_) out_ += text_[at_] == '\n' ? '\n' : ' ';
    }

    [[noreturn]] void incomplete() const {
        reject("answer.incomplete", answer_.place(open_.back().at),
               fmt::format("The answer ends before the {} of this line is closed.", open_.back().kind));
    }

    // What is here can't be: says what it is, what belongs here, and what JSON has instead.
    [[noreturn]] void unexpected() const {
        const char c = text_[at_];
        const std::string_view rest = trimmed(text_.substr(at_));
        const bool only_fence = rest.find_first_not_of('`') == std::string_view::npos;
        if (only_fence || rest == "/") incomplete();
        reject("answer.json", answer_.place(at_),
               fmt::format("Found {} where {} belongs.{}", found(), wanted(), hint(c)));
    }

    std::string_view wanted() const {
        switch (next_) {
            case Next::key_or_end:
                return "a key in double quotes or }";
            case Next::key:
                return "a key in double quotes";
            case Next::colon:
                return "a colon";
            case Next::value_or_end:
                return "a value or ]";
            case Next::value:
                return "a value";
            case Next::comma_or_end:
                break;
        }
        return open_.back().kind == '{' ? "a comma or }" : "a comma or ]";
    }

    std::string_view hint(char c) const {
        if (c == '\'' || here(single_left) || here(single_right))
            return " Strings stand in double quotes, not in single ones.";
        if (here("..") || here(ellipsis)) return " Nothing may be left out with an ellipsis.";
        if (c == '(' || c == ')') return " JSON has no tuples; a list stands in [ and ].";
        if (c == '\\') return " The object is to be written as it is, not once more inside of a string.";
        if (next_ == Next::comma_or_end && (is_word(c) || c == '"'))
            return " A quotation mark inside of a string needs a backslash, or a comma is missing.";
        if (wants_value() && is_word(c)) return " Text stands in double quotes.";
        return "";
    }

    // The beginning of what is here, in one line.
    std::string found() const {
        constexpr std::size_t most = 24;
        std::string_view line = text_.substr(at_, most + 4);
        line = line.substr(0, line.find('\n'));
        std::size_t end = std::min(line.size(), most);
        while (end < line.size() && (static_cast<unsigned char>(line[end]) & 0xc0U) == 0x80U) ++end;
        std::string out(trimmed(line.substr(0, end)));
        if (end < line.size()) out += "...";
        return out;
    }

    Repairs repairs() const {
        Repairs out;
        for (const Fix& fix : {comments_, trailing_commas_, python_, quotes_}) {
            if (fix.count == 1) out.emplace_back(fix.one);
            if (fix.count > 1) out.push_back(fmt::format("{} {}", fix.count, fix.many));
        }
        return out;
    }

    bool wants_value() const { return next_ == Next::value || next_ == Next::value_or_end; }
    bool here(std::string_view what) const { return text_.substr(at_).starts_with(what); }
    std::ptrdiff_t line(std::size_t at) const {
        return 1 + std::count(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(at), '\n');
    }

    void copy(std::size_t bytes) {
        out_ += text_.substr(at_, bytes);
        at_ += bytes;
    }

    const AnswerText& answer_;
    std::string_view text_;
    std::size_t at_;
    std::string out_;
    std::vector<Bracket> open_;
    Next next_ = Next::value;
    std::size_t comma_ = 0;  // in out_, the last one
    Fix comments_{"a comment", "comments"}, trailing_commas_{"a trailing comma", "trailing commas"},
        python_{"a Python literal", "Python literals"},
        quotes_{"a string in typographic quotes", "strings in typographic quotes"};
};

}  // namespace

std::string AnswerText::place(std::size_t at) const {
    const std::string_view before = text.substr(0, at);
    return fmt::format("{}:{}", name, 1 + std::count(before.begin(), before.end(), '\n'));
}

LenientJson read_lenient(const AnswerText& answer, std::size_t begin) {
    return Reader(answer, begin).read();
}

std::size_t typographic_quote(std::string_view text, std::size_t at) {
    const std::string_view here = text.substr(std::min(at, text.size()), left.size());
    for (const std::string_view quote : {left, right, low, single_left, single_right}) {
        if (here == quote) return quote.size();
    }
    return 0;
}

}  // namespace aibuild
