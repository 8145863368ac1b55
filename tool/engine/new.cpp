#include "tool/engine/new.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <type_traits>
#include <unordered_set>

#include "ninja-gen/cmake_writer.h"
#include "ninja-gen/error.h"
#include "ninja-gen/hash.h"
#include "ninja-gen/lower.h"
#include "ninja-gen/ninja_writer.h"
#include "ninja-gen/toolchain.h"
#include "tool/engine/ask.h"
#include "tool/engine/emit.h"
#include "tool/engine/known_languages.h"
#include "tool/engine/made_directory.h"
#include "tool/engine/project_files.h"
#include "tool/engine/step_runs.h"
#include "tool/prompting/answers.h"
#include "tool/prompting/prompts.h"
#include "tool/state/state.h"
#include "tool/workspace/hold.h"

namespace aibuild {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t longest_description = 20'000;

void check_description(const std::string& description) {
    const auto letter = [](unsigned char c) { return std::isalpha(c) != 0 || c >= 0x80; };
    const auto fail = [](std::string rule, std::string why) {
        throw Error(Exit::usage, std::move(rule), "description", std::move(why),
                    "Say in a sentence or two what the project is, in which languages, and what it does.");
    };
    if (description.find_first_not_of(" \t\r\n") == std::string::npos)
        fail("description.empty", "There is no description.");
    if (!std::any_of(description.begin(), description.end(), letter))
        fail("description.absurd", "The description has no words.");
    if (description.size() > longest_description)
        fail("description.long", fmt::format("The description has {} bytes; {} is the most.",
                                             description.size(), longest_description));
    if (const std::string problem = text_problem(description); !problem.empty())
        fail("description.text", problem);
}

// Why a project can't be made in `root`; true where it is there already, made from this very description.
bool already_made(const fs::path& root, const std::string& description) {
    std::error_code error;
    const fs::file_status status = fs::status(root, error);
    if (!fs::exists(status)) {
        fs::path above = fs::absolute(root).lexically_normal();
        while (above.has_relative_path() && !fs::exists(above)) above = above.parent_path();
        if (access(above.c_str(), W_OK | X_OK) != 0) {
            throw Error(Exit::failure, "disk.write", above.string(), "You can't write there.",
                        "Choose another directory with -C.");
        }
        return false;
    }
    if (!fs::is_directory(status))
        throw Error(Exit::usage, "new.not-a-directory", root.string(), "It exists and is no directory.",
                    "Choose another directory with -C.");
    if (access(root.c_str(), W_OK | X_OK) != 0)
        throw Error(Exit::failure, "disk.write", root.string(), "You can't write there.",
                    "Choose another directory with -C.");
    const Root opened(root);
    {
        const bool staged = opened.find(".aibuild/stage") == Found::directory;
        if (staged) {
            const Hold hold(opened, "aibuild-gen new");
            recover(opened);
        }
    }
    if (const auto lock = locked(opened)) {
        if (lock->description == description) return true;
        throw Error(
            Exit::usage, "new.exists", root.string(),
            fmt::format("There is a project already, made from another description: \"{}\".",
                        lock->description),
            "Choose an empty directory with -C, or a new one. `aibuild-gen status` shows what is here.");
    }
    for (const fs::directory_entry& entry : fs::directory_iterator(root)) {
        // A fresh repository is an empty place for a project.
        if (entry.path().filename() == ".git") continue;
        throw Error(Exit::usage, "new.not-empty", root.string(),
                    fmt::format("The directory is not empty: it has {}.", entry.path().filename().string()),
                    "Choose an empty directory with -C, or a new one.");
    }
    return false;
}

void need_ninja() {
    if (!find_program("ninja").empty()) return;
    throw Error(Exit::failure, "toolchain.missing", "ninja",
                "ninja is not on PATH, and it is what builds the project.",
                install_command({{"debian", "ninja-build"}}));
}

// Headers come before what includes them, tests after what they test: later files see earlier headers.
std::vector<std::vector<const PlannedFile*>> waves(const Plan& plan) {
    std::unordered_set<std::string_view> headers, tests;
    for (const Target& target : plan.targets) {
        headers.insert(target.headers.begin(), target.headers.end());
        if (target.kind == Kind::test) tests.insert(target.sources.begin(), target.sources.end());
    }
    std::vector<std::vector<const PlannedFile*>> out(3);
    for (const PlannedFile& file : plan.files) {
        out[headers.contains(file.path) ? 0U : tests.contains(file.path) ? 2U : 1U].push_back(&file);
    }
    return out;
}

struct Written {
    std::vector<StagedFile> files;
    std::vector<std::string> keys;  // of the responses that the project is made from
};

// The flow of one `new`. Each function is a step of it.
class New {
  public:
    New(const NewOptions& options, NewTalk& talk)
        : options_(options),
          talk_(talk),
          chosen_(choose_provider(options)),
          known_(known_languages(options.root)) {}

    void run() {
        // Without anybody to say yes, nothing that costs is asked.
        if (chosen_.provider->costs() && !options_.yes && !talk_.can_ask()) {
            throw Error(Exit::declined, "consent.nobody", "",
                        "Asking a model costs, and there is no terminal on which to ask you first.",
                        "Add --yes.");
        }
        talk_.say(fmt::format("provider: {} ({})", chosen_.name, chosen_.why));
        if (chosen_.name == "builtin")
            talk_.say(
                "The built-in planner writes a small starter project; a model writes what you describe (set "
                "OPENAI_API_KEY or OPENAI_BASE_URL).");
        ask_plan();
        lower_plan();
        consent();
        ask_files();
        consent_to_steps();
        commit_all();
    }

  private:
    void ask_plan() {
        snapshot_ = take_snapshot(known_.languages);
        const Request request =
            plan_request(options_.description, known_.languages, snapshot_, chosen_.model);
        PlanAnswer answer;
        answer_all(chosen_, {request}, 1, [&](std::size_t, const Answered& answered) {
            answer = accepted(request, [&] { return plan_answer(answered.response); });
            remember("plan", "plan", "described", answered);
        });
        note_repairs("plan", answer.repairs);
        plan_ = std::move(answer.plan);
        plan_text_ = std::move(answer.text);
        lock_.description = options_.description;
        lock_.plan_request = key_of(request);
        written_.keys.push_back(lock_.plan_request);
    }

    void lower_plan() {
        try {
            lowered_ = lower({plan_, plan_text_, plan_file}, known_.languages, toolchain_);
        } catch (const Error& error) {
            // What the machine lacks is the machine's fault; what the plan says is the model's.
            if (error.exit() != Exit::usage) throw;
            reject_plan(error);
        }
        for (const Tool* tool : tools_of(lowered_)) {
            (void)toolchain_.path(*tool);
            lock_.toolchain.emplace(tool->name, snapshot_.tools.contains(tool->name)
                                                    ? snapshot_.tools.at(tool->name)
                                                    : toolchain_.version(*tool));
        }
        for (const Package& package : plan_.packages) {
            if (const std::string version = Toolchain::version(package); !version.empty())
                lock_.packages.emplace(package.name, version);
        }
        emitted_ = write_cmake(plan_, lowered_);
        try {
            check_paths(without_texts());  // before a person is asked, and a model paid
        } catch (const Error& error) {
            reject_plan(error);
        }
    }

    [[noreturn]] void reject_plan(const Error& error) const {
        if (chosen_.name != "replay") chosen_.store->forget(lock_.plan_request);
        throw Error(Exit::rejected, "answer.plan", error.place(),
                    fmt::format("{} ({})", error.why(), error.rule()),
                    "Run the same command again with another model or a clearer description; nothing "
                    "was written.");
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
        if (!talk_.agree(plan_, files, chosen_.name)) {
            throw Error(Exit::declined, "consent.declined", "",
                        talk_.can_ask() ? "You said no; nothing was written."
                                        : "There is no terminal on which to ask you; nothing was written.",
                        talk_.can_ask() ? "Run it again with another description."
                                        : "Add --yes to write what was shown.");
        }
    }

    void ask_files() {
        std::vector<KnownHeader> headers;
        const auto order = waves(plan_);
        std::size_t arrived = 0;
        for (std::size_t wave = 0; wave < order.size(); ++wave) {
            std::vector<Request> requests;
            for (const PlannedFile* file : order[wave])
                requests.push_back(file_request(plan_, *file, headers, chosen_.model));
            std::vector<FileAnswer> answers(requests.size());
            answer_all(chosen_, requests, options_.jobs, [&](std::size_t n, const Answered& answered) {
                const Response& response = answered.response;
                remember("file:" + requests[n].subject, "file", "planned", answered);
                answers[n] =
                    accepted(requests[n], [&] { return file_answer(response, requests[n].subject); });
                note_repairs(requests[n].subject, answers[n].repairs);
                LockedFile& entry = lock_.files[requests[n].subject];
                entry = {sha256(answers[n].text),     "model",        key_of(requests[n]),
                         response.provider,           response.model, response.usage.input_tokens,
                         response.usage.output_tokens};
                talk_.say(fmt::format(
                    "[{}/{}] {}{}", ++arrived, plan_.files.size(), requests[n].subject,
                    response.from_store && chosen_.provider->costs() ? " (kept from before)" : ""));
            });
            for (std::size_t n = 0; n < requests.size(); ++n) {
                written_.keys.push_back(key_of(requests[n]));
                if (wave == 0) headers.push_back({requests[n].subject, answers[n].text});
                written_.files.push_back(
                    {requests[n].subject, std::move(answers[n].text), false, false, false});
            }
        }
    }

    // Only now is there all that would run: a step's script is one of the files.
    void consent_to_steps() {
        const auto read = [&](const std::string& path, std::size_t most) -> std::optional<std::string> {
            const auto file = std::find_if(written_.files.begin(), written_.files.end(),
                                           [&](const StagedFile& each) { return each.path == path; });
            if (file == written_.files.end()) return std::nullopt;
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
        std::vector<StagedFile> files = std::move(written_.files);
        lock_.plan_sha256 = sha256(plan_text_);
        ProjectFiles cmake = project_files(root, emitted_, lock_);
        for (StagedFile& file : cmake.files) files.push_back(std::move(file));
        for (StagedFile& file : lock_files(lock_)) files.push_back(std::move(file));
        files.push_back({std::string(plan_file), plan_text_, false, false, true});
        files.push_back({".aibuild/plan.schema.json", std::string(plan_schema()), false, false, true});
        for (const std::string& key : written_.keys) {
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

    void remember(const std::string& id, const std::string& kind, const std::string& reason,
                  const Answered& answered) {
        state_.tasks[id] =
            Task{TaskState::succeeded,       kind,         reason, answered.started_ms, answered.duration_ms,
                 answered.response.attempts, "aibuild-gen"};
    }

    // What `read` makes of an answer. One that is rejected is forgotten, so that the next run asks again.
    template <class Read>
    std::invoke_result_t<Read> accepted(const Request& request, Read read) {
        try {
            return read();
        } catch (const Error& error) {
            if (error.exit() == Exit::rejected && chosen_.name != "replay")
                chosen_.store->forget(key_of(request));
            throw;
        }
    }

    void note_repairs(const std::string& subject, const Repairs& repairs) {
        for (const std::string& repair : repairs)
            talk_.say(fmt::format("{}: {} around the answer was taken off", subject, repair));
    }

    const NewOptions& options_;
    NewTalk& talk_;
    ChosenProvider chosen_;
    KnownLanguages known_;  // of the person: the project is empty yet
    Snapshot snapshot_;
    Toolchain toolchain_;
    Plan plan_;
    std::string plan_text_;
    Lowered lowered_;
    std::vector<EmittedFile> emitted_;
    Lock lock_;
    Written written_;
    State state_;  // what ran here, for BUILD/.aibuild/state.json
};

}  // namespace

void make_new(const NewOptions& options, NewTalk& talk) {
    check_description(options.description);
    if (already_made(options.root, options.description)) {
        const bool emitted = fs::exists(options.root / "build" / ninja_file);
        talk.say(fmt::format("{} was made from this description already: nothing to do.{}",
                             options.root.string(),
                             emitted ? "" : " `aibuild-gen emit` makes its build directory."));
        return;
    }
    need_ninja();
    New(options, talk).run();
}

}  // namespace aibuild
