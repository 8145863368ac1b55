#include "tool/report/known.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/object.hpp>
#include <charconv>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "ninja-gen/dyndep.h"
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
#include "tool/report/history.h"
#include "tool/report/lines_changed.h"

namespace aibuild {

namespace {

namespace bj = boost::json;
namespace fs = std::filesystem;

constexpr std::string_view responses_directory = ".aibuild/responses/";

std::string_view name_of_kind(StepKind kind) {
    switch (kind) {
        case StepKind::scan:
            return "scan";
        case StepKind::compile:
            return "compile";
        case StepKind::product:
            return "product";
        case StepKind::test:
            return "test";
        case StepKind::count:
            return "count";
        case StepKind::custom:
            return "custom";
    }
    return "";
}

// The graph with real paths, and what ninja learnt of it while it ran.
class GraphReader {
  public:
    GraphReader(const Lowered& lowered, const NinjaSettings& settings, const Recorded& recorded,
                const Freshness& fresh, const Plan& plan)
        : lowered_(lowered), settings_(settings), recorded_(recorded), fresh_(fresh), plan_(plan) {}

    std::vector<GraphStep> read() {
        const std::vector<Step>& steps = lowered_.graph.steps;
        std::vector<GraphStep> out;
        out.reserve(steps.size());
        for (std::size_t n = 0; n < steps.size(); ++n) out.push_back(step(n, steps[n]));
        return out;
    }

    // Outputs of which ninja's log may have an older time than that of their command.
    std::unordered_set<std::string> left_alone() const {
        std::unordered_set<std::string> out{std::string(ninja_file), std::string(ninja_stamp)};
        for (const Step& step : lowered_.graph.steps) {
            const Rule& rule = lowered_.graph.rule(step);
            if (!rule.restat && rule.dyndep.empty()) continue;
            out.emplace(step.output.substr(1));
            for (const std::string_view path : lowered_.graph.at(step.also))
                out.insert(real_path(path, settings_));
        }
        return out;
    }

  private:
    GraphStep step(std::size_t n, const Step& step) {
        const StepGraph& graph = lowered_.graph;
        const Rule& rule = graph.rule(step);
        GraphStep out;
        out.output = step.output.substr(1);
        out.kind = name_of_kind(step.kind);
        if (step.kind == StepKind::custom) {
            target_of_custom(static_cast<std::size_t>(step.target), out);
        } else if (step.kind != StepKind::count) {
            out.target = static_cast<std::size_t>(step.target);
        }
        out.what = fmt::format("{} {}", rule.verb,
                               step.kind == StepKind::test ? plan_.targets[*out.target].name : out.output);
        for (const std::string_view path : graph.at(step.also))
            out.also.push_back(real_path(path, settings_));
        for (const Paths run : {step.inputs, step.implicit}) {
            for (const std::string_view path : graph.at(run))
                out.inputs.push_back(real_path(path, settings_));
        }
        for (const std::string_view path : graph.at(step.order_only))
            out.after.push_back(real_path(path, settings_));
        add_what_was_learnt(rule, out);
        std::set<std::string_view> seen;
        std::erase_if(out.inputs, [&](const std::string& path) { return !seen.insert(path).second; });
        out.pooled = (rule.memory > 0 && settings_.memory > 0) || (settings_.local > 0 && !rule.launcher);
        out.stale = fresh_.reason(n);
        return out;
    }

    // A step of the plan belongs to the first target that it makes something for.
    void target_of_custom(std::size_t planned, GraphStep& out) const {
        for (std::size_t t = 0; t < plan_.targets.size() && !out.target; ++t) {
            const auto& generated = plan_.targets[t].generated;
            if (std::find(generated.begin(), generated.end(), plan_.steps[planned].name) != generated.end())
                out.target = t;
        }
    }

    void add_what_was_learnt(const Rule& rule, GraphStep& out) {
        if (!rule.dyndep.empty()) {
            const auto [file, fresh] = dyndeps_.try_emplace(rule.dyndep);
            if (fresh) {
                file->second = read_dyndep(
                    read_file(recorded_.build() / real_path(rule.dyndep, settings_)).value_or(std::string()));
            }
            if (const auto found = file->second.find(out.output); found != file->second.end()) {
                out.also.insert(out.also.end(), found->second.outputs.begin(), found->second.outputs.end());
                out.inputs.insert(out.inputs.end(), found->second.inputs.begin(), found->second.inputs.end());
            }
        }
        if (!rule.depfile) return;
        if (const NinjaDeps::Record* record = recorded_.deps().find(out.output)) {
            for (const std::uint32_t id : record->inputs) out.inputs.emplace_back(recorded_.deps().path(id));
        }
    }

    const Lowered& lowered_;
    const NinjaSettings& settings_;
    const Recorded& recorded_;
    const Freshness& fresh_;
    const Plan& plan_;
    std::unordered_map<std::string, std::unordered_map<std::string, DynamicStep>> dyndeps_;
};

void add_runs(const NinjaLog& log, const std::unordered_set<std::string>& left_alone, const fs::path& build,
              Known& out) {
    std::unordered_map<std::string_view, const GraphStep*> makers;
    for (const GraphStep& step : out.graph) {
        makers.emplace(step.output, &step);
        for (const std::string& path : step.also) makers.emplace(path, &step);
    }
    const auto edge_of = [&](std::string_view output) {
        const auto maker = makers.find(output);
        return maker == makers.end() ? std::string(output) : maker->second->output;
    };
    const auto logged =
        logged_runs(log, [&](std::string_view output) { return left_alone.contains(std::string(output)); });
    out.runs = history(read_runs(build), logged,
                       log.version == 0 ? "" : fmt::format("ninja (log version {})", log.version), edge_of);
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
    const Freshness fresh(lowered, toolchain, settings, recorded);
    GraphReader reader(lowered, settings, recorded, fresh, out.plan);
    out.graph = reader.read();
    out.ran = recorded.log().version != 0;
    add_runs(recorded.log(), reader.left_alone(), build, out);
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

void read_files(const OpenProject& project, Known& out) {
    const fs::path& root = project.root.path();
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
        const auto text = read_file(root / path);
        if (!text) continue;
        std::string hash = sha256(*text);
        const auto locked = out.lock.files.find(path);
        if (locked != out.lock.files.end() && generated_hash(locked->second) != hash) {
            if (const auto first = first_text(project, path, locked->second))
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

Known read_known(const fs::path& root, const fs::path& build_path) {
    const OpenProject project(root);
    Known out;
    out.plan = project.plan;
    out.plan_sha256 = sha256(project.plan_there);
    out.plan_edited = plan_edited(project, out.plan_sha256);
    out.lock = project.lock;
    const fs::path build = resolved(build_path.empty() ? root / "build" : build_path);
    const fs::path beneath = build.lexically_relative(resolved(root));
    out.build = beneath.empty() || *beneath.begin() == ".." ? build.string() : beneath.generic_string();
    read_build(project, build, out);
    read_files(project, out);
    add_stale_files(project, out);
    return out;
}

}  // namespace aibuild
