#include "tool/engine/files_asked.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "ninja-gen/error.h"
#include "ninja-gen/hash.h"
#include "tool/prompting/interface_check.h"

namespace aibuild {

namespace {

// Asked of a target's only header: of several, none can be told that it is the one that lacks something.
void keeps_its_interface(const std::string& path, const FilePlace& place, const std::string& text) {
    if (place.target == nullptr || place.target->headers != std::vector{path}) return;
    if (const auto problem = interface_problem(place.target->interface, {text})) {
        throw Error(Exit::rejected, "answer.interface", path,
                    fmt::format("The plan's interface of {} has {}.", place.target->name, *problem),
                    "Run the same command again with another model or a clearer description; nothing was "
                    "written.");
    }
}

}  // namespace

FilesAsked::FilesAsked(ChosenProvider& chosen, const Plan& plan, const AskAgain& again)
    : chosen_(chosen), plan_(plan), again_(again), places_(file_order(plan)) {}

void FilesAsked::want(std::size_t n, std::function<std::optional<Request>(const FileTexts&)> request) {
    wanted_.push_back({n, std::move(request)});
}

FileAnswer FilesAsked::answer(std::size_t n, const Response& response) const {
    FileAnswer out = file_answer(response, plan_.files[n].path);
    keeps_its_interface(plan_.files[n].path, places_[n], out.text);
    return out;
}

void FilesAsked::ask(int jobs, Progress& progress, const std::function<void(const Made&)>& done,
                     const Follow& follow) {
    std::map<std::size_t, std::size_t> item;  // of a file that is wanted
    for (const Wanted& wanted : wanted_) item.emplace(wanted.n, item.size());
    std::vector<std::string> texts(wanted_.size());
    std::vector<Asking> asked;
    for (std::size_t k = 0; k < wanted_.size(); ++k) {
        const std::size_t n = wanted_[k].n;
        Asking asking{plan_.files[n].path, {}, guessed_file, {}, {}, {}};
        std::vector<std::string> waits_for = {"plan"};
        for (const std::size_t before : places_[n].after) {
            const auto found = item.find(before);
            if (found == item.end()) continue;
            asking.after.push_back(found->second);
            waits_for.push_back("file:" + plan_.files[before].path);
        }
        asking.request = [this, k] { return wanted_[k].request(texts_); };
        asking.accept = [&, n, k](const Response& response) {
            FileAnswer taken = answer(n, response);
            texts[k] = std::move(taken.text);
            return taken.repairs;
        };
        if (judge_) asking.judge = [&, n, k] { return judge_(n, texts[k]); };
        asking.done = [&, n, k, waits_for](const Answered& answered) {
            const Response& response = answered.response;
            LockedFile locked;
            locked.base = sha256(texts[k]);
            locked.origin = "model";
            locked.request = answered.keys.back();
            locked.provider = response.provider;
            locked.model = response.model;
            locked.input_tokens = response.usage.input_tokens;
            locked.output_tokens = response.usage.output_tokens;
            texts_[n] = texts[k];
            done({n, texts_[n], std::move(locked), answered, waits_for});
        };
        if (follow) follow(n, asking, waits_for);
        asked.push_back(std::move(asking));
    }
    ask_all(chosen_, std::move(asked), jobs, again_, progress);
}

std::vector<ExpectedCall> FilesAsked::expected(std::int64_t longest_answer) const {
    FileTexts texts = texts_;
    std::set<std::size_t> waiting, unknown;  // not looked at yet; what will be answered is not known
    for (const Wanted& wanted : wanted_) waiting.insert(wanted.n);
    std::vector<ExpectedCall> out;
    while (!waiting.empty()) {
        for (const Wanted& wanted : wanted_) {
            const std::size_t n = wanted.n;
            const auto none_in = [](const std::vector<std::size_t>& list, const std::set<std::size_t>& of) {
                return std::none_of(list.begin(), list.end(),
                                    [&](std::size_t each) { return of.contains(each); });
            };
            if (!waiting.contains(n) || !none_in(places_[n].after, waiting)) continue;
            waiting.erase(n);
            std::optional<Request> request = wanted.request(texts);
            if (!request) continue;
            if (none_in(places_[n].shown, unknown)) {
                const auto take = [&](const Response& response) { texts[n] = answer(n, response).text; };
                Kept found = kept(chosen_, *std::move(request), take, again_);
                if (found.response) continue;
                request = std::move(found.request);
            }
            ExpectedCall call = aibuild::expected(*request, guessed_file);
            for (const std::size_t each : places_[n].shown) {
                if (!unknown.contains(each)) continue;
                call.about.input_tokens += guessed_file;
                call.at_most.input_tokens += longest_answer;
            }
            unknown.insert(n);
            texts[n] = "";
            out.push_back(std::move(call));
        }
    }
    return out;
}

}  // namespace aibuild
