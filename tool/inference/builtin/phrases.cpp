#include "tool/inference/builtin/phrases.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <unordered_set>
#include <utility>

#include "ninja-gen/small_letters.h"

namespace aibuild {

namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
}
bool is_word_char(char c) {
    return is_letter(c) || is_digit(c) || c == '_';
}

// Typographic quotes, dashes, dots and spaces as their plain forms.
std::string plain(std::string_view text) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 9> forms = {{
        {"\u2018", "'"},
        {"\u2019", "'"},
        {"\u201c", "\""},
        {"\u201d", "\""},
        {"\u201e", "\""},
        {"\u2013", " - "},
        {"\u2014", " - "},
        {"\u2026", ". "},
        {"\u00a0", " "},
    }};
    std::string out;
    while (!text.empty()) {
        const auto form = std::find_if(forms.begin(), forms.end(),
                                       [&](const auto& each) { return text.starts_with(each.first); });
        const std::size_t length = form == forms.end() ? 1 : form->first.size();
        out += form == forms.end() ? text.substr(0, 1) : form->second;
        text.remove_prefix(length);
    }
    return out;
}

enum class TokenKind : unsigned char { word, quoted, punctuation };

struct Token {
    TokenKind kind;
    std::string text;
};

// The end of the word that begins at `start`: `c++`, `node.js`, `don't`, `word-frequency`, but neither the
// full stop of a sentence nor a closing quote.
std::size_t word_end(std::string_view text, std::size_t start) {
    std::size_t end = start;
    while (end < text.size()) {
        const char c = text[end];
        const bool inner = std::string_view("-.'").find(c) != std::string_view::npos &&
                           end + 1 < text.size() && is_word_char(text[end + 1]);
        if (!is_word_char(c) && !inner && c != '+' && c != '#') break;
        ++end;
    }
    return end;
}

std::vector<Token> tokenize(std::string_view text) {
    std::vector<Token> tokens;
    for (std::size_t i = 0; i < text.size();) {
        const char c = text[i];
        if (is_word_char(c)) {
            const std::size_t end = word_end(text, i);
            tokens.push_back({TokenKind::word, std::string(text.substr(i, end - i))});
            i = end;
            continue;
        }
        if (c == '"' || c == '`' || c == '\'') {
            const std::size_t end = text.find(c, i + 1);
            const std::string_view inside =
                end == std::string_view::npos ? "" : text.substr(i + 1, end - i - 1);
            if (!inside.empty() && inside.size() <= 80 && inside.find('\n') == std::string_view::npos) {
                tokens.push_back({TokenKind::quoted, std::string(inside)});
                i = end + 1;
                continue;
            }
        }
        if (c == '&' || (c == '+' && (i + 1 == text.size() || text[i + 1] == ' '))) {
            tokens.push_back({TokenKind::word, std::string(1, c)});
        } else if (static_cast<unsigned char>(c) > ' ') {
            tokens.push_back({TokenKind::punctuation, std::string(1, c)});
        }
        ++i;
    }
    return tokens;
}

// `text` in the alphabet of names; empty where too little is left.
std::string as_name(std::string_view text) {
    std::string out;
    for (char c : text) {
        const bool fits = (is_letter(c) && static_cast<unsigned char>(c) < 0x80) || is_digit(c) || c == '_' ||
                          c == '.' || c == '+';
        if (fits) {
            out += c;
        } else if (!out.empty() && out.back() != '-') {
            out += '-';
        }
        if (out.size() == 30) break;
    }
    while (!out.empty() && !is_letter(out.front())) out.erase(0, 1);
    while (!out.empty() && (out.back() == '-' || out.back() == '.')) out.pop_back();
    return out;
}

// `c++20` is C++ of the standard 20, `python3.11` Python, `rust-based` Rust; `rust-coloured` is a colour.
void find_language(PhraseWord& word) {
    std::string_view base = word.lower;
    if (base.ends_with("'s")) base.remove_suffix(2);
    for (std::string_view ending : {"-based", "-only", "-powered", "-native"}) {
        if (base.ends_with(ending)) base.remove_suffix(ending.size());
    }
    if (const StarterLanguage* language = starter_language(base)) {
        word.language = language;
        return;
    }
    const std::size_t digits = base.find_last_not_of("0123456789.") + 1;
    const std::string_view number = base.substr(digits);
    const StarterLanguage* language = starter_language(base.substr(0, digits));
    if (language != nullptr && !number.empty() && number.size() <= 4 && base.substr(0, digits) != "rs") {
        const bool known = std::find(language->standards.begin(), language->standards.end(), number) !=
                           language->standards.end();
        // `c4` is a plastic explosive.
        static const std::unordered_set<std::string_view> of_c = {"89", "90", "18", "23"};
        if (language->name == "c" && !known && !of_c.contains(number)) return;
        word.language = language;
        if (known) word.standard = std::string(number);
        return;
    }
    word.other = other_language(base);
    // The rest of them are words of English as well, but for the capital.
    if (!word.other.title.empty() && !word.other.surely && (word.text[0] < 'A' || word.text[0] > 'Z'))
        word.other = {};
}

class Reader {
  public:
    explicit Reader(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

    Description read() {
        for (at_ = 0; at_ < tokens_.size(); ++at_) {
            const Token& token = tokens_[at_];
            if (token.kind == TokenKind::punctuation) {
                punctuation(token.text[0]);
            } else if (token.kind == TokenKind::quoted) {
                quoted(token.text);
            } else {
                word(token.text);
            }
        }
        flush();
        out_.substance = substance_.size();
        return std::move(out_);
    }

  private:
    const Token* next(std::size_t n = 1) const {
        return at_ + n < tokens_.size() ? &tokens_[at_ + n] : nullptr;
    }

    std::string previous_word() const {
        return at_ > 0 && tokens_[at_ - 1].kind == TokenKind::word ? small_letters(tokens_[at_ - 1].text)
                                                                   : "";
    }

    void punctuation(char c) {
        const bool title = c == ':' || c == '-';
        if (title && out_.phrases.empty() && phrase_.words.size() == 1 && could_be_title(phrase_.words[0])) {
            out_.names.push_back({as_name(phrase_.words[0].text), 0, true, true});
            phrase_.words.clear();
        }
        flush();
        if (c == ',' || c == '/' || c == '-' || c == '(' || c == ')' || c == '&') {
            phrase_.lead = Hint::joining;
            phrase_.aside = false;
            if (c != '/') phrase_.negated = false;
        } else {
            phrase_ = Phrase{};
            phrase_.start = true;
        }
    }

    static bool could_be_title(const PhraseWord& word) {
        static const std::unordered_set<std::string_view> headings = {
            "project", "description", "goal",    "task",  "idea",     "summary", "title",
            "note",    "todo",        "request", "input", "question", "hi",      "hello"};
        return word.language == nullptr && noun(word.lower) == nullptr && !is_generic(word.lower) &&
               !is_adjective(word.lower) && !headings.contains(word.lower) && !as_name(word.text).empty();
    }

    // A word in quotes is a name, unless it is a language, or what a program is to print.
    void quoted(const std::string& text) {
        static const std::unordered_set<std::string> speaking = {
            "print",  "prints", "printing", "say",     "says",  "saying", "output", "outputs", "greet",
            "greets", "write",  "writes",   "word",    "words", "string", "flag",   "option",  "command",
            "like",   "key",    "prefix",   "message", "show",  "shows",  "with",   "contains"};
        substance_.insert(small_letters(text));
        PhraseWord word{text, small_letters(text), nullptr, {}, {}};
        find_language(word);
        if (word.language != nullptr) {
            phrase_.words.push_back(std::move(word));
            return;
        }
        const bool plain_word =
            std::all_of(text.begin(), text.end(), [](char c) { return is_word_char(c) || c == '-'; });
        if (plain_word && !speaking.contains(previous_word()) && !as_name(text).empty())
            add_name(as_name(text), false);
    }

    void add_name(std::string name, bool said) {
        flush();
        out_.names.push_back({std::move(name), out_.phrases.size(), said, false});
    }

    // `called foo`; but "named pipes", "the so called" and "called from C" name nothing.
    bool naming(std::string_view word) {
        if (word != "called" && word != "named" && word != "titled") return false;
        static const std::unordered_set<std::string> before = {"a",  "an", "the",  "using", "with", "of",
                                                               "in", "so", "uses", "and",   "or"};
        const Token* name = next();
        if (name == nullptr || name->kind == TokenKind::punctuation || before.contains(previous_word()))
            return false;
        if (name->kind == TokenKind::word && hint(small_letters(name->text)) != Hint::none) return false;
        const std::string given = as_name(name->text);
        if (given.empty()) return false;
        substance_.insert(small_letters(name->text));
        const bool apart = at_ > 0 && tokens_[at_ - 1].kind == TokenKind::punctuation;
        add_name(given, true);
        out_.names.back().apart = apart;
        ++at_;
        return true;
    }

    void word(const std::string& text) {
        const std::string low = small_letters(text);
        if (naming(low)) return;
        const Hint meaning = hint(low);
        if (meaning != Hint::none) {
            flush();
            apply(meaning, low);
            return;
        }
        PhraseWord word{text, low, nullptr, {}, {}};
        find_language(word);
        const Token* after = next();
        if (word.language != nullptr || !word.other.title.empty()) {
            const bool spoilt = (after != nullptr && after->kind == TokenKind::word &&
                                 spoils_language_before(small_letters(after->text))) ||
                                spoils_language_after(previous_word());
            if (spoilt) {
                word.language = nullptr;
                word.other = {};
            }
        }
        if (word.language != nullptr && after != nullptr && after->kind == TokenKind::word)
            standard(word, after->text);
        if (low.size() > 1 || word.language != nullptr) substance_.insert(low);
        phrase_.words.push_back(std::move(word));
    }

    // `C++ 20`, `Python 3`
    void standard(PhraseWord& word, std::string_view number) {
        if (number.size() > 4 || number.find_first_not_of("0123456789.") != std::string_view::npos) return;
        const auto& known = word.language->standards;
        if (std::find(known.begin(), known.end(), number) != known.end()) word.standard = std::string(number);
        ++at_;
    }

    void apply(Hint meaning, const std::string& low) {
        const bool goes_on = meaning == Hint::joining || meaning == Hint::alternative ||
                             meaning == Hint::article || meaning == Hint::definite;
        if (spent_ && !goes_on) phrase_.negated = spent_ = false;  // "no tests in C++" is C++ all the same
        switch (meaning) {
            case Hint::article:
            case Hint::definite:
                phrase_.article = true;
                phrase_.definite = meaning == Hint::definite;
                if (phrase_.lead == Hint::joining) phrase_.aside = phrase_.negated = false;
                break;
            case Hint::joining:
            case Hint::alternative:
                phrase_.lead = Hint::joining;
                phrase_.article = false;
                break;
            case Hint::with:
                phrase_.lead = Hint::with;
                phrase_.aside = false;
                break;
            case Hint::in:
                phrase_.lead = Hint::in;
                break;
            case Hint::aside:
                if (low == "of" && phrase_.negated) break;  // instead of, none of
                phrase_.lead = Hint::aside;
                phrase_.aside = true;
                phrase_.verb = low == "that" || low == "which" || low == "who";
                if (low != "for") phrase_.negated = false;  // no need for tests
                break;
            case Hint::negation: {
                const Token* after = next();
                const std::string follows = after == nullptr ? "" : small_letters(after->text);
                if (low == "not" && (follows == "only" || follows == "just" || follows == "merely")) {
                    ++at_;
                    break;
                }
                phrase_.negated = true;
                phrase_.lead = Hint::none;
                phrase_.aside = spent_ = false;
                break;
            }
            case Hint::but:
                phrase_.negated = phrase_.aside = false;
                phrase_.lead = Hint::but;
                break;
            case Hint::filler:
            case Hint::none:
                break;
        }
    }

    // What was said before a phrase holds for it alone, but for negations and asides, which end with other
    // words.
    void flush() {
        if (phrase_.words.empty()) return;
        const bool negated = phrase_.negated;
        const bool aside = phrase_.aside;
        out_.phrases.push_back(std::exchange(phrase_, Phrase{}));
        phrase_.negated = spent_ = negated;
        phrase_.aside = aside;
    }

    std::vector<Token> tokens_;
    std::size_t at_ = 0;
    Phrase phrase_{.start = true};
    bool spent_ = false;  // the negation has had its phrase
    Description out_;
    std::set<std::string> substance_;
};

}  // namespace

Description read_phrases(std::string_view text) {
    return Reader(tokenize(plain(text))).read();
}

}  // namespace aibuild
