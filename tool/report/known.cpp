#include "tool/report/known.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/object.hpp>
#include <charconv>
#include <set>
#include <utility>

#include "ninja-gen/error.h"
#include "ninja-gen/hash.h"
#include "ninja-gen/json.h"
#include "ninja-gen/ninja_writer.h"
#include "tool/engine/build_directory.h"
#include "tool/engine/derived_file.h"
#include "tool/engine/file_standing.h"
#include "tool/engine/freshness.h"
#include "tool/engine/open_project.h"
#include "tool/inference/store.h"
#include "tool/inference/stored_form.h"
#include "tool/prompting/answers.h"
#include "tool/report/graph_steps.h"
#include "tool/report/known_built.h"
#include "tool/report/lines_changed.h"

namespace aibuild {

namespace {

namespace bj = boost::json;
namespace fs = std::filesystem;

constexpr std::string_view responses_directory = ".aibuild/responses/";

// A step of the plan belongs to the first target that it makes something for.
std::optional<std::size_t> target_of_custom(std::size_t planned, const Plan& plan) {
    for (std::size_t t = 0; t < plan.targets.size(); ++t) {
        const auto& generated = plan.targets[t].generated;
        if (std::find(generated.begin(), generated.end(), plan.steps[planned].name) != generated.end())
            return t;
    }
    return std::nullopt;
}

void name_steps(const StepGraph& graph, const NinjaSettings& settings, const Plan& plan,
                std::vector<GraphStep>& out) {
    for (std::size_t n = 0; n < out.size(); ++n) {
        const Step& step = graph.steps[n];
        const Rule& rule = graph.rule(step);
        const auto index = static_cast<std::size_t>(step.target);
        if (step.kind == StepKind::custom) {
            out[n].target = target_of_custom(index, plan);
        } else if (step.kind != StepKind::count) {
            out[n].target = index;
        }
        out[n].what = fmt::format("{} {}", rule.verb,
                                  step.kind == StepKind::test ? plan.targets[index].name : out[n].output);
        out[n].pooled = (rule.memory > 0 && settings.memory > 0) || (settings.local > 0 && !rule.launcher);
    }
}

void add_tests(const fs::path& build, Known& out) {
    for (const GraphStep& step : out.graph) {
        if (step.kind != "test") continue;
        TestEvidence evidence;
        if (const auto failed = read_file(build / (step.output + ".failed"))) {
            evidence.failure = failed->substr(0, failed->find('\n'));
            if (evidence.failure.empty()) evidence.failure = "it failed";
        } else if (const auto stamp = read_file(build / step.output)) {
            std::int64_t count = 0;
            const auto [end, error] = std::from_chars(stamp->data(), stamp->data() + stamp->size(), count);
            if (error == std::errc() && end != stamp->data()) evidence.passed = count;
        }
        out.tests.emplace(step.output, std::move(evidence));
    }
}

// What the build directory tells.
void read_build(const OpenProject& project, const fs::path& build, Known& out) {
    const auto own = build_settings(build);
    if (!own) {
        out.unknown.push_back("Steps and runs: there is no build directory; `aibuild-gen emit` makes one.");
        return;
    }
    Recorded recorded(build);
    Toolchain toolchain;
    const Lowered lowered =
        lower({out.plan, project.plan_text, plan_file}, project.known.languages, toolchain);
    out.configuration = own->configuration;
    out.root = own->root;
    const NinjaSettings settings = ninja_settings(*own);
    recorded.wait();
    WrittenCommands written(lowered, toolchain, settings, recorded);
    const Freshness fresh(lowered, written, settings, recorded);
    if (const std::string remark = written.remark(); !remark.empty())
        out.unknown.push_back("W" + remark.substr(1) + ".");
    out.graph = graph_steps(lowered.graph, fresh, recorded, settings);
    name_steps(lowered.graph, settings, out.plan, out.graph);
    out.ran = recorded.log().version != 0;
    out.runs = past_runs(out.graph, lowered.graph, recorded, settings);
    out.state = read_state(build);
    add_tests(build, out);
    if (recorded.log().version > 6)
        out.unknown.push_back(
            "Changed commands: this ninja's log hashes them in a way that AIBuild can't check.");
}

// The text as it was generated, where it is still to be had: a person's later changes are told from that one,
// also where they were accepted.
std::optional<std::string> first_text(const OpenProject& project, const std::string& path,
                                      const LockedFile& file) {
    if (file.origin == "model") return generated_text(project, path, file);
    if (file.origin != "emitter") return std::nullopt;
    auto text = read_file(project.root.path() / base_directory / path);
    return text && sha256(*text) == file.base ? text : std::nullopt;
}

// Which generated files would be asked for in other words today.
void add_stale_files(const OpenProject& project, Known& out) {
    const FileStanding standing(project);
    for (std::size_t n = 0; n < standing.files().size(); ++n) {
        const PlannedFileState& file = standing.files()[n];
        if (file.locked == nullptr || file.theirs() || !file.current) continue;
        if (!standing.can_tell(n, standing.texts())) continue;
        const std::vector<ChangedPart> changed = standing.changed(n, standing.texts());
        if (!changed.empty()) out.stale_files.emplace(file.path, reason_of(changed.front()));
    }
}

// The plan as it came last is that of the last change, or of the first response.
std::optional<bool> plan_edited(const OpenProject& project, const std::string& now) {
    if (!project.lock.changes.empty()) return project.lock.changes.back().plan_sha256 != now;
    if (project.lock.plan_request.empty()) return std::nullopt;
    const auto response = project.store.find(project.lock.plan_request);
    if (!response) return std::nullopt;
    try {
        return sha256(plan_answer(*response).text) != now;
    } catch (const Error&) {  // it was taken otherwise than answers are today
        return std::nullopt;
    }
}

void add_answer(const fs::path& root, const std::string& request, Known& out) {
    if (request.empty() || out.answers.contains(request)) return;
    StoredAnswer answer;
    answer.path = std::string(responses_directory) + ResponseStore::relative_path(request);
    const auto text = read_file(root / answer.path);
    const auto response = text ? stored_response(*text, request) : std::nullopt;
    if (!response) return;
    const bj::value document = json::parse(*text, answer.path);
    const bj::object& asked = document.at("request").as_object();
    const auto member = [&](std::string_view name) {
        const bj::value* value = asked.if_contains(name);
        return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
    };
    answer.sha256 = sha256(*text);
    answer.stage = member("stage");
    answer.template_version = member("template_version");
    answer.asked_model = member("model");
    answer.model = response->model;
    out.answers.emplace(request, std::move(answer));
}

// `project`: nothing where there is no plan.
void read_files(const fs::path& root, const OpenProject* project, Known& out) {
    std::set<std::string> paths;
    for (const auto& [path, file] : out.lock.files) paths.insert(path);
    for (const PlannedFile& file : out.plan.files) paths.insert(file.path);
    for (const Target& target : out.plan.targets) {
        for (const auto* list : {&target.sources, &target.headers, &target.data})
            paths.insert(list->begin(), list->end());
    }
    for (const GraphStep& step : out.graph) {
        for (const std::string& input : step.inputs) {
            if (auto path = project_path(input, out.root)) paths.insert(std::move(*path));
        }
    }
    for (const std::string& path : paths) {
        if (path.starts_with('/')) continue;
        const auto text = read_file(root / path);
        if (!text) continue;
        std::string hash = sha256(*text);
        const auto locked = out.lock.files.find(path);
        if (project != nullptr && locked != out.lock.files.end() && generated_hash(locked->second) != hash) {
            if (const auto first = first_text(*project, path, locked->second))
                out.edits.emplace(path, lines_changed(*first, *text));
        }
        out.hashes.emplace(path, std::move(hash));
    }
    add_answer(root, out.lock.plan_request, out);
    for (const auto& [path, file] : out.lock.files) add_answer(root, file.request, out);
}

}  // namespace

std::string generated_hash(const LockedFile& file) {
    return file.generated.empty() ? file.base : file.generated;
}

std::optional<std::string> project_path(const std::string& path, const std::string& root) {
    if (root.empty() || !path.starts_with(root) || path.size() == root.size()) return std::nullopt;
    std::string inner = path.substr(root.size());
    if (inner.starts_with('/') || inner.starts_with("../")) return std::nullopt;
    return inner;
}

Known read_known(const fs::path& root, const fs::path& build) {
    const BuildPlace place = build_place(root, build);
    Known out;
    out.planned = place.plan;
    out.emitted = place.emitted;
    const fs::path beneath = place.build.lexically_relative(resolved(place.root));
    out.build = beneath.empty() || *beneath.begin() == ".." ? place.build.string() : beneath.generic_string();
    if (!place.plan) {
        out.lock = locked(Root(place.root)).value_or(Lock{});
        read_built(place, known_languages(place.root).languages, out);
        read_files(place.root, nullptr, out);
        return out;
    }
    const OpenProject project(place.root);
    out.plan = project.plan;
    out.plan_sha256 = sha256(project.plan_there);
    out.plan_edited = plan_edited(project, out.plan_sha256);
    out.lock = project.lock;
    if (place.emitted)
        read_build(project, place.build, out);
    else
        read_built(place, project.known.languages, out);
    read_files(place.root, &project, out);
    add_stale_files(project, out);
    return out;
}

}  // namespace aibuild
