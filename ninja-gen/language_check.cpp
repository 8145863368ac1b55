#include "ninja-gen/language_check.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <unordered_map>

#include "ninja-gen/error.h"
#include "ninja-gen/json.h"
#include "ninja-gen/names.h"
#include "ninja-gen/quote.h"
#include "ninja-gen/use_graph.h"

namespace aibuild {

namespace {

class LanguageCheck {
  public:
    LanguageCheck(const PlanText& source, const Languages& languages)
        : source_(source), plan_(source.plan), languages_(languages), found_(plan_.targets.size()) {}

    std::vector<const Language*> run() {
        for (std::size_t n = 0; n < plan_.targets.size(); ++n) index_.emplace(plan_.targets[n].name, n);
        for (std::size_t n = 0; n < plan_.targets.size(); ++n) check(n);
        return std::move(found_);
    }

  private:
    [[noreturn]] void fail(std::string rule, const std::string& pointer, std::string why,
                           std::string fix) const {
        throw Error(Exit::usage, std::move(rule), json::place(source_.file, source_.text, pointer),
                    std::move(why), std::move(fix));
    }

    void check(std::size_t n) {
        const Target& target = plan_.targets[n];
        const std::string pointer = fmt::format("/targets/{}", n);
        const Language* language = languages_.find(target.language);
        if (language == nullptr) {
            const Words known = languages_.names();
            const auto meant = did_you_mean(target.language, known);
            Words titles;
            for (const Language& each : languages_.all()) titles.push_back(each.name);
            fail("plan.language", pointer + "/language",
                 fmt::format("AIBuild knows no language \"{}\".", target.language),
                 meant ? fmt::format("Did you mean \"{}\"?", *meant)
                       : fmt::format("The languages are: {}.", fmt::join(titles, ", ")));
        }
        found_[n] = language;
        if (!language->supports(target.kind)) {
            Words kinds;
            for (Kind kind : {Kind::executable, Kind::static_library, Kind::shared_library,
                              Kind::interface_library, Kind::library, Kind::test}) {
                if (language->supports(kind)) kinds.emplace_back(name_of(kind));
            }
            fail("plan.kind", pointer + "/kind",
                 fmt::format("{} has no {}.", language->title, name_of(target.kind)),
                 fmt::format("{} has: {}.", language->title, fmt::join(kinds, ", ")));
        }
        if (!target.settings.standard.empty() && !language->standards.contains(target.settings.standard)) {
            Words known;
            for (const auto& [standard, flags] : language->standards) known.push_back(standard);
            fail("plan.standard", pointer + "/settings/standard",
                 fmt::format("{} has no standard \"{}\".", language->title, target.settings.standard),
                 fmt::format("Use one of: {}.", fmt::join(known, ", ")));
        }
        for (std::size_t k = 0; k < target.sources.size(); ++k) {
            const std::string& source = target.sources[k];
            if (language->is_source(source)) continue;
            fail("plan.source", fmt::format("{}/sources/{}", pointer, k),
                 fmt::format("{} is no source of {}, whose files end in {}.", source, language->title,
                             fmt::join(language->extensions, ", ")),
                 "Put headers into headers, test data into data, and sources of another language into a "
                 "target of their own.");
        }
        for (std::size_t k = 0; k < target.uses.size(); ++k) check_use(n, k);
        check_generated(n);
        check_names(n);
    }

    // What a target's steps make is compiled or included.
    void check_generated(std::size_t n) const {
        const Target& target = plan_.targets[n];
        const Language& language = *found_[n];
        bool source = !target.sources.empty() || target.kind == Kind::interface_library;
        for (std::size_t k = 0; k < target.generated.size(); ++k) {
            const auto step =
                std::find_if(plan_.steps.begin(), plan_.steps.end(),
                             [&](const PlannedStep& each) { return each.name == target.generated[k]; });
            for (const std::string& output : step->outputs) {
                if (!language.is_source(output) || target.kind == Kind::interface_library) continue;
                source = true;
                if (language.takes_generated(target.kind)) continue;
                fail("plan.generated", fmt::format("/targets/{}/generated/{}", n, k),
                     fmt::format("{} finds the sources of a {} by their place in the project, and {} is made "
                                 "elsewhere.",
                                 language.title, name_of(target.kind), output),
                     "Generate data that the program reads, or a source of another language.");
            }
        }
        if (source) return;
        fail("plan.kind", fmt::format("/targets/{}/generated", n),
             fmt::format("{} has no source: its steps make none of {}, whose files end in {}.", target.name,
                         language.title, fmt::join(language.extensions, ", ")),
             "List its sources, or a step that makes one.");
    }

    // What compilers write into depfiles. A compile's own source is taken out of them (own-source.sh);
    // everything else has to get through Ninja's reader.
    void check_names(std::size_t n) const {
        const Target& target = plan_.targets[n];
        const Language& language = *found_[n];
        const auto check_list = [&](const std::vector<std::string>& list, std::string_view key,
                                    std::string_view further) {
            for (std::size_t k = 0; k < list.size(); ++k) {
                if (quote::depfile_safe(list[k]) && list[k].find_first_of(further) == std::string::npos)
                    continue;
                fail("plan.path", fmt::format("/targets/{}/{}/{}", n, key, k),
                     fmt::format("Ninja's reader of depfiles takes the name {} apart: what is made from it "
                                 "would never be up to date.",
                                 list[k]),
                     fmt::format("Rename it without any of ' \" \\ & ; | < > * ? ^ ` {}", further));
            }
        };
        if (language.compile && language.compile->depfile) {
            check_list(target.headers, "headers", "");
            check_list(target.include_directories, "include_directories", "");
        }
        if (language.compile && language.compile->modules) {
            for (std::size_t k = 0; k < target.sources.size(); ++k) {
                if (target.sources[k].find('|') == std::string::npos) continue;
                fail("plan.path", fmt::format("/targets/{}/sources/{}", n, k),
                     "A dyndep file, which says what a source's modules are made from, can't carry a |.",
                     "Rename the source.");
            }
        }
        const auto products = language.products.find(target.kind);
        if (products != language.products.end() &&
            std::any_of(products->second.begin(), products->second.end(),
                        [](const Product& product) { return product.depfile; })) {
            check_list(target.sources, "sources", "#$");  // rustc escapes nothing but spaces
        }
    }

    void check_use(std::size_t n, std::size_t k) {
        const Target& target = plan_.targets[n];
        const Target& other = plan_.targets[index_.at(target.uses[k])];
        if (other.kind == Kind::executable) return;  // only tests get here: they are given its path
        const Language* language = languages_.find(other.language);
        if (language == nullptr) return;  // its own check says so
        if (!interface_of(*found_[n], *language, other.kind).empty()) return;
        fail("plan.use", fmt::format("/targets/{}/uses/{}", n, k),
             fmt::format("A {} target can't use {}, which is a {} in {}.", found_[n]->title, other.name,
                         name_of(other.kind), language->title),
             "Languages meet at the C ABI: in static and shared libraries of compiled languages.");
    }

    const PlanText& source_;
    const Plan& plan_;
    const Languages& languages_;
    std::unordered_map<std::string_view, std::size_t> index_;
    std::vector<const Language*> found_;
};

}  // namespace

std::vector<const Language*> check_languages(const PlanText& plan, const Languages& languages) {
    return LanguageCheck(plan, languages).run();
}

}  // namespace aibuild
