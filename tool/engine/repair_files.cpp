#include "tool/engine/repair_files.h"

#include <fmt/format.h>

#include <algorithm>

#include "ninja-gen/error.h"
#include "tool/engine/repair_spelling.h"
#include "tool/workspace/root.h"

namespace aibuild {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t largest_text = 256U << 10U, most_concerned = 12;

bool word_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool has_word(std::string_view text, std::string_view word) {
    for (std::size_t at = text.find(word); at != text.npos; at = text.find(word, at + 1)) {
        const std::size_t end = at + word.size();
        if ((at == 0 || !word_character(text[at - 1])) && (end == text.size() || !word_character(text[end])))
            return true;
    }
    return false;
}

// "ns::Type::name(int) const" -> "name"
std::string bare(std::string symbol) {
    symbol = symbol.substr(0, symbol.find_first_of("(<[ "));
    if (const std::size_t colons = symbol.rfind("::"); colons != std::string::npos)
        symbol.erase(0, colons + 2);
    return symbol;
}

// The lines around the places, with their numbers, and dots between them.
std::string around(std::string_view text, const std::vector<int>& lines) {
    constexpr int margin = 12;
    std::string out;
    int number = 0;
    bool gap = false;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        ++number;
        const bool wanted = std::any_of(lines.begin(), lines.end(), [&](int line) {
            return number >= line - margin && number <= line + margin;
        });
        if (wanted)
            out += fmt::format("{:>5} | {}\n", number, text.substr(begin, end - begin));
        else if (!gap)
            out += "  ... |\n";
        gap = !wanted;
        begin = end + 1;
    }
    return out;
}

void add(std::vector<std::string>& to, const std::string& path) {
    if (std::find(to.begin(), to.end(), path) == to.end()) to.push_back(path);
}

}  // namespace

RepairFiles::RepairFiles(const fs::path& root, const fs::path& build, const Plan* plan,
                         const Languages& languages)
    : root_(root), build_(build), plan_(plan), languages_(languages) {
    if (plan_ != nullptr) {
        list_planned();
    } else {
        list_found();
        tests_of_ctest();
        tests_of_depfiles();
    }
    for (const std::string& path : tests_) changeable_.erase(path);
}

void RepairFiles::list_planned() {
    for (const Target& target : plan_->targets) {
        for (const auto* list : {&target.sources, &target.headers, &target.data}) {
            for (const std::string& path : *list) {
                files_.insert(path);
                if (target.kind == Kind::test)
                    tests_.insert(path);
                else if (!protected_problem(path))
                    changeable_.insert(path);
            }
        }
    }
    // What a step runs was agreed to as it is.
    for (const PlannedStep& step : plan_->steps) {
        for (const std::string& path : step.inputs) {
            files_.insert(path);
            changeable_.erase(path);
        }
    }
}

std::optional<std::string> RepairFiles::resolve(const std::string& file) const {
    if (file.empty() || system_file(file)) return std::nullopt;
    const fs::path path(file);
    std::error_code error;
    for (const fs::path& base : {build_, root_}) {
        const fs::path whole = fs::weakly_canonical(path.is_absolute() ? path : base / path, error);
        const std::string inner =
            whole.lexically_relative(fs::weakly_canonical(root_, error)).generic_string();
        if (files_.contains(inner)) return inner;
    }
    // A name alone, or a copy that a step made in the build directory: the file whose path ends most alike.
    const auto alike = [&](const std::string& known) {
        std::size_t out = 0;
        const fs::path other(known);
        for (auto a = path.end(), b = other.end(); a != path.begin() && b != other.begin();) {
            if (*--a != *--b) break;
            ++out;
        }
        return out;
    };
    std::string best;
    std::size_t most = 0, times = 0;
    for (const std::string& known : files_) {
        const std::size_t same = alike(known);
        if (same == 0 || same < most) continue;
        times = same == most ? times + 1 : 1;
        most = same;
        best = known;
    }
    return times == 1 ? std::optional(best) : std::nullopt;
}

// Of an output of an emitted build.ninja; nullptr for what has no target.
const Target* RepairFiles::target_of(std::string_view output) const {
    if (plan_ == nullptr) return nullptr;
    const Target* out = nullptr;
    for (const Target& target : plan_->targets) {
        const std::string& name = target.name;
        const bool object = output.starts_with("obj/" + name + "/");
        const bool made =
            output.starts_with("bin/") || output.starts_with("lib/") || output.starts_with("tests/");
        const bool product = made && output.find(name) != output.npos;
        if (!object && !product) continue;
        if (out == nullptr || name.size() > out->name.size()) out = &target;  // words-test is not words
    }
    return out;
}

std::vector<const Target*> RepairFiles::with_used(const Target& target) const {
    std::vector<const Target*> out = {&target};
    for (std::size_t n = 0; n < out.size(); ++n) {
        for (const Target& other : plan_->targets) {
            const auto& uses = out[n]->uses;
            if (std::find(uses.begin(), uses.end(), other.name) == uses.end()) continue;
            if (std::find(out.begin(), out.end(), &other) == out.end()) out.push_back(&other);
        }
    }
    return out;
}

void RepairFiles::order(std::vector<BuildOutcome::Failure>& failures) const {
    if (plan_ == nullptr) return;
    std::vector<std::size_t> places(plan_->targets.size());
    const std::vector<std::size_t> uses = use_order(*plan_);
    for (std::size_t n = 0; n < uses.size(); ++n) places[uses[n]] = n;
    const auto place = [&](const BuildOutcome::Failure& failure) {
        const Target* target = target_of(failure.output);
        return target == nullptr ? places.size()
                                 : places[static_cast<std::size_t>(target - plan_->targets.data())];
    };
    std::stable_sort(failures.begin(), failures.end(), [&](const auto& a, const auto& b) {
        return std::pair(place(a), a.output) < std::pair(place(b), b.output);
    });
}

void RepairFiles::judge(Diagnostic& diagnostic) const {
    const bool package = diagnostic.kind == DiagnosticKind::missing_package;
    if (!package && diagnostic.kind != DiagnosticKind::code) return;
    if (const auto meant = meant_name(diagnostic, root_, files_)) {
        diagnostic.kind = DiagnosticKind::code;
        diagnostic.message += fmt::format("; did you mean {}, which is here?", *meant);
    }
    if (diagnostic.kind == DiagnosticKind::code) return;
    std::string what = diagnostic.subject;
    if (diagnostic.tool == "cmake" || diagnostic.code == "missing-library") return;
    if (diagnostic.code == "missing-module") std::replace(what.begin(), what.end(), '.', '/');
    const auto own = [&](const std::string& path) {
        const std::string padded = "/" + path;
        if (diagnostic.code == "missing-header") return padded.ends_with("/" + what);
        const std::string module = "/" + what.substr(0, what.find('/'));
        return padded.find(module + "/") != padded.npos || padded.find(module + ".") != padded.npos;
    };
    const bool target =
        plan_ != nullptr && std::any_of(plan_->targets.begin(), plan_->targets.end(),
                                        [&](const Target& each) { return each.name == diagnostic.subject; });
    if (target || std::any_of(files_.begin(), files_.end(), own)) diagnostic.kind = DiagnosticKind::code;
}

std::optional<std::string> RepairFiles::text_of(const std::string& path) const {
    try {
        auto text = Root(root_).read(path);
        if (text && text->size() <= largest_text && text->find('\0') == text->npos) return text;
    } catch (const Error&) {
        // A link, or no file.
    }
    return std::nullopt;
}

std::map<std::string, std::string> RepairFiles::judges() const {
    std::map<std::string, std::string> out;
    for (const std::string& path : files_) {
        if (!is_test(path) && !protected_problem(path)) continue;
        if (auto text = text_of(path)) out.emplace(path, std::move(*text));
    }
    return out;
}

std::vector<std::string> RepairFiles::naming(const std::string& symbol,
                                             const std::vector<std::string>& among) const {
    std::vector<std::string> out;
    if (symbol.size() < 2) return out;
    for (const std::string& path : among) {
        if (has_word(text_of(path).value_or(""), symbol)) out.push_back(path);
    }
    return out;
}

std::vector<ConcernedFile> RepairFiles::concerned(const RootCause& cause, const BuildOutcome& outcome) const {
    const Diagnostic& found = cause.diagnostic;
    std::vector<std::string> paths;
    std::map<std::string, std::vector<int>> lines;
    const auto take = [&](const Place& place) {
        if (const auto path = resolve(place.file)) {
            add(paths, *path);
            if (place.line > 0) lines[*path].push_back(place.line);
        }
    };
    take(found.place);
    for (const DiagnosticNote& note : found.notes) take(note.place);

    // Of the target that failed and of what it uses; without a plan, of all that may change.
    std::vector<std::string> near;
    const std::string output =
        cause.edge < outcome.failures.size() ? outcome.failures[cause.edge].output : "";
    if (const Target* target = target_of(output)) {
        for (const Target* each : with_used(*target)) {
            for (const auto* list : {&each->headers, &each->sources}) {
                for (const std::string& path : *list) add(near, path);
            }
        }
    } else {
        near.assign(changeable_.begin(), changeable_.end());
    }
    const std::string symbol = bare(found.subject);
    if (found.kind == DiagnosticKind::code && !symbol.empty()) {
        for (const std::string& path : naming(symbol, near)) add(paths, path);
    }
    if (plan_ != nullptr) {
        for (const std::string& path : near) add(paths, path);
    } else {
        // What other failures name, then, for a test that fails, what it may be about.
        for (const BuildOutcome::Failure& failure : outcome.failures) {
            for (const Diagnostic& each : diagnostics_of(failure.text)) {
                if (each.severity == Severity::error) take(each.place);
            }
        }
        if (found.kind == DiagnosticKind::test && cause.edge < outcome.failures.size()) {
            for (const std::string& path : made_from(outcome.failures[cause.edge])) add(paths, path);
            for (const std::string& path : near) add(paths, path);
        }
    }
    std::vector<ConcernedFile> out;
    for (const std::string& path : paths) {
        if (out.size() == most_concerned) break;
        const auto text = text_of(path);
        if (!text) continue;  // nothing that could be shown
        ConcernedFile file{path, *text, may_change(path), false};
        if (!file.may_change) {
            if (lines[path].empty()) continue;
            file.text = around(file.text, lines[path]);
            file.part = true;
        }
        out.push_back(std::move(file));
    }
    return out;
}

void RepairFiles::describe(const std::string& output, RepairAsked& asked) const {
    if (plan_ == nullptr) return;
    asked.project = plan_->name;
    asked.description = plan_->description;
    const Target* target = target_of(output);
    if (target == nullptr) return;
    Plan part;
    part.name = plan_->name;
    part.version = plan_->version;
    for (const Target* each : with_used(*target)) {
        part.targets.push_back(*each);
        const Language* language = languages_.find(each->language);
        if (language == nullptr || language->rules.empty()) continue;
        const std::pair rule(language->title, language->rules);
        if (std::find(asked.rules.begin(), asked.rules.end(), rule) == asked.rules.end())
            asked.rules.push_back(rule);
    }
    asked.plan = write_plan(part);
}

}  // namespace aibuild
