#include "tool/engine/language_list.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <thread>

#include "ninja-gen/error.h"
#include "ninja-gen/toolchain.h"
#include "tool/engine/known_languages.h"

namespace aibuild {

namespace {

namespace fs = std::filesystem;

// Most of the time a version is waited for; more at once than there are processors is well.
constexpr std::size_t probes_at_once = 8;

ToolReport probe(const Tool& tool) {
    ToolReport out;
    out.name = tool.name;
    try {
        out.path = Toolchain().path(tool);
    } catch (const Error& error) {
        out.problem = error.why();
        out.fix = error.fix();
        return out;
    }
    const ToolVersion version = probe_version(out.path, tool.version);
    out.version = version.text;
    out.problem = version.problem;
    return out;
}

}  // namespace

bool LanguageReport::usable() const {
    return agreed &&
           std::none_of(tools.begin(), tools.end(), [](const ToolReport& tool) { return tool.path.empty(); });
}

std::vector<ToolReport> probe_tools(const std::vector<const Tool*>& tools) {
    std::vector<ToolReport> out(tools.size());
    std::atomic<std::size_t> next = 0;
    std::vector<std::jthread> threads;
    for (std::size_t n = 0; n < std::min(probes_at_once, tools.size()); ++n) {
        threads.emplace_back([&] {
            for (std::size_t at = next++; at < tools.size(); at = next++) out[at] = probe(*tools[at]);
        });
    }
    threads.clear();
    return out;
}

std::vector<LanguageReport> list_languages(const fs::path& root) {
    const KnownLanguages known = known_languages(root);
    const Consents consents(root);
    std::vector<LanguageReport> out;
    std::vector<const Tool*> tools;
    std::map<std::string, std::size_t> slots;  // a name is one tool in all languages
    for (const Language& language : known.languages.all()) {
        LanguageReport report;
        report.name = language.name;
        report.title = language.title;
        report.file = language.file;
        report.aliases = language.aliases;
        report.extensions = language.extensions;
        for (Kind kind : {Kind::executable, Kind::static_library, Kind::shared_library,
                          Kind::interface_library, Kind::library, Kind::test}) {
            if (language.supports(kind)) report.kinds.emplace_back(name_of(kind));
        }
        // A probe runs what the file names.
        const LanguageOrigin* origin = known.origin(language);
        report.agreed = origin == nullptr || !origin->of_project || consents.missing({origin->item}).empty();
        for (const Tool& tool : language.tools) {
            if (!report.agreed) {
                report.tools.push_back({tool.name, "", "", "nobody agreed to run it", ""});
            } else if (slots.emplace(tool.name, tools.size()).second) {
                tools.push_back(&tool);
            }
        }
        out.push_back(std::move(report));
    }
    const std::vector<ToolReport> probed = probe_tools(tools);
    for (std::size_t n = 0; n < out.size(); ++n) {
        if (!out[n].agreed) continue;
        for (const Tool& tool : known.languages.all()[n].tools)
            out[n].tools.push_back(probed[slots.at(tool.name)]);
    }
    std::sort(out.begin(), out.end(),
              [](const LanguageReport& a, const LanguageReport& b) { return a.name < b.name; });
    return out;
}

}  // namespace aibuild
