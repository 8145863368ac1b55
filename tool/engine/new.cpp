#include "tool/engine/new.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "ninja-gen/cmake_writer.h"
#include "ninja-gen/error.h"
#include "ninja-gen/hash.h"
#include "ninja-gen/lower.h"
#include "ninja-gen/ninja_writer.h"
#include "ninja-gen/toolchain.h"
#include "tool/engine/ask.h"
#include "tool/engine/emit.h"
#include "tool/engine/estimate.h"
#include "tool/engine/known_languages.h"
#include "tool/engine/made_directory.h"
#include "tool/engine/new_place.h"
#include "tool/engine/project_files.h"
#include "tool/engine/step_runs.h"
#include "tool/prompting/answers.h"
#include "tool/prompting/interface_check.h"
#include "tool/state/state.h"
#include "tool/workspace/hold.h"

namespace aibuild {

namespace {

namespace fs = std::filesystem;

// What a file of a small project mostly comes to; for the time that is left and for estimates.
constexpr std::int64_t guessed_file = 1500, guessed_plan = 3000, guessed_brief = 300;

// The flow of one `new`. Each function is a step of it.
class New {
  public:
    New(const NewOptions& options, NewTalk& talk, std::optional<Lock> recorded)
        : options_(options),
          talk_(talk),
          recorded_(std::move(recorded)),
          say_([this](const std::string& line) { talk_.say(line); }),
          chosen_(choose_provider({options.settings, options.keys, options.root, options.replay,
                                   recorded_ ? recorded_->planning->model : "", say_})),
          // What was recorded was asked for with the languages that everybody has.
          known_(recorded_ ? KnownLanguages{} : known_languages(options.root)),
          templates_(recorded_ ? options.replay : options.root,
                     recorded_ ? fs::path() : user_configuration()),
          prompts_(templates_, known_.languages, first_model(chosen_.model), room()) {}

    void run() {
        // Without anybody to say yes, nothing that costs is asked.
        if (chosen_.provider->costs() && !options_.yes && !options_.dry_run && !talk_.can_ask()) {
            throw Error(Exit::declined, "consent.nobody", "",
                        "Asking a model costs, and there is no terminal on which to ask you first.",
                        "Add --yes.");
        }
        talk_.say(fmt::format("provider: {} ({})", chosen_.name, chosen_.why));
        if (chosen_.name == "builtin")
            talk_.say(
                "The built-in planner writes a small starter project; a model writes what you describe (set "
                "OPENAI_API_KEY or OPENAI_BASE_URL).");
        look_around();
        if (options_.dry_run) return expect();
        ask_brief();
        decide();
        ask_plan();
        take_versions();
        consent();
        ask_files();
        consent_to_steps();
        commit_all();
    }

  private:
    // Of those that a chain asks, with commas between. The chain puts each link's own in its place.
    static std::string first_model(const std::string& models) { return models.substr(0, models.find(',')); }

    Room room() const {
        if (!recorded_) {
            Room out;
            const auto set = [&](const char* name, int& into) {
                into = static_cast<int>(options_.settings.count(name).value_or(into));
            };
            set("max_output_tokens", out.max_output_tokens);
            set("context_tokens", out.context_tokens);
            return out;
        }
        return {static_cast<int>(recorded_->planning->max_output_tokens),
                static_cast<int>(recorded_->planning->context_tokens)};
    }

    // What the requests are made from: of this machine and directory, or as it was recorded.
    void look_around() {
        described_.description = options_.description;
        if (recorded_) {
            const Planning& planning = *recorded_->planning;
            described_.machine = {planning.tools, planning.missing, planning.packages};
            described_.surroundings = surroundings_of(options_.replay);
            described_.surroundings.files = planning.surroundings;
        } else {
            described_.machine = take_snapshot(known_.languages);
            described_.surroundings = surroundings_of(options_.root);
        }
        lock_.description = options_.description;
        lock_.planning.emplace();
        lock_.planning->model = chosen_.model;
        lock_.planning->surroundings = described_.surroundings.files;
        lock_.planning->max_output_tokens = room().max_output_tokens;
        lock_.planning->context_tokens = room().context_tokens;
    }

    // The machine as the brief saw it has no packages yet: which are looked for, it says.
    Request brief_request() const {
        Described described = described_;
        if (recorded_) {
            described.machine.packages.clear();
            std::erase_if(described.machine.missing, [&](const std::string& name) {
                return std::none_of(known_.languages.all().begin(), known_.languages.all().end(),
                                    [&](const Language& language) { return language.title == name; });
            });
        }
        return prompts_.brief(described);
    }

    void ask_brief() {
        Asking asking{"brief", {}, guessed_brief, [&] { return brief_request(); }, {}, {}};
        asking.accept = [&](const Response& response) { return take_brief(response); };
        asking.done = [&](const Answered& answered) { remember("brief", "plan", "described", answered); };
        lock_.planning->brief_request = ask_one(std::move(asking));
    }

    Repairs take_brief(const Response& response) {
        brief_ = brief_answer(response, known_.languages);
        return brief_.repairs;
    }

    // What the brief leaves open is the person's to say.
    void decide() {
        if (recorded_) {
            decisions_ = recorded_->planning->decisions;
        } else {
            look_up_packages(brief_.packages, described_.machine);
            for (const OpenQuestion& open : brief_.questions) {
                const auto said = options_.yes || options_.dry_run ? std::nullopt : talk_.decide(open);
                decisions_.emplace_back(open.question, said.value_or(open.decision));
                if (!said) talk_.say(fmt::format("decided: {} {}", open.question, open.decision));
            }
        }
        lock_.planning->decisions = decisions_;
        lock_.planning->tools = described_.machine.tools;
        lock_.planning->packages = described_.machine.packages;
        lock_.planning->missing = described_.machine.missing;
    }

    void ask_plan() {
        Asking asking{"plan", {}, guessed_plan, [&] { return prompts_.plan(described_, brief_, decisions_); },
                      {},     {}};
        asking.accept = [&](const Response& response) { return take_plan(response); };
        asking.done = [&](const Answered& answered) { remember("plan", "plan", "described", answered); };
        lock_.plan_request = ask_one(std::move(asking));
    }

    Repairs take_plan(const Response& response) {
        PlanAnswer answer = plan_answer(response);
        plan_ = std::move(answer.plan);
        plan_text_ = std::move(answer.text);
        check_against_the_project();
        return answer.repairs;
    }

    // What the plan says is the model's fault, and it is asked again; what the machine lacks is the
    // machine's.
    void check_against_the_project() {
        const auto reject = [](const Error& error) {
            throw Error(Exit::rejected, "answer.plan", error.place(),
                        fmt::format("{} ({})", error.why(), error.rule()),
                        "Run the same command again with another model or a clearer description; nothing was "
                        "written.");
        };
        for (const PlannedFile& file : plan_.files) {
            const auto& there = described_.surroundings.files;
            if (std::find(there.begin(), there.end(), file.path) != there.end())
                reject(Error(Exit::usage, "plan.exists", "files",
                             fmt::format("{} is there already, and what is there stays as it is.", file.path),
                             ""));
        }
        try {
            lowered_ = lower({plan_, plan_text_, plan_file}, known_.languages, toolchain_);
            emitted_ = write_cmake(plan_, lowered_);
            check_paths(without_texts());  // before a person is asked, and a model paid
        } catch (const Error& error) {
            if (error.exit() != Exit::usage && error.exit() != Exit::policy) throw;
            reject(error);
        }
    }

    void take_versions() {
        for (const Tool* tool : tools_of(lowered_)) {
            (void)toolchain_.path(*tool);
            const auto& known = described_.machine.tools;
            lock_.toolchain.emplace(
                tool->name, known.contains(tool->name) ? known.at(tool->name) : toolchain_.version(*tool));
        }
        for (const Package& package : plan_.packages) {
            if (const std::string version = Toolchain::version(package); !version.empty())
                lock_.packages.emplace(package.name, version);
        }
    }

    // The files of the project that people see.
    std::vector<StagedFile> without_texts() const {
        std::vector<StagedFile> out;
        for (const PlannedFile& file : plan_.files) out.push_back({file.path, ""});
        for (const EmittedFile& file : emitted_) out.push_back({file.path, "", false, false, true});
        for (std::string_view file : {plan_file, lock_file, lock_index_file})
            out.push_back({std::string(file), "", false, false, true});
        return out;
    }

    void consent() {
        std::vector<std::string> files;
        for (const StagedFile& file : without_texts()) files.push_back(file.path);
        std::sort(files.begin(), files.end());
        const std::vector<ExpectedCall> calls =
            chosen_.provider->costs() ? expected_files() : std::vector<ExpectedCall>();
        const std::string estimate = calls.empty() ? "" : summary_of(calls, chosen_.price);
        if (!talk_.agree(plan_, files, chosen_.name, estimate)) {
            throw Error(Exit::declined, "consent.declined", "",
                        talk_.can_ask() ? "You said no; nothing was written."
                                        : "There is no terminal on which to ask you; nothing was written.",
                        talk_.can_ask() ? "Run it again with another description."
                                        : "Add --yes to write what was shown.");
        }
    }

    void ask_files() {
        const std::vector<FilePlace> places = file_order(plan_);
        std::vector<FileAnswer> answers(plan_.files.size());
        std::vector<std::vector<std::string>> keys(plan_.files.size());
        std::map<std::size_t, std::string> texts;
        std::vector<Asking> asked;
        for (std::size_t n = 0; n < plan_.files.size(); ++n) {
            Asking asking{plan_.files[n].path, places[n].after, guessed_file, {}, {}, {}};
            asking.request = [&, n] {
                return prompts_.file(plan_, n, places[n], described_.surroundings.agents, texts);
            };
            asking.accept = [&, n](const Response& response) {
                answers[n] = file_text(n, places[n], response);
                return answers[n].repairs;
            };
            asking.done = [&, n](const Answered& answered) {
                const Response& response = answered.response;
                remember("file:" + plan_.files[n].path, "file", "planned", answered);
                lock_.files[plan_.files[n].path] = {
                    sha256(answers[n].text),     "model",        answered.keys.back(),
                    response.provider,           response.model, response.usage.input_tokens,
                    response.usage.output_tokens};
                texts[n] = answers[n].text;
                keys[n] = answered.keys;
            };
            asked.push_back(std::move(asking));
        }
        ask_all(chosen_, std::move(asked), static_cast<int>(options_.settings.count("jobs").value_or(4)),
                again(), talk_.progress());
        for (std::size_t n = 0; n < plan_.files.size(); ++n) {
            files_.push_back({plan_.files[n].path, std::move(answers[n].text), false, false, false});
            keys_.insert(keys_.end(), keys[n].begin(), keys[n].end());
        }
    }

    FileAnswer file_text(std::size_t n, const FilePlace& place, const Response& response) const {
        FileAnswer answer = file_answer(response, plan_.files[n].path);
        keeps_its_interface(plan_.files[n].path, place, answer.text);
        return answer;
    }

    // Asked of a target's only header: of several, none can be told that it is the one that lacks something.
    static void keeps_its_interface(const std::string& path, const FilePlace& place,
                                    const std::string& text) {
        if (place.target == nullptr || place.target->headers != std::vector{path}) return;
        if (const auto problem = interface_problem(place.target->interface, {text})) {
            throw Error(Exit::rejected, "answer.interface", path,
                        fmt::format("The plan's interface of {} has {}.", place.target->name, *problem),
                        "Run the same command again with another model or a clearer description; nothing was "
                        "written.");
        }
    }

    // Only now is there all that would run: a step's script is one of the files.
    void consent_to_steps() {
        const auto read = [&](const std::string& path, std::size_t most) -> std::optional<std::string> {
            const auto file = std::find_if(files_.begin(), files_.end(),
                                           [&](const StagedFile& each) { return each.path == path; });
            if (file == files_.end()) return std::nullopt;
            return file->text.substr(0, most);
        };
        const StepRuns runs = step_runs({plan_, plan_text_, plan_file}, read);
        Consents(options_.root)
            .need(
                runs.items, [&](const std::string& text) { return talk_.may_run(text); },
                "run the same command with --yes");
    }

    void commit_all() {
        const MadeDirectory made(options_.root);
        const Root root(options_.root);
        std::vector<StagedFile> files = std::move(files_);
        lock_.plan_sha256 = sha256(plan_text_);
        ProjectFiles cmake = project_files(root, emitted_, lock_);
        for (StagedFile& file : cmake.files) files.push_back(std::move(file));
        for (StagedFile& file : lock_files(lock_)) files.push_back(std::move(file));
        files.push_back({std::string(plan_file), plan_text_, false, false, true});
        files.push_back({".aibuild/plan.schema.json", std::string(plan_schema()), false, false, true});
        for (const std::string& key : keys_) {
            files.push_back({".aibuild/responses/" + ResponseStore::relative_path(key),
                             chosen_.store->file_text(key), true, false, true});
        }
        const Hold hold(root, "aibuild-gen new");
        commit(root, files);
        try {
            EmitOptions emitted;
            emitted.root = options_.root;
            emitted.program = options_.program;
            emit(emitted);
            write_state(options_.root / "build", state_);
        } catch (...) {
            std::error_code ignored;
            fs::remove_all(options_.root / "build", ignored);
            for (const StagedFile& file : files) root.remove(file.path);
            throw;
        }
    }

    // --dry-run: every call that would be made, from what is stored already, without making one.
    void expect() {
        std::vector<ExpectedCall> calls;
        std::string unknown;
        const auto stored = [&](Request request, std::int64_t guessed, const auto& accept) {
            const Kept found = kept(chosen_, std::move(request), accept, again());
            if (!found.response) calls.push_back(expected(found.request, guessed));
            return found.response.has_value();
        };
        if (!stored(brief_request(), guessed_brief,
                    [&](const Response& response) { take_brief(response); })) {
            unknown = "The plan comes after it, and says how many files there are.";
        } else {
            decide();
            if (stored(prompts_.plan(described_, brief_, decisions_), guessed_plan,
                       [&](const Response& response) { take_plan(response); }))
                calls = expected_files();
            else
                unknown = "How many files there are, the plan says.";
        }
        if (calls.empty())
            return talk_.say("Nothing would be asked: every answer is kept from before. Nothing was sent.");
        talk_.say("What would be asked; nothing was sent:");
        for (const std::string& line : lines_of(calls, chosen_.price)) talk_.say(line);
        if (!unknown.empty())
            talk_.say(unknown + " --max-calls, --max-tokens, --max-cost and --max-seconds bound all of it.");
    }

    // The files that are not stored yet. What a file is shown has a bound only: a text that is not there yet
    // counts with the longest that it may have.
    std::vector<ExpectedCall> expected_files() const {
        const std::vector<FilePlace> places = file_order(plan_);
        std::map<std::size_t, std::string> texts;
        std::vector<ExpectedCall> out;
        std::vector<bool> done(plan_.files.size()), there(plan_.files.size());
        for (std::size_t left = plan_.files.size(); left > 0;) {
            for (std::size_t n = 0; n < plan_.files.size(); ++n) {
                const auto in = [](const auto& list, const std::vector<bool>& which) {
                    return std::all_of(list.begin(), list.end(),
                                       [&](std::size_t each) { return which[each]; });
                };
                if (done[n] || !in(places[n].after, done)) continue;
                done[n] = true;
                --left;
                Request request = prompts_.file(plan_, n, places[n], described_.surroundings.agents, texts);
                if (in(places[n].shown, there)) {
                    const auto take = [&](const Response& response) {
                        texts[n] = file_text(n, places[n], response).text;
                    };
                    Kept found = kept(chosen_, std::move(request), take, again());
                    there[n] = found.response.has_value();
                    if (there[n]) continue;
                    request = std::move(found.request);
                }
                ExpectedCall call = expected(request, guessed_file);
                for (const std::size_t each : places[n].shown) {
                    if (there[each]) continue;
                    call.about.input_tokens += guessed_file;
                    call.at_most.input_tokens += room().max_output_tokens;
                }
                texts[n] = "";
                out.push_back(std::move(call));
            }
        }
        return out;
    }

    // Asks for one thing, and gives the key of the answer that passed.
    std::string ask_one(Asking asking) {
        std::string key;
        asking.done = [&, done = std::move(asking.done)](const Answered& answered) {
            done(answered);
            key = answered.keys.back();
            keys_.insert(keys_.end(), answered.keys.begin(), answered.keys.end());
        };
        std::vector<Asking> one;
        one.push_back(std::move(asking));
        ask_all(chosen_, std::move(one), 1, again(), talk_.progress());
        return key;
    }

    AskAgain again() const {
        return [this](Request request, const std::string& answer, const Error& error) {
            return prompts_.again(std::move(request), answer, error);
        };
    }

    void remember(const std::string& id, const std::string& kind, const std::string& reason,
                  const Answered& answered) {
        state_.tasks[id] =
            Task{TaskState::succeeded,       kind,         reason, answered.started_ms, answered.duration_ms,
                 answered.response.attempts, "aibuild-gen"};
    }

    const NewOptions& options_;
    NewTalk& talk_;
    const std::optional<Lock> recorded_;  // of what is made again
    const std::function<void(const std::string&)> say_;
    ChosenProvider chosen_;
    KnownLanguages known_;  // of the person: the project is empty yet
    PromptTemplates templates_;
    Prompts prompts_;
    Described described_;
    Brief brief_;
    Decisions decisions_;
    Toolchain toolchain_;
    Plan plan_;
    std::string plan_text_;
    Lowered lowered_;
    std::vector<EmittedFile> emitted_;
    Lock lock_;
    std::vector<StagedFile> files_;  // that were answered
    std::vector<std::string> keys_;  // of the responses that the project is made from
    State state_;                    // what ran here, for BUILD/.aibuild/state.json
};

// The lock of what is to be made again.
std::optional<Lock> recorded(const fs::path& from) {
    if (from.empty()) return std::nullopt;
    std::optional<Lock> lock = locked(Root(from));
    if (lock && lock->planning && !lock->description.empty()) return lock;
    throw Error(Exit::usage, "new.replay", from.string(),
                "There is no lock of a project that was made from a description.",
                "Name a project that `aibuild-gen new` made, or a recording of one.");
}

}  // namespace

void make_new(const NewOptions& given, NewTalk& talk) {
    NewOptions options = given;
    std::optional<Lock> again = recorded(options.replay);
    if (again) options.description = again->description;
    check_description(options.description);
    if (already_made(options.root, options.description)) {
        const bool emitted = fs::exists(options.root / "build" / ninja_file);
        talk.say(fmt::format("{} was made from this description already: nothing to do.{}",
                             options.root.string(),
                             emitted ? "" : " `aibuild-gen emit` makes its build directory."));
        return;
    }
    need_ninja();
    New(options, talk, std::move(again)).run();
}

}  // namespace aibuild
