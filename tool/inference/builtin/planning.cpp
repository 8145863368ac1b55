#include "tool/inference/builtin/planning.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <utility>

#include "ninja-gen/error.h"
#include "ninja-gen/lower.h"
#include "ninja-gen/names.h"
#include "tool/inference/builtin/roles.h"

namespace aibuild {

namespace {

constexpr std::string_view sample_path = "tests/data/sample.txt";

bool contains(const auto& list, const auto& item) {
    return std::find(list.begin(), list.end(), item) != list.end();
}

bool links(const StarterLanguage& user, const StarterLanguage& provider) {
    return &user == &provider || (user.compiled && provider.compiled);
}

// The description as one line that fits into the plan. What is not UTF-8 must not reach JSON.
std::string quotation(std::string_view text) {
    constexpr std::size_t longest = 300;
    std::string out;
    for (std::size_t i = 0; i < text.size() && out.size() <= longest;) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const std::size_t length = byte < 0x80 ? 1 : byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
        const std::string_view sequence = text.substr(i, length);
        const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U; };
        if (byte >= 0x80 && (byte < 0xc2 || byte > 0xf4 || sequence.size() < length ||
                             !std::all_of(sequence.begin() + 1, sequence.end(), continues))) {
            out += '?';
            ++i;
        } else if (byte <= ' ' || byte == 0x7f) {
            if (!out.empty() && out.back() != ' ') out += ' ';
            ++i;
        } else {
            out += sequence;
            i += length;
        }
    }
    if (out.size() > longest) out += "...";
    while (!out.empty() && out.back() == ' ') out.pop_back();
    return visible(out);
}

class Planner {
  public:
    Planner(Roles roles, std::string_view description)
        : roles_(std::move(roles)),
          reading_(roles_.reading),
          notes_(roles_.notes),
          description_(description) {}

    Plan plan() {
        name_project();
        splitters();
        counter();
        programs();
        reports();
        headers_for_c();
        if (reading_.tests) tests();
        list_files();
        plan_.description =
            fmt::format("{} Asked for was: {}", fmt::join(notes_, " "), quotation(description_));
        return std::move(plan_);
    }

  private:
    // A target that is not a test, with what the planner knows of it beyond the plan.
    struct Made {
        std::size_t target;
        const StarterLanguage* language;
        enum What : unsigned char { counts, splits, runs, reports } what;
    };

    Target& target(const Made& made) { return plan_.targets[made.target]; }

    // --- names

    void name_project() {
        plan_.name = name_problem(reading_.name) ? reading_.name + "-project" : reading_.name;
        if (name_problem(plan_.name)) plan_.name = "word-count";
        plan_.version = "0.1.0";
        reserve_project_name();
    }

    // A name that is free, can be the name of a namespace, crate or module, and is one that Ninja and CMake
    // take: `wanted`, or that with the project's name before it or its language behind it, or the project's
    // with a number. A program of C or C++ may well be called `log`.
    std::string free_name(const std::string& wanted, const StarterLanguage& language, bool program = false) {
        const bool any_word = program && !language.header.empty();
        const auto fits = [&](const std::string& name) {
            return !name_problem(name) && (any_word || !is_reserved(identifier(name))) &&
                   !proposed_path_problem(identifier(name)) && !taken_.contains(name);
        };
        std::string name = wanted;
        if (!fits(name) && !wanted.starts_with(roles_.base + "-")) name = roles_.base + "-" + wanted;
        if (!fits(name)) name = fmt::format("{}-{}", wanted, language.id);
        for (int n = 2; !fits(name); ++n) name = fmt::format("{}-{}", roles_.base, n);
        taken_.insert(name);
        return name;
    }

    // Before anything else takes it. libfoo.a is made of a target foo.
    void reserve_project_name() {
        std::string name = roles_.base;
        const bool is_library = !contains(roles_.programs, roles_.first);
        if (is_library && name.starts_with("lib") && name.size() > 5 && !name.starts_with("libr") &&
            !name.starts_with("libe"))
            name.erase(0, 3);
        const bool any_word = !is_library && !roles_.first->language->header.empty();
        if ((!any_word && is_reserved(identifier(name))) || name_problem(name))
            name += is_library ? "-lib" : "-app";
        project_target_ = free_name(name, *roles_.first->language, !is_library);
    }

    // --- targets

    Made& add(Target made_target, const StarterLanguage* language, Made::What what, std::string purpose) {
        const auto standard = reading_.standards.find(language);
        if (standard != reading_.standards.end()) made_target.settings.standard = standard->second;
        made_target.language = language->name;
        file(made_target.sources.empty() ? made_target.headers.front() : made_target.sources.front(),
             std::move(purpose));
        plan_.targets.push_back(std::move(made_target));
        made_.push_back({plan_.targets.size() - 1, language, what});
        return made_.back();
    }

    void file(const std::string& path, std::string purpose) {
        const auto same = [&](const PlannedFile& each) { return each.path == path; };
        if (std::none_of(plan_.files.begin(), plan_.files.end(), same))
            plan_.files.push_back({path, std::move(purpose), {}});
    }

    // A library's files by its name and language.
    static Target library(std::string name, Kind kind, const StarterLanguage& language) {
        Target out;
        const std::string id = identifier(name);
        out.name = std::move(name);
        out.kind = !language.compiled                                         ? Kind::library
                   : kind == Kind::interface_library && !language.header_only ? Kind::static_library
                                                                              : kind;
        if (out.kind != Kind::interface_library)
            out.sources = {fmt::format("src/{}.{}", id, language.extension)};
        if (!language.compiled) return out;
        // A library in Rust always has a C interface: without one, nothing of its archive could be called.
        out.headers = {
            fmt::format("include/{0}/{0}.{1}", id, language.header.empty() ? "h" : language.header)};
        out.include_directories = {"include"};
        return out;
    }

    void splitters() {
        for (const Part* part : roles_.splitters) {
            const StarterLanguage& language = *part->language;
            const std::string own = own_name(*part);
            Target made = library(
                part == roles_.first
                    ? project_target_
                    : free_name(own.empty() ? roles_.base + "-" + std::string(language.id) : own, language),
                part->kind, language);
            made.interface = fmt::format(fmt::runtime(language.splitter_does), identifier(made.name));
            add(std::move(made), &language, Made::splits,
                "Splits a text into words; a starter for what this library is to do.");
        }
    }

    // Splitters that `user` can call.
    std::vector<std::string> splitters_for(const StarterLanguage& user) {
        std::vector<std::string> out;
        for (const Made& made : made_) {
            if (made.what == Made::splits && links(user, *made.language)) out.push_back(target(made).name);
        }
        return out;
    }

    void counter() {
        const bool for_program = std::any_of(roles_.programs.begin(), roles_.programs.end(),
                                             [&](const Part* part) { return part->language == roles_.main; });
        const bool wanted =
            roles_.counter != nullptr ||
            (reading_.libraries && (for_program || (roles_.splitters.empty() && roles_.programs.empty())));
        if (!wanted) return;
        std::string name = project_target_;
        if (roles_.counter == nullptr || roles_.counter != roles_.first) {
            const std::string own = roles_.counter == nullptr ? "" : own_name(*roles_.counter);
            name = free_name(own.empty() || own == roles_.base ? roles_.base + "-core" : own, *roles_.main);
        }
        make_counter(std::move(name), roles_.counter == nullptr ? Kind::static_library : roles_.counter->kind,
                     *roles_.main);
    }

    std::size_t make_counter(std::string name, Kind kind, const StarterLanguage& language) {
        Target made = library(std::move(name), kind, language);
        made.uses = splitters_for(language);
        made.interface = fmt::format(fmt::runtime(language.library_does), identifier(made.name));
        add(std::move(made), &language, Made::counts,
            "Counts the words of a text; a starter for what this library is to do.");
        return made_.size() - 1;
    }

    void programs() {
        for (const Part* part : roles_.programs) {
            std::string name = project_target_;
            if (part != roles_.first) {
                const std::string own = own_name(*part);
                const std::string suffix = part->suffix.empty() ? "program" : part->suffix;
                name = free_name(
                    own.empty() || own == roles_.base || own == suffix ? roles_.base + "-" + suffix : own,
                    *part->language, true);
            }
            program(std::move(name), *part->language);
        }
        if (roles_.programs.size() > 1) notes_.push_back("All programs do the same until you change them.");
    }

    void program(std::string name, const StarterLanguage& language) {
        const auto usable = [&](const Made& made) {
            return made.what == Made::counts && links(language, *made.language);
        };
        auto counter = std::find_if(made_.begin(), made_.end(), usable);
        Target made;
        if (counter == made_.end() && reading_.libraries) {
            const std::size_t own =
                make_counter(free_name(name + "-core", language), Kind::static_library, language);
            counter = made_.begin() + static_cast<std::ptrdiff_t>(own);
        }
        const std::string id = identifier(name);
        const std::string_view extension = language.extension;
        made.interface = fmt::format(
            "{} [FILE]: prints a line `count word` for each word of FILE, or of standard input where FILE is "
            "missing or "
            "-, the most frequent first; capitals count as small letters. Exit code 1 where FILE can't be "
            "read, 2 "
            "for wrong arguments; the reason goes to standard error.",
            name);
        made.name = std::move(name);
        made.kind = Kind::executable;
        if (counter != made_.end()) {
            made.sources = {fmt::format("programs/{}.{}", id, extension)};
            made.uses = {target(*counter).name};
        } else {
            made.sources = {fmt::format("programs/{}/main.{}", id, extension),
                            fmt::format("programs/{}/counting.{}", id, extension)};
            made.uses = splitters_for(language);
            if (!language.header.empty()) {
                made.headers = {fmt::format("programs/{}/counting.{}", id, language.header)};
                made.include_directories = {fmt::format("programs/{}", id)};
            }
        }
        add(std::move(made), &language, Made::runs,
            "The program: prints how often each word occurs in a file or in standard input.");
    }

    void reports() {
        for (const Part* part : roles_.reports) {
            const std::string own = own_name(*part);
            Target made;
            made.name = part == roles_.first ? project_target_
                                             : free_name(own.empty() ? "report" : own, *part->language);
            made.kind = Kind::executable;
            made.interface = fmt::format(
                "{}: reads lines `count word` from standard input and prints them as a table with each "
                "word's share; its "
                "last line has the sum. Exit code 1, and the line's number on standard error, where a line "
                "is no such "
                "line.",
                made.name);
            made.sources = {fmt::format("programs/{}.{}", identifier(made.name), part->language->extension)};
            add(std::move(made), part->language, Made::reports,
                "Reads lines of `count word` from standard input and prints them as a table with shares.");
        }
    }

    // What a library of C++ needs where another language calls it; and what can't be headers alone.
    void headers_for_c() {
        for (const Made& made : made_) {
            if (made.what != Made::counts && made.what != Made::splits) continue;
            bool foreign = false;
            bool not_from_headers = false;
            bool used = false;
            for (const Made& user : made_) {
                if (!contains(target(user).uses, target(made).name)) continue;
                used = true;
                foreign = foreign || user.language != made.language;
                // C reads no C++, and Rust no headers.
                not_from_headers =
                    not_from_headers || (user.language != made.language &&
                                         (made.language->header != "h" || user.language->header.empty()));
            }
            Target& library = target(made);
            const std::string id = identifier(library.name);
            if (not_from_headers && library.kind == Kind::interface_library) {
                library.kind = Kind::static_library;
                library.sources = {fmt::format("src/{}.{}", id, made.language->extension)};
                file(library.sources.front(), fmt::format("{} behind its headers.", library.name));
                notes_.push_back(
                    fmt::format("{} is not header-only, since another language calls it.", library.name));
            }
            if (foreign && !made.language->header.empty() && made.language->header != "h") {
                library.headers.push_back(fmt::format("include/{0}/{0}.h", id));
                library.sources.push_back(fmt::format("src/c_api/{}.{}", id, made.language->extension));
            }
            if (made.what == Made::splits && !used) {
                notes_.push_back(fmt::format(
                    "{} stands by itself: {}.", library.name,
                    made.language->compiled
                        ? "nothing here calls it yet"
                        : fmt::format("{} is not linked with other languages", made.language->title)));
            }
        }
    }

    // --- tests

    void tests() {
        const std::vector<Made> made(made_);
        for (const Made& each : made) {
            if (each.what == Made::counts || each.what == Made::splits)
                test(each, *each.language, {target(each).name}, false);
            if (each.what == Made::runs) {
                if (const StarterLanguage* language = language_of_tests(each))
                    test(each, *language, {target(each).name}, true);
            }
            if (each.what == Made::reports) {
                std::vector<std::string> uses{target(each).name};
                const auto program = std::find_if(made.begin(), made.end(),
                                                  [](const Made& other) { return other.what == Made::runs; });
                if (program != made.end()) uses.insert(uses.begin(), target(*program).name);
                test(each, *each.language, std::move(uses), program != made.end());
            }
        }
        if (reading_.tests_in != nullptr && std::any_of(made.begin(), made.end(), [&](const Made& each) {
                return each.language != reading_.tests_in;
            })) {
            notes_.push_back("Libraries are tested in their own language.");
        }
    }

    // That which was asked for, or the program's own, or any other here that can. A compiled test does not
    // run what needs an interpreter.
    const StarterLanguage* language_of_tests(const Made& program) const {
        std::vector<const StarterLanguage*> candidates{program.language};
        if (reading_.tests_in != nullptr) candidates.insert(candidates.begin(), reading_.tests_in);
        for (const Made& made : made_) candidates.push_back(made.language);
        for (const StarterLanguage* language : candidates) {
            if (language->runs_programs && (!language->compiled || program.language->compiled))
                return language;
        }
        return nullptr;
    }

    void test(const Made& tested, const StarterLanguage& language, std::vector<std::string> uses,
              bool with_data) {
        Target made;
        made.name = free_name(target(tested).name + "-test", language);
        made.kind = Kind::test;
        made.language = language.name;
        made.sources = {fmt::format("tests/{}.{}", identifier(made.name), language.extension)};
        made.uses = std::move(uses);
        if (with_data) made.data = {std::string(sample_path)};
        const auto standard = reading_.standards.find(&language);
        if (standard != reading_.standards.end()) made.settings.standard = standard->second;
        file(made.sources.front(),
             with_data || tested.what == Made::reports
                 ? fmt::format("Runs {} and compares what it prints with known answers.", target(tested).name)
                 : fmt::format("Known answers of {}.", target(tested).name));
        if (with_data) file(std::string(sample_path), "The text that tests count the words of.");
        plan_.targets.push_back(std::move(made));
    }

    // --- files

    void list_files() {
        for (const Made& made : made_) {
            const Target& each = target(made);
            for (const std::string& header : each.headers) {
                const bool for_c = header.ends_with(".h");
                file(header,
                     fmt::format("The {}interface of {}.", for_c && made.language->header != "h" ? "C " : "",
                                 each.kind == Kind::executable ? "counting in " + each.name : each.name));
            }
            for (std::size_t n = 1; n < each.sources.size(); ++n) {
                file(each.sources[n],
                     each.kind == Kind::executable
                         ? fmt::format("Counts the words of a text for {}.", each.name)
                         : fmt::format("The C interface of {}, for other languages.", each.name));
            }
        }
        file("README.md",
             "What the project is, how to build and test it with Ninja and with CMake, and what to replace "
             "in this starter.");
        std::sort(plan_.files.begin(), plan_.files.end(),
                  [](const PlannedFile& a, const PlannedFile& b) { return a.path < b.path; });
        notes_.insert(notes_.begin(), "A starter that counts words, from AIBuild's built-in planner.");
    }

    Roles roles_;
    const Reading& reading_;
    std::vector<std::string>& notes_;
    std::string_view description_;
    Plan plan_;
    std::string project_target_;  // the target that bears the project's name
    std::set<std::string> taken_;
    std::vector<Made> made_;
};

}  // namespace

bool calls_natively(const StarterLanguage& user, const StarterLanguage& provider, Kind kind) {
    return &user == &provider && !(user.compiled && user.header.empty() && kind == Kind::shared_library);
}

Plan starter_plan(std::string_view description) {
    return Planner(assign_roles(read_description(description)), description).plan();
}

}  // namespace aibuild
