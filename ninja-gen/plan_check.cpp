#include "ninja-gen/plan_check.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "ninja-gen/error.h"
#include "ninja-gen/json.h"
#include "ninja-gen/names.h"
#include "ninja-gen/path_table.h"
#include "ninja-gen/step_check.h"

namespace aibuild {

namespace {

// Each check knows where it is, so that its error can.
class Checker {
  public:
    Checker(const Plan& plan, std::string_view text, std::string_view file)
        : plan_(plan), text_(text), file_(file) {}

    void check() {
        if (auto problem = name_problem(plan_.name))
            fail("plan.name", "/project/name", *problem, "Choose another name.");
        if (!version_ok(plan_.version)) {
            fail("plan.version", "/project/version", fmt::format("\"{}\" is not a version.", plan_.version),
                 "Write 1 to 4 numbers with dots, like 0.1.0.");
        }
        packages();
        names();
        for (std::size_t n = 0; n < plan_.targets.size(); ++n) target(n);
        files();
        check_steps(plan_, text_, file_);
        check_cycles(plan_, text_, file_);
    }

  private:
    [[noreturn]] void fail(std::string rule, const std::string& pointer, std::string why,
                           std::string fix) const {
        throw Error(Exit::usage, std::move(rule), json::place(file_, text_, pointer), std::move(why),
                    std::move(fix));
    }

    static bool version_ok(std::string_view version) {
        int dots = 0;
        bool digit = false;
        for (char c : version) {
            if (c == '.' && digit && dots < 3) {
                ++dots;
                digit = false;
            } else if (c >= '0' && c <= '9') {
                digit = true;
            } else {
                return false;
            }
        }
        return digit;
    }

    // pkg-config reads the flags of `x.pc` from a file of that name, wherever it came from.
    static bool module_ok(std::string_view name) {
        return !proposed_path_problem(name) && name.find('/') == std::string_view::npos &&
               !name.ends_with(".pc");
    }

    void packages() {
        for (std::size_t n = 0; n < plan_.packages.size(); ++n) {
            const Package& package = plan_.packages[n];
            const std::string pointer = fmt::format("/packages/{}", n);
            if (auto problem = name_problem(package.name))
                fail("plan.name", pointer + "/name", *problem, "Choose another name.");
            if (!package_names_.emplace(package.name).second) {
                fail("plan.duplicate", pointer + "/name",
                     fmt::format("There are two packages called {}.", package.name), "Remove one of them.");
            }
            const bool known = package.name == "threads" || package.name == "math";
            if (package.pkg_config.empty() && !known) {
                fail("plan.package", pointer,
                     fmt::format("How is {} found? Only threads and math are known by name.", package.name),
                     "Add \"pkg_config\" with the module name that `pkg-config --list-all` shows.");
            }
            if (!package.pkg_config.empty() && !module_ok(package.pkg_config)) {
                fail("plan.name", pointer + "/pkg_config",
                     "A pkg-config module has only letters, digits, and _ . + -, and is no file.",
                     "Write the module's name, as `pkg-config --list-all` shows it.");
            }
        }
    }

    void names() {
        for (std::size_t n = 0; n < plan_.targets.size(); ++n) {
            const std::string& name = plan_.targets[n].name;
            const std::string pointer = fmt::format("/targets/{}/name", n);
            if (auto problem = name_problem(name))
                fail("plan.name", pointer, *problem, "Choose another name.");
            if (!target_index_.emplace(name, n).second) {
                fail("plan.duplicate", pointer,
                     fmt::format("Target {} has this name already.", target_index_.at(name)),
                     "Give each target a name of its own.");
            }
        }
    }

    void paths(const std::vector<std::string>& list, const std::string& pointer, bool unique) {
        const auto text_of = [&](std::uint32_t n) -> std::string_view { return list[n]; };
        seen_.reset(list.size());
        for (std::uint32_t n = 0; n < list.size(); ++n) {
            // The fast way out: pointers are only made where somebody reads them.
            if (auto problem = path_problem(list[n]))
                fail("plan.path", fmt::format("{}/{}", pointer, n), *problem, "Correct the path.");
            if (unique && seen_.insert(list[n], n, text_of) != n) {
                fail("plan.duplicate", fmt::format("{}/{}", pointer, n),
                     fmt::format("{} is listed twice.", list[n]), "Remove one of the two.");
            }
        }
    }

    void target(std::size_t n) {
        const Target& target = plan_.targets[n];
        const std::string pointer = fmt::format("/targets/{}", n);
        paths(target.sources, pointer + "/sources", true);
        paths(target.headers, pointer + "/headers", true);
        paths(target.include_directories, pointer + "/include_directories", true);
        paths(target.data, pointer + "/data", true);
        if (target.kind == Kind::interface_library) {
            if (!target.sources.empty()) {
                fail("plan.kind", pointer + "/sources",
                     "An interface-library is headers only; nothing is compiled for it.",
                     "Move the files to headers, or make it a static-library.");
            }
        } else if (target.sources.empty() && target.generated.empty()) {
            fail("plan.kind", pointer + "/sources",
                 fmt::format("A target of kind {} needs at least one source.", name_of(target.kind)),
                 "List its sources.");
        }
        if (target.kind != Kind::test && !target.data.empty()) {
            fail("plan.kind", pointer + "/data", "Only a test is given data.",
                 "Remove data, or make the target a test.");
        }
        std::unordered_set<std::string_view> seen;
        for (std::size_t k = 0; k < target.uses.size(); ++k)
            use(target, fmt::format("{}/uses/{}", pointer, k), target.uses[k], seen);
        for (std::size_t k = 0; k < target.packages.size(); ++k) {
            if (package_names_.contains(target.packages[k])) continue;
            const std::vector<std::string> known(package_names_.begin(), package_names_.end());
            const auto meant = did_you_mean(target.packages[k], known);
            fail("plan.unknown-package", fmt::format("{}/packages/{}", pointer, k),
                 fmt::format("There is no package {}.", target.packages[k]),
                 meant ? fmt::format("Did you mean {}?", *meant)
                       : fmt::format("Add {} to packages at the top of the plan.", target.packages[k]));
        }
        for (std::size_t k = 0; k < target.settings.defines.size(); ++k)
            define(target.settings.defines[k], fmt::format("{}/settings/defines/{}", pointer, k));
    }

    void use(const Target& target, const std::string& pointer, const std::string& name,
             std::unordered_set<std::string_view>& seen) {
        const auto used = target_index_.find(name);
        if (used == target_index_.end()) {
            std::vector<std::string> known;
            for (const Target& other : plan_.targets) {
                if (&other != &target) known.push_back(other.name);
            }
            const auto meant = did_you_mean(name, known);
            fail("plan.unknown-use", pointer, fmt::format("There is no target {}.", name),
                 meant ? fmt::format("Did you mean {}?", *meant)
                       : fmt::format("Use one of: {}.", fmt::join(known, ", ")));
        }
        if (!seen.insert(name).second)
            fail("plan.duplicate", pointer, fmt::format("{} is used twice.", name), "Remove one of the two.");
        const Kind kind = plan_.targets[used->second].kind;
        if (kind == Kind::test)
            fail("plan.kind", pointer, fmt::format("{} is a test; nothing can use a test.", name),
                 "Remove it.");
        if (kind == Kind::executable && target.kind != Kind::test) {
            fail("plan.kind", pointer,
                 fmt::format("{} is a program: it can't be linked or imported, only run by a test.", name),
                 "Move the shared code to a library that both use.");
        }
    }

    // Defines reach a command line: their alphabet is closed, whoever writes them (law 2).
    void define(const Define& define, const std::string& pointer) {
        const auto word = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
        if (define.name.empty() || std::isdigit(static_cast<unsigned char>(define.name[0])) != 0 ||
            !std::all_of(define.name.begin(), define.name.end(), word)) {
            fail("plan.define", pointer + "/name",
                 fmt::format("\"{}\" is not the name of a macro.", define.name),
                 "Use letters, digits and _.");
        }
        const auto plain = [&](char c) { return word(c) || c == '.' || c == '+' || c == '-'; };
        if (!std::all_of(define.value.begin(), define.value.end(), plain)) {
            fail("plan.define", pointer + "/value", "A define's value has only letters, digits, and _ . + -",
                 "Put longer text into a source file.");
        }
    }

    void files() {
        std::unordered_map<std::string_view, std::size_t> seen;
        for (std::size_t n = 0; n < plan_.files.size(); ++n) {
            const std::string& path = plan_.files[n].path;
            if (auto problem = path_problem(path))
                fail("plan.path", fmt::format("/files/{}/path", n), *problem, "Correct the path.");
            if (!seen.emplace(path, n).second)
                fail("plan.duplicate", fmt::format("/files/{}/path", n),
                     fmt::format("{} is listed twice.", path), "Remove one of the two.");
        }
        needs(seen);
    }

    // What is written first has to come to an end: a walk along needs that meets itself has none.
    void needs(const std::unordered_map<std::string_view, std::size_t>& index) const {
        enum class Seen : unsigned char { no, on_the_way, done };
        std::vector<Seen> seen(plan_.files.size(), Seen::no);
        std::vector<std::pair<std::size_t, std::size_t>> way;  // file, and which of its needs is next
        for (std::size_t first = 0; first < plan_.files.size(); ++first) {
            if (plan_.files[first].needs.empty() || seen[first] != Seen::no) continue;
            way.emplace_back(first, 0);
            seen[first] = Seen::on_the_way;
            while (!way.empty()) {
                auto& [n, next] = way.back();
                const std::vector<std::string>& needed = plan_.files[n].needs;
                if (next == needed.size()) {
                    seen[n] = Seen::done;
                    way.pop_back();
                    continue;
                }
                const std::string pointer = fmt::format("/files/{}/needs/{}", n, next);
                const std::string& name = needed[next++];
                const auto found = index.find(name);
                if (found == index.end())
                    fail("plan.needs", pointer, fmt::format("{} is not among the files of the plan.", name),
                         "Name files that the plan lists, or none.");
                if (seen[found->second] == Seen::on_the_way)
                    fail("plan.needs", pointer,
                         fmt::format(
                             "Files need each other in a circle: {}. None of them can be written first.",
                             circle(way, found->second)),
                         "Take one of these needs away: that file is written from the interface alone.");
                if (seen[found->second] == Seen::done) continue;
                seen[found->second] = Seen::on_the_way;
                way.emplace_back(found->second, 0);
            }
        }
    }

    // From `first` along the way back to it; of a long one both ends.
    std::string circle(const std::vector<std::pair<std::size_t, std::size_t>>& way, std::size_t first) const {
        constexpr std::size_t most = 12;
        std::vector<std::string> names;
        for (const auto& [file, next] : way) {
            if (!names.empty() || file == first) names.push_back(plan_.files[file].path);
        }
        names.push_back(plan_.files[first].path);
        if (names.size() > most) {
            names.erase(names.begin() + most / 2, names.end() - most / 2);
            names.insert(names.begin() + most / 2, "...");
        }
        return fmt::format("{}", fmt::join(names, " -> "));
    }

    const Plan& plan_;
    std::string_view text_, file_;
    std::unordered_map<std::string_view, std::size_t> target_index_;
    std::unordered_set<std::string> package_names_;
    PathTable seen_;
};

}  // namespace

void check_plan(const Plan& plan, std::string_view text, std::string_view file) {
    Checker(plan, text, file).check();
}

}  // namespace aibuild
