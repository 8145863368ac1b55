#include "tool/engine/repair_asking.h"

#include <fmt/format.h>

#include <algorithm>

#include "ninja-gen/error.h"
#include "tool/engine/estimate.h"
#include "tool/prompting/answers.h"

namespace aibuild {

namespace {

constexpr std::int64_t guessed_which = 300, guessed_text = 2000;

}  // namespace

void RepairAsking::choose() {
    if (chosen_) return;
    const auto say = [this](const std::string& line) { talk_.say(line); };
    chosen_.emplace(choose_provider({options_.settings, options_.keys, options_.root, {}, "", say}));
    if (chosen_->name == "builtin") {
        throw Error(Exit::usage, "repair.model", "--fix",
                    fmt::format("The built-in planner can't repair, and nobody else can be asked ({}).",
                                chosen_->why),
                    "Set OPENAI_API_KEY or OPENAI_BASE_URL, or name a server with --provider.");
    }
    tell_who_is_asked(*chosen_, options_.yes, talk_);
    templates_.emplace(options_.root, user_configuration());
    Room room;
    const auto set = [&](const char* name, int& into) {
        into = static_cast<int>(options_.settings.count(name).value_or(into));
    };
    set("max_output_tokens", room.max_output_tokens);
    set("context_tokens", room.context_tokens);
    prompts_.emplace(*templates_, chosen_->model.substr(0, chosen_->model.find(',')), room);
}

// An upper bound for all rounds, before the first (law 11).
void RepairAsking::agree_once(const RepairAsked& asked) {
    if (agreed_ || !chosen_->provider->costs()) return;
    std::vector<ExpectedCall> calls;
    for (int round = 0; round < options_.max_rounds; ++round) {
        calls.push_back(expected(prompts_->which(asked), guessed_which));
        calls.push_back(expected(prompts_->text(asked, "", {asked.files.front().path, ""}), guessed_text));
    }
    agreed_ = true;
    if (!talk_.agree(chosen_->name, summary_of(calls, chosen_->price))) declined(talk_, "Repair it by hand.");
}

RepairAnswer RepairAsking::which(const RepairAsked& asked) {
    RepairAnswer out;
    const std::vector<std::string> may = asked.may_change();
    if (may.size() == 1) {
        out.files = {{may.front(), ""}};
        return out;
    }
    ask_one(
        "the cause", guessed_which, [&] { return prompts_->which(asked); },
        [&](const Response& response) {
            out = repair_answer(response, asked);
            return out.repairs;
        });
    talk_.say("  " + visible(out.cause));
    if (!out.files.empty()) return out;
    throw Error(Exit::failure, "repair.declined", asked.step,
                fmt::format("The model says that no file which may change is at fault: {}", out.cause),
                "Look at the tests and build files that it names, or try another model.");
}

std::vector<Repaired> RepairAsking::ask(const RepairAsked& asked) {
    choose();
    agree_once(asked);
    const RepairAnswer answer = which(asked);
    std::vector<Repaired> out;
    RepairAsked shown = asked;  // of several, each is written with the new texts of those before it
    for (const FileRepair& each : answer.files) {
        const auto file = std::find_if(shown.files.begin(), shown.files.end(),
                                       [&](const ConcernedFile& other) { return other.path == each.path; });
        Repaired repaired;
        repaired.path = each.path;
        repaired.before = file->text;
        const Answered answered = ask_one(
            each.path, guessed_text, [&] { return prompts_->text(shown, answer.cause, each); },
            [&](const Response& response) {
                FileAnswer text = file_answer(response, each.path);
                if (text.text == repaired.before)
                    reject("answer.unchanged", each.path, "It is the text as it was, with the fault in it.");
                repaired.text = std::move(text.text);
                return text.repairs;
            });
        file->text = repaired.text;
        repaired.key = answered.keys.back();
        repaired.response = answered.response;
        repaired.started_ms = answered.started_ms;
        repaired.duration_ms = answered.duration_ms;
        repaired.cost = cost_of(chosen_->price, answered.response.usage);
        out.push_back(std::move(repaired));
    }
    return out;
}

Answered RepairAsking::ask_one(const std::string& name, std::int64_t guessed,
                               const std::function<Request()>& request,
                               const std::function<Repairs(const Response&)>& accept) {
    Answered out;
    Asking asking;
    asking.name = name;
    asking.guessed_tokens = guessed;
    asking.request = request;
    asking.accept = accept;
    asking.done = [&](const Answered& answered) { out = answered; };
    std::vector<Asking> one;
    one.push_back(std::move(asking));
    ask_all(
        *chosen_, std::move(one), 1,
        [this](Request again, const std::string& text, const Error& error) {
            return prompts_->again(std::move(again), text, error);
        },
        talk_.progress());
    return out;
}

void RepairAsking::forget(const std::vector<Repaired>& repaired) {
    if (chosen_->name == "replay") return;
    for (const Repaired& each : repaired) chosen_->store->forget(each.key);
}

}  // namespace aibuild
