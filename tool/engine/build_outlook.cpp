#include "tool/engine/build_outlook.h"

#include <algorithm>

#include "ninja-gen/lower.h"
#include "ninja-gen/quote.h"
#include "tool/engine/build_directory.h"
#include "tool/engine/derived_file.h"
#include "tool/engine/freshness.h"
#include "tool/engine/known_languages.h"
#include "tool/engine/project_files.h"

namespace aibuild {

namespace fs = std::filesystem;

// Step numbers are indices of the graph's.
struct PlannedGraph {
    std::string text;
    Plan plan;
    KnownLanguages known;
    Toolchain toolchain;
    Lowered lowered;
    NinjaSettings settings;
    std::optional<Freshness> fresh;
    std::unordered_map<std::string, std::size_t> by_output, by_description;
    std::vector<bool> wanted;  // for the targets
    std::size_t wanted_count = 0;
    bool knows_targets = true;  // each of them, and not as ninja alone can tell: "../src/a.c^"

    // By what the last run took; worked out when somebody first asks how long it takes.
    std::vector<std::int64_t> duration,
        chain;  // ms; of the step, and of the longest chain that begins with it
    bool known_times = false;

    PlannedGraph(const fs::path& root, const fs::path& build, Toolchain of_emit)
        : text(read_file(root / plan_file).value_or("")),
          plan(read_plan(text, plan_file)),
          known(known_languages(root)),
          toolchain(std::move(of_emit)),
          lowered(lower({plan, text, plan_file}, known.languages, toolchain)),
          settings(ninja_settings(build_settings(build).value_or(BuildSettings{}))) {}

    const std::vector<Step>& steps() const { return lowered.graph.steps; }

    // As NinjaWriter describes it and ninja shows it: ${out} is quoted for a shell.
    std::string description(const Step& step) const {
        std::string out = lowered.graph.rule(step).verb + ' ';
        if (step.kind == StepKind::test)
            return out += lowered.targets[static_cast<std::size_t>(step.target)].target->name;
        const std::string path = real_path(step.output, settings);
        if (quote::same_everywhere(path)) return out += path;
        out += '\'';
        for (const char c : path) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
        return out += '\'';
    }

    void index(const std::vector<std::string>& targets) {
        by_output.reserve(steps().size());
        for (std::size_t n = 0; n < steps().size(); ++n) {
            by_output.emplace(real_path(steps()[n].output, settings), n);
            for (const std::string_view also : lowered.graph.at(steps()[n].also))
                by_output.emplace(real_path(also, settings), n);
            by_description.emplace(description(steps()[n]), n);
        }
        want(targets);
    }

    // Whether nothing has a reason to run, of the targets where these are known (`indexed`). A doubt has one.
    bool all_done(bool indexed) const {
        if (indexed && !knows_targets) return false;
        for (std::size_t n = 0; n < steps().size(); ++n) {
            if ((!indexed || wanted[n]) && !fresh->reason(n).empty()) return false;
        }
        return true;
    }

    template <class Visit>
    void each_input(std::size_t n, Visit visit) const {
        const Step& step = steps()[n];
        for (const Paths run : {step.inputs, step.implicit, step.order_only}) {
            for (const std::string_view input : lowered.graph.at(run)) {
                if (input.front() != mark::build) continue;
                const auto maker = by_output.find(std::string(input.substr(1)));
                if (maker != by_output.end()) visit(maker->second);
            }
        }
    }

    void want(const std::vector<std::string>& targets) {
        wanted.assign(steps().size(), false);
        std::vector<std::size_t> todo;
        const auto add = [&](std::size_t n) {
            if (wanted[n]) return;
            wanted[n] = true;
            ++wanted_count;
            todo.push_back(n);
        };
        for (std::size_t n = 0; n < steps().size(); ++n) {
            const Step& step = steps()[n];
            const bool product =
                step.kind == StepKind::product &&
                lowered.targets[static_cast<std::size_t>(step.target)].target->kind != Kind::test;
            const auto named = [&](std::string_view name) {
                return std::find(targets.begin(), targets.end(), name) != targets.end();
            };
            if ((product && (targets.empty() || named("all"))) ||
                (step.kind == StepKind::count && named("test")))
                add(n);
        }
        for (const std::string& target : targets) {
            const auto output = by_output.find(target);
            if (output != by_output.end()) add(output->second);
            bool is_target = output != by_output.end() || target == "all" || target == "test";
            for (const Alias& alias : lowered.graph.aliases) {
                if (alias.name != target) continue;
                is_target = true;
                for (const std::string_view path : lowered.graph.at(alias.of)) {
                    const auto found = by_output.find(real_path(path, settings));
                    if (found != by_output.end()) add(found->second);
                }
            }
            knows_targets = knows_targets && is_target;
        }
        while (!todo.empty()) {
            const std::size_t n = todo.back();
            todo.pop_back();
            each_input(n, add);
        }
    }

    // What was never made takes as long as others of its kind do, on average.
    void find_times() {
        known_times = true;
        std::unordered_map<int, std::pair<std::int64_t, std::int64_t>> kinds;  // sum, count
        duration.assign(steps().size(), -1);
        for (std::size_t n = 0; n < steps().size(); ++n) {
            const LogEntry* entry = fresh->entry(n);
            if (entry == nullptr) continue;
            duration[n] = entry->end_ms - entry->start_ms;
            auto& [sum, count] = kinds[static_cast<int>(steps()[n].kind)];
            sum += duration[n];
            ++count;
        }
        for (std::size_t n = 0; n < steps().size(); ++n) {
            const auto& [sum, count] = kinds[static_cast<int>(steps()[n].kind)];
            if (duration[n] < 0 && count > 0) duration[n] = sum / count;
        }
        // Makers before users, each maker's chain once all its users are known: backwards through that order.
        std::vector<std::size_t> users(steps().size(), 0), order;
        for (std::size_t n = 0; n < steps().size(); ++n)
            each_input(n, [&](std::size_t maker) { ++users[maker]; });
        for (std::size_t n = 0; n < steps().size(); ++n) {
            if (users[n] == 0) order.push_back(n);
        }
        chain.assign(steps().size(), 0);
        for (std::size_t at = 0; at < order.size(); ++at) {
            const std::size_t n = order[at];
            const bool runs = wanted[n] && !fresh->reason(n).empty();
            if (runs) chain[n] += std::max<std::int64_t>(duration[n], 0);
            each_input(n, [&](std::size_t maker) {
                chain[maker] = std::max(chain[maker], chain[n]);
                if (--users[maker] == 0) order.push_back(maker);
            });
        }
    }
};

BuildOutlook::BuildOutlook(fs::path root, fs::path build, const Toolchain* toolchain,
                           std::vector<std::string> targets)
    : root_(std::move(root)),
      build_(std::move(build)),
      toolchain_(toolchain != nullptr ? std::optional(*toolchain) : std::nullopt),
      targets_(std::move(targets)) {
    worked_ = std::async(std::launch::async, [this] { work(); });
}

BuildOutlook::~BuildOutlook() = default;

void BuildOutlook::work() {
    recorded_.emplace(build_, Threads::one);
    recorded_->wait();
    if (toolchain_) graph_ = std::make_unique<PlannedGraph>(root_, build_, *toolchain_);
    if (graph_ != nullptr) {
        graph_->fresh.emplace(graph_->lowered, graph_->toolchain, graph_->settings, *recorded_, Threads::one);
        bool done = graph_->all_done(false);
        if (!done) {
            graph_->index(targets_);
            done = graph_->all_done(true);
        }
        if (done) {
            graph_.reset();
            log_ = recorded_->take_log();
            recorded_.reset();
            return;
        }
    }
    before_ = read_sources(build_);
    std::vector<std::string> paths = source_paths(recorded_->deps());
    for (const auto& [path, source] : before_) paths.push_back(path);
    std::sort(paths.begin(), paths.end());
    paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
    now_ = look_at_sources(root_, paths, before_);
}

void BuildOutlook::wait() {
    if (worked_.valid()) worked_.get();
}

// Also where ninja runs what nobody had foreseen.
const PlannedGraph* BuildOutlook::indexed() {
    wait();
    if (graph_ == nullptr && toolchain_) {
        graph_ = std::make_unique<PlannedGraph>(root_, build_, *toolchain_);
        graph_->index(targets_);
    }
    return graph_.get();
}

// Files of the project that steps read, as the plan and as compilers tell, by path from its root.
std::vector<std::string> BuildOutlook::source_paths(const NinjaDeps& deps) const {
    const std::string from_build = root_.lexically_relative(build_).generic_string() + "/";
    const std::string absolute = root_.generic_string() + "/";
    const std::string inner = build_.lexically_relative(root_).generic_string() + "/";
    std::vector<std::string> out;
    const auto add = [&](std::string_view path) {
        const bool built = inner == "./" ? path.ends_with(".o") : path.starts_with(inner);
        if (!path.empty() && !built && path.find("..") == path.npos) out.emplace_back(path);
    };
    for (std::uint32_t id = 0; id < deps.size(); ++id) {
        std::string_view path = deps.path(id);
        if (path.starts_with(absolute)) {
            add(path.substr(absolute.size()));
        } else if (from_build == "./" ? !path.starts_with('/') : path.starts_with(from_build)) {
            add(from_build == "./" ? path : path.substr(from_build.size()));
        }
    }
    if (graph_ != nullptr) {
        for (const std::string_view path : graph_->lowered.graph.paths) {
            if (path.front() == mark::source) add(path.substr(1));
        }
    }
    return out;
}

const NinjaLog& BuildOutlook::log() {
    wait();
    return recorded_ ? recorded_->log() : log_;
}

std::optional<std::string> BuildOutlook::output_of(const std::string& description) {
    if (indexed() == nullptr) return std::nullopt;
    const auto found = graph_->by_description.find(description);
    if (found == graph_->by_description.end()) return std::nullopt;
    return real_path(graph_->steps()[found->second].output, graph_->settings);
}

std::string BuildOutlook::kind_of(const std::string& output) {
    if (indexed() == nullptr) return "step";
    const auto found = graph_->by_output.find(output);
    const bool test =
        found != graph_->by_output.end() && graph_->steps()[found->second].kind == StepKind::test;
    return test ? "test" : "step";
}

std::string BuildOutlook::reason(const std::string& output) {
    if (indexed() == nullptr) return {};
    const auto found = graph_->by_output.find(output);
    return found == graph_->by_output.end() || !graph_->fresh ? std::string()
                                                              : graph_->fresh->reason(found->second);
}

std::vector<std::string> BuildOutlook::doubtful() {
    wait();
    std::vector<std::string> out;
    if (graph_ == nullptr || !graph_->fresh) return out;
    for (std::size_t n = 0; n < graph_->steps().size(); ++n) {
        const Doubt doubt = graph_->fresh->doubt(n);
        if (!graph_->wanted[n]) continue;
        if (doubt == Doubt::unrecorded || doubt == Doubt::edited)
            out.push_back(real_path(graph_->steps()[n].output, graph_->settings));
    }
    return out;
}

std::size_t BuildOutlook::steps() {
    return indexed() == nullptr ? 0 : graph_->wanted_count;
}

std::vector<Change> BuildOutlook::changes() {
    wait();
    return before_.empty() ? std::vector<Change>() : changes_between(before_, now_);
}

// As they were before the build: what was edited meanwhile is a change for the next one. Those that nobody
// knew of then are as they are now.
Sources BuildOutlook::sources() {
    (void)indexed();
    std::vector<std::string> paths = source_paths(NinjaDeps(build_)), fresh;
    std::sort(paths.begin(), paths.end());
    paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
    Sources out;
    for (const std::string& path : paths) {
        const auto known = now_.find(path);
        if (known == now_.end()) {
            fresh.push_back(path);
        } else {
            out.insert(out.end(), *known);
        }
    }
    out.merge(look_at_sources(root_, fresh, {}));
    return out;
}

std::optional<std::chrono::milliseconds> BuildOutlook::average() {
    std::int64_t total = 0, count = 0;
    for (const auto& [output, entry] : log().entries) {
        total += entry.end_ms - entry.start_ms;
        ++count;
    }
    if (count == 0) return std::nullopt;
    return std::chrono::milliseconds(total / count);
}

std::optional<std::chrono::milliseconds> BuildOutlook::left(
    const std::set<std::string>& ended, const std::unordered_map<std::string, std::int64_t>& running,
    int jobs) {
    using std::chrono::milliseconds;
    if (!worked_.valid() || worked_.wait_for(milliseconds(0)) == std::future_status::ready) wait();
    if (worked_.valid() || graph_ == nullptr || !graph_->fresh) return std::nullopt;
    if (!graph_->known_times) graph_->find_times();
    std::int64_t longest = 0, total = 0;
    for (std::size_t n = 0; n < graph_->steps().size(); ++n) {
        if (!graph_->wanted[n] || graph_->fresh->reason(n).empty()) continue;
        const std::string output = real_path(graph_->steps()[n].output, graph_->settings);
        if (ended.contains(output)) continue;
        const std::int64_t own = graph_->duration[n];
        if (own < 0) return std::nullopt;
        const auto runs = running.find(output);
        const std::int64_t done = runs == running.end() ? 0 : std::min(own, runs->second);
        longest = std::max(longest, graph_->chain[n] - done);
        total += own - done;
    }
    return milliseconds(std::max(longest, total / std::max(jobs, 1)));
}

}  // namespace aibuild
