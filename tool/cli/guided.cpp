#include "tool/cli/guided.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <istream>
#include <ostream>
#include <set>

#include "ninja-gen/error.h"
#include "ninja-gen/names.h"
#include "ninja-gen/small_letters.h"
#include "tool/cli/columns.h"
#include "tool/cli/guided_kinds.h"
#include "tool/prompting/answers.h"

namespace aibuild {

namespace {

[[noreturn]] void stopped() {
    throw Error(Exit::declined, "consent.declined", "", "You stopped; nothing was asked for or written.",
                "Run it again; each answer is also a flag, which `aibuild-gen new --help` lists.");
}

// "Rust, c++" is two.
std::vector<std::string> words_of(const std::string& line) {
    std::vector<std::string> out;
    for (std::size_t at = 0; (at = line.find_first_not_of(" \t,;", at)) != std::string::npos;) {
        const std::size_t end = std::min(line.find_first_of(" \t,;", at), line.size());
        out.push_back(line.substr(at, end - at));
        at = end;
    }
    return out;
}

// What `word` is the beginning of, where that is one alone.
std::string completed(const std::string& word, const std::vector<std::string>& known) {
    std::set<std::string> meant;
    for (const std::string& name : known)
        if (name.starts_with(word)) meant.insert(name);
    return meant.size() == 1 ? *meant.begin() : "";
}

// "a word counter in C++" may go into word-counter.
std::string directory_for(const std::string& description) {
    static const std::set<std::string, std::less<>> stop_at = {"in",    "with", "for", "that",
                                                               "which", "and",  "of",  "to"};
    static const std::set<std::string, std::less<>> left_out = {"a", "an", "the"};
    std::string out;
    int words = 0;
    for (const std::string& word : words_of(small_letters(description.substr(0, description.find('\n'))))) {
        if (words > 0 && stop_at.contains(word)) break;
        std::string part;
        for (char c : word)
            if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-') part += c;
        if (part.empty() || part.front() == '-' || left_out.contains(word)) continue;
        out.append(words == 0 ? "" : "-").append(part.substr(0, 30));
        if (++words == 3) break;
    }
    return words == 0 ? "project" : out;
}

bool is_taken(const std::string& directory) {
    std::error_code error;
    return std::filesystem::exists(directory, error) && !std::filesystem::is_empty(directory, error);
}

// `name`, or with the first number that makes it free.
std::string free_directory(const std::string& name) {
    std::string out = name;
    for (int number = 2; is_taken(out) && number < 100; ++number) out = fmt::format("{}-{}", name, number);
    return out;
}

class Talk {
  public:
    Talk(GuidedAnswers& answers, const Languages& languages, std::istream& in, std::ostream& out)
        : answers_(answers), languages_(languages), in_(in), out_(out) {}

    void run() {
        out_ << "A few questions. An empty answer leaves it to AIBuild, Ctrl-D stops.\n";
        for (const Question& question : questions)
            if (!(this->*question.said)()) (this->*question.ask)();
        do {
            show();
        } while (!decided());
    }

  private:
    struct Question {
        const char* name;
        void (Talk::*ask)();
        bool (Talk::*said)() const;  // by a flag
        std::string (Talk::*answer)() const;
    };
    static const Question questions[6];

    // One line; the end of input stops it all. What can't be part of a description is refused here, where it
    // can be typed again.
    std::string line(const std::string& prompt) {
        for (;;) {
            out_ << prompt << std::flush;
            std::string text;
            if (!std::getline(in_, text)) {
                out_ << '\n';
                stopped();
            }
            if (const std::string problem = text_problem(text); !problem.empty()) {
                out_ << "  " << problem << " Please type it again.\n";
                continue;
            }
            const std::size_t first = text.find_first_not_of(" \t\r");
            if (first == std::string::npos) return "";
            return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
        }
    }

    std::vector<std::string> lines() {
        std::vector<std::string> out;
        for (std::string text = line("> "); !text.empty(); text = line("> ")) out.push_back(text);
        return out;
    }

    void ask_description() {
        std::vector<std::string> all;
        while (all.empty()) {
            out_ << "\nWhat should it do? As many lines as you like; an empty one ends it.\n";
            all = lines();
        }
        answers_.description = fmt::format("{}", fmt::join(all, "\n"));
    }

    void ask_kind() {
        std::vector<std::string> names;
        for (const GuidedKind& kind : guided_kinds) names.emplace_back(kind.name);
        for (;;) {
            const std::string text =
                small_letters(line("\nIs it a program, a library, both, or a service? [decide for me] "));
            answers_.kind = text.empty() ? "" : completed(text, names);
            if (text.empty() || !answers_.kind.empty()) return;
            unknown("kind", text, names);
        }
    }

    void ask_languages() {
        for (bool again = true; again;) {
            again = false;
            answers_.languages.clear();
            for (const std::string& word :
                 words_of(small_letters(line("\nIn which languages? [decide for me] ")))) {
                if (word == "and") continue;
                const Language* language = languages_.find(word);
                if (language == nullptr) language = languages_.find(completed(word, language_names()));
                if (language == nullptr) {
                    unknown("language", word, languages_.names());
                    again = true;
                } else if (std::find(answers_.languages.begin(), answers_.languages.end(), language->name) ==
                           answers_.languages.end()) {
                    answers_.languages.push_back(language->name);
                }
            }
        }
    }

    void ask_tests() {
        for (;;) {
            const std::string text = small_letters(line("\nWith tests? [Y/n] "));
            answers_.tests = text != "n" && text != "no";
            if (!answers_.tests || text.empty() || text == "y" || text == "yes") return;
            out_ << "  Please say yes or no.\n";
        }
    }

    void ask_constraints() {
        out_ << "\nHas it to keep to something, or to use packages? One a line; an empty one ends it.\n";
        answers_.constraints = lines();
    }

    void ask_directory() {
        const std::string proposed = free_directory(directory_for(answers_.description));
        for (;;) {
            const std::string text = line(fmt::format("\nIn which directory? [{}] ", proposed));
            answers_.directory = text.empty() ? proposed : text;
            if (!is_taken(answers_.directory)) return;
            out_ << fmt::format("  There is something in {} already; please choose another one.\n",
                                visible(answers_.directory));
        }
    }

    void unknown(const char* what, const std::string& word, const std::vector<std::string>& known) {
        const auto meant = did_you_mean(word, known);
        out_ << fmt::format("  There is no {} \"{}\"{}\n", what, visible(word),
                            meant ? fmt::format("; did you mean {}?", *meant) : ".");
    }

    std::vector<std::string> language_names() const {
        std::vector<std::string> out;
        for (const Language& language : languages_.all()) out.push_back(language.name);
        return out;
    }

    bool said_description() const { return !answers_.description.empty(); }
    bool said_kind() const { return !answers_.kind.empty(); }
    bool said_languages() const { return !answers_.languages.empty(); }
    bool said_tests() const { return !answers_.tests; }
    bool said_constraints() const { return !answers_.constraints.empty(); }
    bool said_directory() const { return !answers_.directory.empty(); }

    std::string description() const { return answers_.description; }
    std::string kind() const { return answers_.kind.empty() ? "to be decided" : answers_.kind; }
    std::string languages() const {
        return answers_.languages.empty() ? "to be decided"
                                          : fmt::format("{}", fmt::join(answers_.languages, ", "));
    }
    std::string tests() const { return answers_.tests ? "yes" : "no"; }
    std::string constraints() const {
        return answers_.constraints.empty() ? "none"
                                            : fmt::format("{}", fmt::join(answers_.constraints, "; "));
    }
    std::string directory() const { return answers_.directory; }

    void show() {
        out_ << '\n';
        for (std::size_t i = 0; i < std::size(questions); ++i)
            out_ << fmt::format("  {}  {:<14}{}\n", i + 1, questions[i].name,
                                shortened_at_the_end(on_one_line((this->*questions[i].answer)()), 60));
        out_ << fmt::format("\nThe same without questions:\n  {}\n", visible(command_line_of(answers_)));
    }

    // True where it is to be made. Enter alone decides nothing: it is pressed too easily.
    bool decided() {
        for (;;) {
            std::string text = small_letters(line("\nMake it, change 1-6, or stop? "));
            if (text == "make" || text == "make it" || text == "m" || text == "y" || text == "yes")
                return true;
            if (text == "stop" || text == "s" || text == "n" || text == "no" || text == "q") stopped();
            if (text.starts_with("change ")) text = text.substr(text.find_first_not_of(' ', 6));
            if (text.size() == 1 && text[0] >= '1' && text[0] <= '6') {
                (this->*questions[text[0] - '1'].ask)();
                return false;
            }
            out_ << "  Please say \"make\", \"change\" and a number, or \"stop\".\n";
        }
    }

    GuidedAnswers& answers_;
    const Languages& languages_;
    std::istream& in_;
    std::ostream& out_;
};

const Talk::Question Talk::questions[6] = {
    {"what it does", &Talk::ask_description, &Talk::said_description, &Talk::description},
    {"kind", &Talk::ask_kind, &Talk::said_kind, &Talk::kind},
    {"languages", &Talk::ask_languages, &Talk::said_languages, &Talk::languages},
    {"tests", &Talk::ask_tests, &Talk::said_tests, &Talk::tests},
    {"constraints", &Talk::ask_constraints, &Talk::said_constraints, &Talk::constraints},
    {"directory", &Talk::ask_directory, &Talk::said_directory, &Talk::directory},
};

}  // namespace

void guided_talk(GuidedAnswers& answers, const Languages& languages, std::istream& in, std::ostream& out) {
    Talk(answers, languages, in, out).run();
}

}  // namespace aibuild
