#include "tool/engine/freshness.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <ctime>
#include <future>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "ninja-gen/ninja_runs.h"
#include "tool/engine/derived_file.h"

namespace aibuild {

namespace {

constexpr std::int64_t millisecond = 1'000'000;

// File times are the kernel's coarse clock: this much behind.
std::int64_t clock_tick() {
    timespec tick{};
    ::clock_getres(CLOCK_REALTIME_COARSE, &tick);
    return tick.tv_sec * 1000 * millisecond + tick.tv_nsec;
}

}  // namespace

Freshness::Freshness(const Lowered& lowered, Toolchain& toolchain, const NinjaSettings& settings,
                     const Recorded& recorded, Threads threads)
    : Freshness(lowered.graph, todays_commands(lowered, toolchain, settings, recorded), settings, recorded,
                threads) {}

Freshness::Freshness(const Lowered& lowered, WrittenCommands& written, const NinjaSettings& settings,
                     const Recorded& recorded)
    : Freshness(
          lowered.graph, [&written](std::size_t n, std::uint64_t logged) { return written.hash(n, logged); },
          settings, recorded, Threads::two) {}

Freshness::Freshness(const StepGraph& graph, std::vector<std::uint64_t> hashes, const Recorded& recorded)
    : Freshness(
          graph,
          [hashes = std::move(hashes), version = recorded.log().version](std::size_t n, std::uint64_t) {
              return version == 5 || version == 6 ? std::optional(hashes[n]) : std::nullopt;
          },
          NinjaSettings{}, recorded, Threads::two) {}

Freshness::Freshness(const StepGraph& graph, HashOf hash_of, const NinjaSettings& settings,
                     const Recorded& recorded, Threads threads)
    : graph_(graph),
      settings_(settings),
      recorded_(recorded),
      hash_of_(std::move(hash_of)),
      reasons_(graph_.steps.size()),
      doubts_(graph_.steps.size(), Doubt::none),
      entries_(graph_.steps.size()),
      suspects_(graph_.steps.size()) {
    if (graph_.steps.empty()) return;
    read_dyndeps();
    look(0);  // alone: what commands have in common is worked out with the first
    std::atomic<std::size_t> next = 1;
    const auto look_at_some = [&] {
        constexpr std::size_t some = 128;
        for (std::size_t begin = 0; (begin = next.fetch_add(some)) < graph_.steps.size();) {
            for (std::size_t n = begin; n < std::min(begin + some, graph_.steps.size()); ++n) look(n);
        }
    };
    std::future<void> other;
    if (threads == Threads::two) other = std::async(std::launch::async, look_at_some);
    look_at_some();
    if (other.valid()) other.get();
    find_edited();
    spread();
}

// A file that isn't there yet says nothing yet: then nothing of its steps has been made.
void Freshness::read_dyndeps() {
    std::unordered_map<std::string_view, std::unordered_map<std::string, DynamicStep>> files;
    for (std::size_t n = 0; n < graph_.steps.size(); ++n) {
        const std::string& dyndep = graph_.rule(graph_.steps[n]).dyndep;
        if (dyndep.empty()) continue;
        const auto [file, fresh] = files.try_emplace(dyndep);
        if (fresh)
            file->second = read_dyndep(
                read_file(recorded_.build() / real_path(dyndep, settings_)).value_or(std::string()));
        const auto step = file->second.find(std::string(graph_.steps[n].output.substr(1)));
        if (step != file->second.end()) dynamic_.emplace(n, std::move(step->second));
    }
}

void Freshness::look(std::size_t n) {
    const Step& step = graph_.steps[n];
    entries_[n] = recorded_.entry(step.output.substr(1));
    reasons_[n] = own_reason(n, step);
}

// Leaves aside what has to be made first.
std::string Freshness::own_reason(std::size_t n, const Step& step) {
    const std::string_view output = step.output.substr(1);
    const NinjaDeps::Record* record = recorded_.deps().find(output);
    std::int64_t newest = 0;
    std::string newest_path;
    for (const Paths run : {step.inputs, step.implicit}) {
        for (const std::string_view input : graph_.at(run)) {
            const std::string path = real_path(input, settings_);
            // A compile's source is the first that its compiler read: its time is known.
            const bool known = record != nullptr && !record->inputs.empty() &&
                               recorded_.deps().path(record->inputs[0]) == path;
            const std::int64_t time = known ? recorded_.time(record->inputs[0]) : recorded_.time(path);
            if (time == 0) return path + " does not exist";
            if (time > newest) {
                newest = time;
                newest_path = path;
            }
        }
    }
    const auto dynamic = dynamic_.find(n);
    if (dynamic != dynamic_.end()) {
        for (const std::string& path : dynamic->second.inputs) {
            const std::int64_t time = recorded_.time(path);
            if (time == 0) return path + " does not exist";
            if (time > newest) {
                newest = time;
                newest_path = path;
            }
        }
    }
    const std::int64_t made = record != nullptr ? recorded_.time(record->output) : recorded_.time(output);
    const LogEntry* entry = entries_[n];
    if (made == 0) {
        if (entry == nullptr) return "not built yet";
        // Before version 6 the time is that of the output when its command had ended.
        if (entry->mtime != 0 || recorded_.log().version != 5) return "its output was removed";
        doubts_[n] = Doubt::unmade;
        return "its command succeeded without making it";
    }
    if (entry == nullptr && !graph_.rule(step).generator) return "ninja has no record of making it";
    for (const std::string_view path : graph_.at(step.also)) {
        if (recorded_.time(real_path(path, settings_)) == 0)
            return real_path(path, settings_) + " was removed";
    }
    if (dynamic != dynamic_.end()) {
        for (const std::string& path : dynamic->second.outputs) {
            if (recorded_.time(path) == 0) return path + " was removed";
        }
    }
    if (!graph_.rule(step).generator) {
        const auto hash = hash_of_(n, entry->hash);
        if (hash && *hash != entry->hash) return "its command changed";
    }
    if (graph_.rule(step).depfile) {
        if (record == nullptr) return "what it read was not recorded";
        if (made > record->mtime) return "its output was changed by something else";
        for (const std::uint32_t id : record->inputs) {
            const std::int64_t time = recorded_.time(id);
            if (time == 0) return fmt::format("{} does not exist any more", recorded_.deps().path(id));
            if (time > newest) {
                newest = time;
                newest_path = recorded_.deps().path(id);
            }
        }
        if (record->inputs.empty()) {
            doubts_[n] = Doubt::unrecorded;
            return "its command told nothing of what it read";
        }
    }
    // A command that leaves an unchanged output alone is judged by when it ran, as ninja does.
    const bool restat = may_leave_alone(n);
    const bool recorded_before = entry != nullptr && entry->mtime < newest;
    if ((made < newest && !restat) || recorded_before) return newest_path + " is newer";
    if (entry == nullptr) return {};
    // At the very earliest, so that the log's runs need be told apart only where it matters.
    // Of a command that may leave its output alone the log doesn't say well enough when it ran.
    suspects_[n] = recorded_.log().version == 5 && !restat &&
                   newest > made - (entry->end_ms - entry->start_ms) * millisecond;
    return {};
}

// Of steps that ninja takes for done: those with an input that is newer than the command's beginning and not
// newer than its output.
bool Freshness::may_leave_alone(std::size_t n) const {
    return graph_.rule(graph_.steps[n]).restat || dynamic_.contains(n);
}

void Freshness::find_edited() {
    if (std::find(suspects_.begin(), suspects_.end(), 1) == suspects_.end()) return;
    std::unordered_set<std::string_view> left_alone;
    for (std::size_t n = 0; n < graph_.steps.size(); ++n) {
        if (may_leave_alone(n)) left_alone.insert(graph_.steps[n].output.substr(1));
    }
    const NinjaRuns runs(recorded_.log(), clock_tick(),
                         [&](std::string_view output) { return left_alone.contains(output); });
    for (std::size_t n = 0; n < suspects_.size(); ++n) {
        if (suspects_[n] == 0) continue;
        const Step& step = graph_.steps[n];
        const LogEntry& entry = *entries_[n];
        // Some executors write no times.
        if (entry.start_ms == 0 && entry.end_ms == 0) continue;
        const std::string path = edited_after(runs.began(entry), step);
        if (path.empty()) continue;
        doubts_[n] = Doubt::edited;
        reasons_[n] = path + " was edited while it was made";
    }
}

std::string Freshness::edited_after(std::int64_t began, const Step& step) const {
    const auto edited = [&](std::int64_t time, std::string_view path) {
        // What another command made was there before this one began.
        return time > began && recorded_.entry(path) == nullptr;
    };
    for (const Paths run : {step.inputs, step.implicit}) {
        for (const std::string_view input : graph_.at(run)) {
            if (std::string path = real_path(input, settings_); edited(recorded_.time(path), path))
                return path;
        }
    }
    const NinjaDeps::Record* record =
        graph_.rule(step).depfile ? recorded_.deps().find(step.output.substr(1)) : nullptr;
    if (record == nullptr) return {};
    for (const std::uint32_t id : record->inputs) {
        const std::string_view path = recorded_.deps().path(id);
        if (edited(recorded_.time(id), path)) return std::string(path);
    }
    return {};
}

// Where an input has to be made first, that is the reason.
void Freshness::spread() {
    std::vector<std::size_t> todo;
    for (std::size_t n = 0; n < reasons_.size(); ++n) {
        if (!reasons_[n].empty()) todo.push_back(n);
    }
    if (todo.empty()) return;
    std::unordered_map<std::string_view, std::size_t> makers;
    for (std::size_t n = 0; n < graph_.steps.size(); ++n) {
        makers.emplace(graph_.steps[n].output, n);
        for (const std::string_view path : graph_.at(graph_.steps[n].also)) makers.emplace(path, n);
    }
    std::unordered_map<std::string_view, std::size_t> dynamic_makers;  // by real path
    for (const auto& [n, dynamic] : dynamic_) {
        for (const std::string& path : dynamic.outputs) dynamic_makers.emplace(path, n);
    }
    const auto for_each_maker = [&](std::size_t n, auto&& visit) {
        const Step& step = graph_.steps[n];
        for (const Paths run : {step.inputs, step.implicit}) {
            for (const std::string_view input : graph_.at(run)) {
                if (const auto maker = makers.find(input); maker != makers.end()) visit(maker->second, input);
            }
        }
        const auto dynamic = dynamic_.find(n);
        if (dynamic == dynamic_.end()) return;
        for (const std::string& input : dynamic->second.inputs) {
            if (const auto maker = dynamic_makers.find(input); maker != dynamic_makers.end())
                visit(maker->second, graph_.steps[maker->second].output);
        }
    };
    std::unordered_map<std::size_t, std::vector<std::size_t>> users;
    for (std::size_t n = 0; n < graph_.steps.size(); ++n)
        for_each_maker(n, [&](std::size_t maker, std::string_view) { users[maker].push_back(n); });
    std::vector<bool> stale(reasons_.size());
    for (const std::size_t n : todo) stale[n] = true;
    while (!todo.empty()) {
        const auto found = users.find(todo.back());
        todo.pop_back();
        if (found == users.end()) continue;
        for (const std::size_t user : found->second) {
            if (!stale[user]) todo.push_back(user);
            stale[user] = true;
        }
    }
    for (std::size_t n = 0; n < reasons_.size(); ++n) {
        if (!stale[n]) continue;
        std::string_view first;
        for_each_maker(n, [&](std::size_t maker, std::string_view input) {
            if (first.empty() && stale[maker]) first = input;
        });
        if (!first.empty()) reasons_[n] = real_path(first, settings_) + " is to be made first";
    }
}

}  // namespace aibuild
