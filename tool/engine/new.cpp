#include "tool/engine/new.h"

#include <fmt/format.h>

#include <algorithm>

#include "ninja-gen/cmake_writer.h"
#include "ninja-gen/error.h"
#include "ninja-gen/hash.h"
#include "ninja-gen/lower.h"
#include "ninja-gen/ninja_writer.h"
#include "ninja-gen/toolchain.h"
#include "tool/engine/ask.h"
#include "tool/engine/emit.h"
#include "tool/engine/estimate.h"
#include "tool/engine/files_asked.h"
#include "tool/engine/known_languages.h"
#include "tool/engine/made_directory.h"
#include "tool/engine/new_place.h"
#include "tool/engine/project_files.h"
#include "tool/engine/step_runs.h"
#include "tool/prompting/answers.h"
#include "tool/state/state.h"
#include "tool/workspace/hold.h"

namespace aibuild {

namespace {

namespace fs = std::filesystem;

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
        tell_who_is_asked(chosen_, options_.yes || options_.dry_run, talk_);
        if (chosen_.name == "builtin")
            talk_.say(
                "The built-in planner writes a small starter project; a model writes what you describe (set "
                "OPENAI_API_KEY or OPENAI_BASE_URL).");
        for (const Error& stranger : templates_.strangers())
            talk_.say(fmt::format("warning: {}: {} {}", stranger.place(), stranger.why(), stranger.fix()));
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
        asking.done = [&](const Answered& answered) { remember("brief", "plan", "described", {}, answered); };
        lock_.planning->brief_request = asked_for(std::move(asking));
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
        asking.done = [&](const Answered& answered) {
            remember("plan", "plan", "described", {"brief"}, answered);
        };
        lock_.plan_request = asked_for(std::move(asking));
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
        const std::vector<ExpectedCall> calls = chosen_.provider->costs()
                                                    ? files_asked().expected(room().max_output_tokens)
                                                    : std::vector<ExpectedCall>();
        const std::string estimate = calls.empty() ? "" : summary_of(calls, chosen_.price);
        if (!talk_.agree(plan_, files, chosen_.name, estimate))
            declined(talk_, "Run it again with another description.");
    }

    // All of the plan's.
    FilesAsked files_asked() {
        FilesAsked out(chosen_, plan_, again_);
        for (std::size_t n = 0; n < plan_.files.size(); ++n) {
            out.want(n, [this, n, place = out.place(n)](const FileTexts& texts) {
                return prompts_.file(plan_, n, place, described_, texts);
            });
        }
        return out;
    }

    void ask_files() {
        std::vector<std::vector<std::string>> keys(plan_.files.size());
        FilesAsked asked = files_asked();
        asked.ask(static_cast<int>(options_.settings.count("jobs").value_or(4)), talk_.progress(),
                  [&](const FilesAsked::Made& made) {
                      const std::string& path = plan_.files[made.n].path;
                      remember("file:" + path, "file", "planned", made.waited_for, made.answered);
                      lock_.files[path] = made.locked;
                      keys[made.n] = made.answered.keys;
                  });
        for (std::size_t n = 0; n < plan_.files.size(); ++n) {
            files_.push_back({plan_.files[n].path, std::move(asked.texts()[n]), false, false, false});
            keys_.insert(keys_.end(), keys[n].begin(), keys[n].end());
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
        const Hold hold(root, "aibuild-gen new", waiting(options_.settings, talk_));
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
            const Kept found = kept(chosen_, std::move(request), accept, again_);
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
                calls = files_asked().expected(room().max_output_tokens);
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

    // Asks for one thing, and gives the key of the answer that passed.
    std::string asked_for(Asking asking) {
        const std::vector<std::string> keys = ask_one(chosen_, std::move(asking), again_, talk_.progress());
        keys_.insert(keys_.end(), keys.begin(), keys.end());
        return keys.back();
    }

    void remember(const std::string& id, const std::string& kind, const std::string& reason,
                  std::vector<std::string> waited_for, const Answered& answered) {
        state_.tasks[id] = answered_task(kind, reason, std::move(waited_for), answered);
    }

    const NewOptions& options_;
    NewTalk& talk_;
    const std::optional<Lock> recorded_;  // of what is made again
    const std::function<void(const std::string&)> say_;
    ChosenProvider chosen_;
    KnownLanguages known_;  // of the person: the project is empty yet
    PromptTemplates templates_;
    Prompts prompts_;
    const AskAgain again_ = [this](Request request, const std::string& answer, const Error& error) {
        return prompts_.again(std::move(request), answer, error);
    };
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
    if (again && !again->changes.empty())
        talk.say("It was changed since: what is made is the project as it was first.");
    check_description(options.description);
    if (already_made(options.root, options.description, waiting(options.settings, talk))) {
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
