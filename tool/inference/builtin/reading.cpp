#include "tool/inference/builtin/reading.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "ninja-gen/error.h"
#include "tool/inference/builtin/phrases.h"

namespace aibuild {

namespace {

constexpr std::size_t longest_description = 20'000;
constexpr std::size_t longest_name =
    24;  // two of them and the endings of further targets stay under 64, a target's limit

bool contains(const auto& list, const auto& item) {
    return std::find(list.begin(), list.end(), item) != list.end();
}

std::string titles() {
    std::string out;
    for (const StarterLanguage& language : starter_languages()) {
        if (!out.empty()) out += &language == &starter_languages().back() ? " and " : ", ";
        out += language.title;
    }
    return out;
}

[[noreturn]] void refuse_language(std::string_view title) {
    throw Error(Exit::usage, "builtin.language", "the description",
                fmt::format("It asks for {}. The built-in planner, which needs no model, only writes {}.",
                            title, titles()),
                "Ask for these languages, or let a model write it: set OPENAI_API_KEY, or OPENAI_BASE_URL to "
                "a server of your own.");
}

// One word in the alphabet of names; empty where it has others.
std::string name_word(std::string_view word) {
    std::string out;
    for (char c : word) {
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
            out += c;
        } else if (static_cast<unsigned char>(c) >= 0x80) {
            return {};
        } else if (c != '\'' && !out.empty() && out.back() != '-') {
            out += '-';
        }
    }
    while (!out.empty() && out.back() == '-') out.pop_back();
    return out;
}

// "counts" after "that" is "count" in a name.
std::string infinitive(std::string word) {
    for (std::string_view ending : {"ches", "shes", "sses", "xes"}) {
        if (word.ends_with(ending)) return word.substr(0, word.size() - 2);
    }
    if (word.ends_with("ies") && word.size() > 4) return word.substr(0, word.size() - 3) + "y";
    if (word.ends_with("s") && !word.ends_with("ss") && word.size() > 3) word.pop_back();
    return word;
}

class Interpreter {
  public:
    explicit Interpreter(Description description) : description_(std::move(description)) {}

    Reading read() {
        const auto& phrases = description_.phrases;
        for (at_ = 0; at_ < phrases.size(); ++at_) {
            names();
            if (only_languages(phrases[at_])) {
                language_phrase(phrases[at_]);
            } else {
                noun_phrase(phrases[at_]);
            }
        }
        names();
        name_project();
        return std::move(out_);
    }

  private:
    // --- languages

    static bool says_language(const PhraseWord& word) {
        return word.language != nullptr || !word.other.title.empty();
    }

    static bool only_languages(const Phrase& phrase) {
        const auto fits = [](const PhraseWord& word) {
            return says_language(word) || is_adjective(word.lower) || is_generic(word.lower);
        };
        return std::all_of(phrase.words.begin(), phrase.words.end(), fits) &&
               std::any_of(phrase.words.begin(), phrase.words.end(), says_language);
    }

    // "in C++", "with Rust", "no Python", and what goes on from there: "in C, C++ and Rust".
    void language_phrase(const Phrase& phrase) {
        const bool goes_on = phrase.lead == Hint::joining && after_languages_;
        const bool listed = goes_on || (phrase.lead == Hint::but && after_languages_);
        const bool negated = phrase.negated || (goes_on && after_negated_);  // "no C, C++ or Rust"
        // "a C and C++ library"
        const bool lists =
            at_ + 1 < description_.phrases.size() && description_.phrases[at_ + 1].lead == Hint::joining;
        const bool bound = phrase.lead == Hint::in || phrase.lead == Hint::with || listed || negated ||
                           (phrase.start && !phrase.article) || (phrase.article && lists);
        after_languages_ = bound;
        after_negated_ = negated;
        if (!bound) return;
        for (const PhraseWord& word : phrase.words) {
            if (word.language == nullptr) {
                // "Go" is a language in "in Go" only.
                if (!word.other.title.empty() && !negated && (word.other.surely || phrase.lead == Hint::in))
                    refuse_language(word.other.title);
            } else if (negated) {
                out_.banned.push_back(word.language);
            } else if (phrase.lead == Hint::in) {
                bind(word);
            } else {
                also(word);
            }
        }
    }

    void note_standard(const PhraseWord& word) {
        if (!word.standard.empty()) out_.standards[word.language] = word.standard;
    }

    void also(const PhraseWord& word) {
        note_standard(word);
        if (!contains(out_.languages, word.language)) out_.languages.push_back(word.language);
    }

    // To the part named last, and those before it that it is chained to.
    void bind(const PhraseWord& word) {
        note_standard(word);
        if (on_tests_) {
            out_.tests_in = word.language;
            if (!tests_chained_) return;
        }
        bool taken = on_tests_;
        for (std::size_t n = current_; n-- > 0;) {
            if (out_.parts[n].language != nullptr) break;
            out_.parts[n].language = word.language;
            taken = true;
            if (!out_.parts[n].chained) break;
        }
        if (!taken) also(word);
    }

    // --- nouns

    // The next phrase says in what this one is written: then "a Python interpreter in Rust" is not Python.
    const Phrase* written_in() const {
        if (at_ + 1 == description_.phrases.size()) return nullptr;
        const Phrase& next = description_.phrases[at_ + 1];
        return next.lead == Hint::in && !next.negated && only_languages(next) ? &next : nullptr;
    }

    // The language that stands before a noun: first of its phrase but for adjectives, or right before a known
    // noun.
    static const PhraseWord* adjective(const Phrase& phrase) {
        const bool opens = phrase.article || phrase.start || phrase.lead == Hint::with ||
                           phrase.lead == Hint::joining || phrase.lead == Hint::but ||
                           phrase.lead == Hint::in;
        bool first = opens;
        for (std::size_t n = 0; n + 1 < phrase.words.size(); ++n) {
            const PhraseWord& word = phrase.words[n];
            const bool before_noun = noun(phrase.words[n + 1].lower) != nullptr;
            const bool sure =
                word.language != nullptr || word.other.surely || (phrase.article && before_noun);
            if (says_language(word) && (first || before_noun) && sure) return &word;
            first = first && is_adjective(word.lower);
        }
        return nullptr;
    }

    void noun_phrase(const Phrase& phrase) {
        after_languages_ = false;
        const PhraseWord* language = written_in() == nullptr ? adjective(phrase) : nullptr;
        if (language != nullptr && language->language == nullptr) {
            if (!phrase.negated) refuse_language(language->other.title);
            return;
        }
        const Noun* head = nullptr;
        std::size_t head_at = phrase.words.size();
        for (std::size_t n = phrase.words.size(); n-- > 0 && head == nullptr;) {
            head = phrase.words[n].language == nullptr ? noun(phrase.words[n].lower) : nullptr;
            head_at = n;
        }
        if (head != nullptr && head->role == Role::tests) {
            tests(phrase, language);
        } else if (phrase.negated) {
            negated(phrase, head, language);
        } else if (accepts(phrase, head, language)) {
            part(phrase, head, head == nullptr ? phrase.words.size() : head_at, language);
        } else if (topic_.empty() && language == nullptr) {
            topic(phrase);
        }
    }

    void tests(const Phrase& phrase, const PhraseWord* language) {
        if (phrase.negated) {
            out_.tests = false;
            return;
        }
        on_tests_ = true;
        tests_chained_ = phrase.lead == Hint::joining;
        if (language != nullptr) {
            note_standard(*language);
            out_.tests_in = language->language;
        }
    }

    void negated(const Phrase& phrase, const Noun* head, const PhraseWord* language) {
        if (language != nullptr) {
            out_.banned.push_back(language->language);
            return;
        }
        // "no external libraries" is about something else.
        const auto of_others = [](const PhraseWord& word) {
            return is_adjective(word.lower) && !is_kind_word(word.lower);
        };
        if (head == nullptr || std::any_of(phrase.words.begin(), phrase.words.end(), of_others)) return;
        if (head->role == Role::library) out_.libraries = false;
        if (head->role == Role::program) out_.programs = false;
    }

    bool accepts(const Phrase& phrase, const Noun* head, const PhraseWord* language) const {
        if (head == nullptr && out_.parts.empty() && language == nullptr)
            return !phrase.aside && (phrase.article || phrase.start);
        return language != nullptr || (head != nullptr && !phrase.aside);
    }

    void part(const Phrase& phrase, const Noun* head, std::size_t head_at, const PhraseWord* language) {
        on_tests_ = false;
        if (language != nullptr) note_standard(*language);
        if (phrase.definite && head != nullptr) {
            for (std::size_t n = 0; n < out_.parts.size(); ++n) {
                if (out_.parts[n].noun != head->word) continue;
                if (language != nullptr && out_.parts[n].language == nullptr)
                    out_.parts[n].language = language->language;
                current_ = n + 1;
                out_.parts[n].chained = false;
                return;
            }
        }
        Part part;
        part.role = head != nullptr ? head->role : out_.parts.empty() ? Role::unknown : Role::helper;
        part.language = language == nullptr ? nullptr : language->language;
        part.chained = !out_.parts.empty() && phrase.lead == Hint::joining;
        if (head != nullptr) {
            part.noun = head->word;
            part.suffix = head->suffix.empty() ? head->word : head->suffix;
            const auto typed = [](const PhraseWord& word) {
                return word.lower == "command-line" || word.lower == "command" || word.lower == "terminal";
            };
            if (head->role == Role::program && std::any_of(phrase.words.begin(), phrase.words.end(), typed))
                part.suffix = "cli";
        }
        const Phrase* in = written_in();
        for (std::size_t n = 0; n < phrase.words.size(); ++n) {
            const PhraseWord& word = phrase.words[n];
            if (word.lower == "shared" || word.lower == "dynamic") part.kind = Kind::shared_library;
            if (word.lower == "header-only" || (word.lower == "header" && n + 1 < phrase.words.size() &&
                                                phrase.words[n + 1].lower == "only")) {
                part.kind = Kind::interface_library;
            }
            if (n > head_at || (n == head_at && !head->part_of_name)) continue;
            const bool its_language =
                word.language != nullptr && (in == nullptr || in->words.front().language == word.language);
            if (&word == language || its_language || is_adjective(word.lower) || is_generic(word.lower))
                continue;
            if (n != head_at && is_kind_word(word.lower)) continue;
            part.words.push_back(word.language != nullptr ? std::string(word.language->id) : word.lower);
        }
        out_.parts.push_back(std::move(part));
        current_ = out_.parts.size();
    }

    // What a nameless thing is for: "a tool that counts words".
    void topic(const Phrase& phrase) {
        for (const PhraseWord& word : phrase.words) {
            if (word.language != nullptr || is_adjective(word.lower) || is_generic(word.lower) ||
                spoils_language_before(word.lower))
                continue;
            if (word.lower.size() == 1) continue;
            topic_.push_back(phrase.verb && topic_.empty() ? infinitive(word.lower) : word.lower);
        }
        if (topic_.size() > 3) topic_.resize(3);
    }

    // --- names

    // A part in a language of its own keeps the name that follows it; any other name is the project's.
    void names() {
        for (; next_name_ < description_.names.size() && description_.names[next_name_].phrase <= at_;
             ++next_name_) {
            const GivenName& given = description_.names[next_name_];
            const bool of_part = current_ > 1 && out_.parts[current_ - 1].role != Role::program &&
                                 out_.parts[current_ - 1].role != Role::library;
            std::string& name =
                of_part && given.said && !given.apart ? out_.parts[current_ - 1].name : out_.name;
            if (name.empty() || (given.said && &name == &out_.name && !said_)) {
                name = given.name;
                if (&name == &out_.name) said_ = given.said;
            }
        }
    }

    void name_project() {
        // That of the first library or program that has one, else of a helper that stands first.
        std::vector<Part*> candidates;
        for (Part& part : out_.parts) {
            if (part.role != Role::helper && part.role != Role::report) candidates.push_back(&part);
        }
        if (!out_.parts.empty()) candidates.push_back(&out_.parts.front());
        for (Part* part : candidates) {
            if (!out_.name.empty()) break;
            // "a parser for CSV" is a csv-parser.
            const bool bare = part->words.size() == 1 && part->words.front() == part->noun;
            if (bare && part == &out_.parts.front())
                part->words.insert(part->words.begin(), topic_.begin(), topic_.end());
            out_.name = hyphenated(part->words);
        }
        if (out_.name.empty()) out_.name = hyphenated(topic_);
        // Nothing says what it is; what the starter does is the best name there is.
        if (out_.name.empty()) out_.name = "word-count";
    }

    Description description_;
    Reading out_;
    std::size_t at_ = 0;
    std::size_t current_ = 0;  // 1 + the index of the part that was named last; 0 for none
    bool on_tests_ = false;    // tests were named after it
    bool tests_chained_ = false;
    bool after_languages_ = false;  // the phrase before was nothing but languages
    bool after_negated_ = false;    // and they were forbidden
    std::size_t next_name_ = 0;
    bool said_ = false;
    std::vector<std::string> topic_;
};

}  // namespace

std::string hyphenated(const std::vector<std::string>& words) {
    std::string out;
    std::size_t taken = 0;
    for (auto word = words.rbegin(); word != words.rend() && taken < 3; ++word) {
        std::string part = name_word(*word);
        if (part.empty()) continue;
        if (!out.empty() && part.size() + 1 + out.size() > longest_name) break;
        if (part.size() > longest_name) part.resize(longest_name);
        out = out.empty() ? part : part + "-" + out;
        ++taken;
    }
    while (!out.empty() && (out.front() < 'a' || out.front() > 'z')) out.erase(0, 1);
    while (!out.empty() && out.back() == '-') out.pop_back();
    return out;
}

Reading read_description(std::string_view description) {
    if (description.size() > longest_description) {
        throw Error(Exit::usage, "description.absurd", "the description",
                    fmt::format("It has {} bytes; the built-in planner reads at most {}.", description.size(),
                                longest_description),
                    "Say in a few sentences what the project is.");
    }
    const auto letter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
    };
    static constexpr std::string_view example =
        "Say what it is and in which language: \"a word-frequency library and command-line tool in C++, with "
        "tests\".";
    if (std::none_of(description.begin(), description.end(), letter)) {
        throw Error(Exit::usage, "description.empty", "the description", "There is no word in it.",
                    std::string(example));
    }
    Description phrases = read_phrases(description);
    if (phrases.substance < 2) {
        throw Error(Exit::usage, "description.absurd", "the description",
                    "It is too short to say what the project is.", std::string(example));
    }
    return Interpreter(std::move(phrases)).read();
}

}  // namespace aibuild
