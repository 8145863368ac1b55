#include "tool/state/sources.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <chrono>

#include "ninja-gen/hash.h"
#include "tool/state/document.h"
#include "tool/workspace/beneath.h"
#include "tool/workspace/fields.h"
#include "tool/workspace/root.h"

namespace aibuild {

namespace {

namespace bj = boost::json;
namespace fs = std::filesystem;

constexpr std::string_view sources_path = ".aibuild/sources.json";

std::int64_t nanoseconds(const timespec& time) {
    return static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

std::int64_t now_ns() {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::nanoseconds>(since).count();
}

}  // namespace

Sources look_at_sources(const fs::path& project, const std::vector<std::string>& paths,
                        const Sources& known) {
    constexpr std::int64_t young = 100'000'000;  // some file systems count in ticks of 10 ms
    const Root root(project);
    Sources out;
    for (const std::string& path : paths) {
        struct stat status {};
        // A name that is not beneath the project, or leads through a link, is nobody's source here.
        const Fd file = beneath::open(root.descriptor(), path, O_PATH);
        if (!file || ::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) continue;
        Source source{"", status.st_size, nanoseconds(status.st_mtim)};
        const auto before = known.find(path);
        if (before != known.end() && before->second.size == source.size &&
            before->second.mtime_ns == source.mtime_ns) {
            out.emplace(path, before->second);
            continue;
        }
        if (source.mtime_ns + young > now_ns()) source.mtime_ns = 0;
        const auto text = root.read(path);
        if (!text) continue;
        source.sha256 = sha256(*text);
        source.size = static_cast<std::int64_t>(text->size());
        out.emplace(path, std::move(source));
    }
    return out;
}

std::vector<Change> changes_between(const Sources& before, const Sources& now) {
    std::vector<Change> out;
    auto old = before.begin();
    auto next = now.begin();
    while (old != before.end() || next != now.end()) {
        if (next == now.end() || (old != before.end() && old->first < next->first)) {
            out.push_back({old->first, old->second.sha256, ""});
            ++old;
        } else if (old == before.end() || next->first < old->first) {
            out.push_back({next->first, "", next->second.sha256});
            ++next;
        } else {
            if (old->second.sha256 != next->second.sha256)
                out.push_back({next->first, old->second.sha256, next->second.sha256});
            ++old;
            ++next;
        }
    }
    return out;
}

Sources read_sources(const fs::path& build) {
    const std::optional<Root> root = root_if_there(build);
    if (!root) return {};
    const auto text = root->read(sources_path);
    if (!text || text->empty()) return {};  // empty: of a power cut
    const std::string file = (build / sources_path).string();
    const Fields::Fail fail = syntax_error(*text, file);
    const bj::value document = parse_document(*text, file, fail);
    Fields fields(document, "", fail);
    check_format(fields, file, sources_format, fail);
    const bj::value& files = fields.need("files");
    if (!files.is_object()) fail("/files", "An object is needed here.");
    fields.done();
    Sources out;
    for (const auto& member : files.get_object()) {
        Fields each(member.value(), "/files/" + pointer_token(member.key()), fail);
        out.emplace(member.key(), Source{each.text("sha256"), each.number("size").value_or(0),
                                         each.number("mtime_ns").value_or(0)});
        each.done();
    }
    return out;
}

void write_sources(const fs::path& build, const Sources& sources) {
    std::string out = fmt::format("{{\n  \"format\": {},\n  \"files\": {{", sources_format);
    std::string_view between = "\n    ";
    for (const auto& [path, source] : sources) {
        out += between;
        between = ",\n    ";
        write_text(out, path);
        out += ": ";
        LineObject line(out);
        line.text("sha256", source.sha256);
        line.number("size", source.size);
        if (source.mtime_ns != 0) line.number("mtime_ns", source.mtime_ns);
    }
    out += sources.empty() ? "}\n}\n" : "\n  }\n}\n";
    Root(build).write(sources_path, out, 0644, Sync::no);
}

}  // namespace aibuild
