#include "tool/engine/change.h"

#include <fmt/format.h>

#include <algorithm>

#include "ninja-gen/cmake_writer.h"
#include "ninja-gen/error.h"
#include "ninja-gen/hash.h"
#include "ninja-gen/lower.h"
#include "ninja-gen/ninja_writer.h"
#include "tool/engine/new_place.h"
#include "tool/engine/plan_diff.h"
#include "tool/engine/regeneration.h"
#include "tool/prompting/change_answer.h"
#include "tool/text/utf8.h"
#include "tool/workspace/hold.h"

namespace aibuild {

namespace {

bool lists(const Plan& plan, const std::string& path) {
    return std::any_of(plan.files.begin(), plan.files.end(),
                       [&](const PlannedFile& file) { return file.path == path; });
}

// The flow of one `change`. Each function is a step of it.
class Change {
  public:
    Change(const ChangeOptions& options, OpenProject& project, FilesTalk& talk)
        : options_(options),
          project_(project),
          talk_(talk),
          before_(project.plan),
          say_([this](const std::string& line) { talk_.say(line); }),
          chosen_(chosen_for(options, project, say_)),
          prompts_(project.templates, project.known.languages, first_model(chosen_),
                   room_for(options, project)),
          tasks_(project, "aibuild-gen change") {
        const FileStanding standing(project);
        for (std::size_t n = 0; n < standing.files().size(); ++n) {
            const PlannedFileState& file = standing.files()[n];
            if (file.theirs()) theirs_.push_back(file.path);
            if (file.current) shown_.emplace(file.path, *file.current);
            if (file.current && !file.theirs() && standing.can_tell(n, standing.texts()) &&
                standing.changed(n, standing.texts()).empty())
                fresh_.insert(file.path);
        }
        for (const Target& target : before_.targets) {
            for (const auto* list : {&target.sources, &target.headers}) add_peoples_own(*list);
        }
    }

    std::vector<MergeNote> run() {
        if (first_model(chosen_) == "builtin") {
            throw Error(
                Exit::usage, "change.builtin", "provider",
                "The built-in planner makes starter projects, and can't read a change.",
                "Name a model with -m, and set OPENAI_API_KEY or OPENAI_BASE_URL; or edit aibuild.json "
                "and the files by hand.");
        }
        check_for_markers();
        tell_who_is_asked(chosen_, options_.yes || options_.dry_run, talk_);
        if (options_.dry_run && !stored()) return {};
        if (!options_.dry_run) ask_what_changes();
        if (answer_.files.empty() && answer_.text == write_plan(before_)) {
            tasks_.settled("plan", task_);
            talk_.say(fmt::format("Nothing changes: {}", answer_.summary));
            return {};
        }
        project_.plan = answer_.plan;
        project_.plan_text = answer_.text;
        const FileStanding standing(project_);
        Regeneration files(options_, project_, standing, chosen_, talk_);
        want_files(standing, files);
        const std::vector<ExpectedCall> calls = files.expected();
        if (options_.dry_run) {
            expect(calls);
            return {};
        }
        consent(standing, calls);
        files.ask(tasks_);
        files.settle(held(standing));
        record(files.result());
        const auto build = hold_build(project_, "aibuild-gen change", waiting(options_.settings, talk_));
        return take_in(project_, std::move(files.result()), *chosen_.store, talk_);
    }

  private:
    // What people wrote and put into the plan themselves is no less concerned than what was generated.
    void add_peoples_own(const std::vector<std::string>& paths) {
        for (const std::string& path : paths) {
            if (lists(before_, path) || project_.root.find(path) != Found::file) continue;
            if (shown_.emplace(path, project_.root.read(path).value_or("")).second) theirs_.push_back(path);
        }
    }

    // What is in dispute can't be shown as what is there.
    void check_for_markers() const {
        for (const auto& [path, text] : shown_) {
            const std::vector<std::size_t> lines = conflict_lines(text);
            if (lines.empty()) continue;
            throw Error(
                Exit::usage, "merge.unresolved", fmt::format("{}:{}", path, lines.front()),
                "It still has the markers of a conflict, between your text and one that was generated.",
                "Resolve it first; `aibuild-gen diff` shows both sides.");
        }
    }

    Request request() const {
        ChangeAsked asked;
        asked.description = options_.description;
        asked.plan = project_.plan_there;
        asked.texts = shown_;
        asked.theirs = theirs_;
        asked.surroundings.agents = project_.described.surroundings.agents;
        asked.machine = project_.described.machine;
        return prompts_.change(asked);
    }

    Repairs take(const Response& response) {
        answer_ = change_answer(response, before_, theirs_);
        check_against_the_project();
        return answer_.repairs;
    }

    void ask_what_changes() {
        Asking asking{"change", {}, guessed_plan, [&] { return request(); }, {}, {}};
        asking.accept = [&](const Response& response) { return take(response); };
        asking.done = [&](const Answered& answered) {
            const Response& response = answered.response;
            change_ = {options_.description,        answered.keys.back(),
                       sha256(answer_.text),        {},
                       response.provider,           response.model,
                       response.usage.input_tokens, response.usage.output_tokens};
            task_ = answered_task(task_.kind, task_.reason, {}, answered);
        };
        task_.kind = "plan";
        task_.reason = "changed: " + options_.description;
        tasks_.follow(asking, "plan", task_);
        keys_ = ask_one(chosen_, std::move(asking), again_, talk_.progress());
    }

    // A plan that can't be taken is the model's fault, and it is asked again; what the machine lacks is the
    // machine's.
    void check_against_the_project() const {
        const auto reject = [](const std::string& place, const std::string& why, std::string_view rule) {
            throw Error(Exit::rejected, "answer.plan", place, fmt::format("{} ({})", why, rule),
                        "Run the same command again with another model, or in other words; nothing was "
                        "written.");
        };
        for (const PlannedFile& file : answer_.plan.files) {
            if (!lists(before_, file.path) && project_.root.find(file.path) != Found::nothing)
                reject("files", file.path + " is there already, and what is there stays as it is.",
                       "plan.exists");
        }
        try {
            Toolchain toolchain;
            const Lowered lowered =
                lower({answer_.plan, answer_.text, plan_file}, project_.known.languages, toolchain);
            std::vector<StagedFile> paths;
            for (const PlannedFile& file : answer_.plan.files)
                paths.push_back({file.path, "", false, false, lists(before_, file.path)});
            for (const EmittedFile& file : write_cmake(answer_.plan, lowered))
                paths.push_back({file.path, "", false, false, true});
            check_paths(paths);
            for (const Tool* tool : tools_of(lowered)) (void)toolchain.path(*tool);
        } catch (const Error& error) {
            if (error.exit() != Exit::usage && error.exit() != Exit::policy) throw;
            reject(error.place(), error.why(), error.rule());
        }
    }

    // What the writer of a file starts from: its text as it is. Of one that is no UTF-8 it would see other
    // characters than are there, and write them: there it starts from the base, and the merge keeps the rest.
    std::string editable_text(const PlannedFileState& file) const {
        if (file.base && !is_utf8(*file.current)) return *file.base;
        // A token has hardly more than four bytes.
        const auto tokens = room_for(options_, project_).max_output_tokens;
        if (file.current->size() > std::size_t(tokens) * 4) {
            throw Error(
                Exit::policy, "change.size", file.path,
                fmt::format("It has {} bytes, and its new text has to come in one answer, which has {} "
                            "tokens at most.",
                            file.current->size(), tokens),
                "Make it smaller, or raise --max-output-tokens if the model can give as many.");
        }
        return *file.current;
    }

    void want_files(const FileStanding& standing, Regeneration& files) {
        number_ = std::ssize(project_.lock.changes) + 1;
        FileTexts& texts = files.texts();
        for (std::size_t n = 0; n < standing.files().size(); ++n) {
            const PlannedFileState& file = standing.files()[n];
            if (file.current) texts[n] = *file.current;
            const auto listed = std::find_if(answer_.files.begin(), answer_.files.end(),
                                             [&](const FileChange& each) { return each.path == file.path; });
            const auto place = [this, &standing, &files, n, path = file.path](const FileTexts& shown,
                                                                              const FileEdit* edit) {
                return files.prompts().file(project_.plan, n, standing.place(n), project_.described, shown,
                                            edit);
            };
            if (listed != answer_.files.end() && texts.contains(n)) {
                const FileEdit edit{editable_text(file), options_.description, listed->change};
                files.want(n, options_.description, number_,
                           [edit, place, base = file.base](const FileTexts& shown) {
                               return FileRequest{place(shown, &edit), base};
                           });
            } else if (!texts.contains(n)) {
                files.want(n, options_.description, number_, [place](const FileTexts& shown) {
                    return FileRequest{place(shown, nullptr), std::nullopt};
                });
            } else {
                continue;
            }
            change_.files.push_back(file.path);
        }
        std::sort(change_.files.begin(), change_.files.end());
    }

    void consent(const FileStanding& standing, const std::vector<ExpectedCall>& calls) {
        std::vector<std::string> lines{"", answer_.summary, "", "The plan:"};
        const std::vector<std::string> diff = plan_diff(before_, project_.plan);
        for (const std::string& each : diff) lines.push_back("  " + each);
        if (diff.empty()) lines.emplace_back("  stays as it is");
        lines.emplace_back("");
        lines.emplace_back("Files that are written:");
        bool tests = false;
        for (std::size_t n = 0; n < standing.files().size(); ++n) {
            const std::string& path = standing.files()[n].path;
            if (!std::binary_search(change_.files.begin(), change_.files.end(), path)) continue;
            const auto listed = std::find_if(answer_.files.begin(), answer_.files.end(),
                                             [&](const FileChange& each) { return each.path == path; });
            const Target* target = standing.place(n).target;
            const bool test = target != nullptr && target->kind == Kind::test;
            tests = tests || (test && listed != answer_.files.end());
            lines.push_back(fmt::format("  {}{}: {}", path, test ? " (a test)" : "",
                                        listed != answer_.files.end() ? listed->change : "new"));
        }
        if (change_.files.empty()) lines.emplace_back("  none");
        if (tests) lines.emplace_back("Tests change with it: look at what they check before you trust them.");
        if (!calls.empty() && chosen_.provider->costs())
            lines.push_back("They take " + summary_of(calls, chosen_.price) + ".");
        if (!talk_.agree(lines, fmt::format("Make this change (texts by {})?", chosen_.name)))
            declined(talk_, "Say in other words what is to be different.");
    }

    // Files that held before, and that the model did not list: it was shown them, and says that they hold.
    std::set<std::size_t> held(const FileStanding& standing) const {
        std::set<std::size_t> out;
        for (std::size_t n = 0; n < standing.files().size(); ++n) {
            const std::string& path = standing.files()[n].path;
            if (fresh_.contains(path) &&
                !std::binary_search(change_.files.begin(), change_.files.end(), path))
                out.insert(n);
        }
        return out;
    }

    void record(TakeIn& what) {
        what.keys.insert(what.keys.end(), keys_.begin(), keys_.end());
        what.tasks["plan"] = task_;
        what.program = options_.program;
        project_.lock.changes.push_back(change_);
    }

    // --dry-run: true where the answer is stored, so that the files are known.
    bool stored() {
        const Kept found = kept(
            chosen_, request(), [&](const Response& response) { take(response); }, again_);
        if (found.response) return true;
        talk_.say("What would be asked; nothing was sent:");
        for (const std::string& line :
             lines_of({aibuild::expected(found.request, guessed_plan)}, chosen_.price))
            talk_.say(line);
        talk_.say(
            "Which files it concerns, the answer says. --max-calls, --max-tokens, --max-cost and "
            "--max-seconds "
            "bound all of it.");
        return false;
    }

    void expect(const std::vector<ExpectedCall>& calls) {
        if (calls.empty())
            return talk_.say("Nothing would be asked: every answer is kept from before. Nothing was sent.");
        talk_.say("What would be asked; nothing was sent:");
        for (const std::string& line : lines_of(calls, chosen_.price)) talk_.say(line);
    }

    const ChangeOptions& options_;
    OpenProject& project_;
    FilesTalk& talk_;
    const Plan before_;
    const std::function<void(const std::string&)> say_;
    ChosenProvider chosen_;
    Prompts prompts_;
    const AskAgain again_ = [this](Request request, const std::string& answer, const Error& error) {
        return prompts_.again(std::move(request), answer, error);
    };
    std::vector<std::string> theirs_;           // files that people keep
    std::map<std::string, std::string> shown_;  // texts as they stand, by path
    std::set<std::string> fresh_;               // files that are not stale before it
    ChangeAnswer answer_;
    LockedChange change_;
    std::int64_t number_ = 0;  // of this change
    std::vector<std::string> keys_;
    Task task_;  // the plan
    AskedTasks tasks_;
};

}  // namespace

std::vector<MergeNote> change(const ChangeOptions& options, FilesTalk& talk) {
    check_description(options.description, "Say in a sentence or two what is to be different.");
    const Root root(options.root);
    const auto made = [&](const OpenProject& project) {
        const auto& changes = project.lock.changes;
        return !changes.empty() && changes.back().description == options.description &&
               changes.back().plan_sha256 == sha256(project.plan_text);
    };
    const auto done = [&] {
        talk.say("This was the last change that was made: nothing to do. Once more, it needs other words.");
        return std::vector<MergeNote>();
    };
    const bool staged = root.find(".aibuild/stage") == Found::directory;
    const OpenProject before(options.root, options.build);
    if (before.declared) {
        throw Error(Exit::usage, "change.declared", before.build.string(),
                    "What is to be generated here is declared in CMake lists, which are their people's own.",
                    "Change the prompt there, configure again, then: aibuild-gen generate --build " +
                        before.build.string());
    }
    if (!staged && made(before)) return done();
    const Hold hold(root, "aibuild-gen change", waiting(options.settings, talk));
    recover(root);
    OpenProject project(options.root);
    if (made(project)) return done();
    return Change(options, project, talk).run();
}

}  // namespace aibuild
