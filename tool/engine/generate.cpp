#include "tool/engine/generate.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "ninja-gen/error.h"
#include "tool/engine/declared_check.h"
#include "tool/engine/named_files.h"
#include "tool/engine/regeneration.h"
#include "tool/engine/validation.h"
#include "tool/workspace/hold.h"

namespace aibuild {

namespace {

// What one `generate` does with the files of a plan.
struct Todo {
    std::map<std::size_t, std::vector<ChangedPart>> stale;
    std::set<std::size_t> missing, restored;
    std::set<std::size_t> perhaps;       // what they are shown may change
    std::vector<std::string> unplanned;  // in the lock, and not in the plan any more
    bool only_lock = false;              // it, or its index, is not what CMake compares with

    bool nothing() const {
        return stale.empty() && missing.empty() && restored.empty() && unplanned.empty() && !only_lock;
    }
};

// What a CMake project has to say beside the files themselves.
void look_at_declared(const OpenProject& project, Todo& out) {
    const auto lock_text = project.root.read(lock_file);
    out.only_lock =
        lock_text && project.root.read(lock_index_file) != write_lock_index(project.lock, *lock_text);
    for (const auto& [path, file] : project.lock.files) {
        const Declaration* declaration = project.declared->of(path);
        if (declaration != nullptr && file.origin == "model" &&
            file.declared != declared_hash(*declaration, *project.declared, project.lock, project.root))
            out.only_lock = true;
        if (declaration == nullptr && project.declared->complete && project.root.find(path) == Found::nothing)
            out.unplanned.push_back(path);
    }
}

Todo todo_of(const OpenProject& project, const FileStanding& standing) {
    Todo out;
    std::set<std::size_t> made;  // or perhaps made
    const auto& files = standing.files();
    // In the order in which they are written: what a file is shown comes before it.
    std::vector<std::size_t> order(files.size());
    std::vector<bool> placed(files.size());
    for (std::size_t next = 0; next < order.size();) {
        for (std::size_t n = 0; n < files.size(); ++n) {
            const auto& after = standing.place(n).after;
            const bool ready =
                std::all_of(after.begin(), after.end(), [&](std::size_t k) { return placed[k]; });
            if (placed[n] || !ready) continue;
            placed[n] = true;
            order[next++] = n;
        }
    }
    for (const std::size_t n : order) {
        const PlannedFileState& file = files[n];
        if (file.theirs()) continue;
        const auto& shown = standing.place(n).shown;
        const bool moved =
            std::any_of(shown.begin(), shown.end(), [&](std::size_t k) { return made.contains(k); });
        std::vector<ChangedPart> changed;
        if (file.locked != nullptr && standing.can_tell(n, standing.texts()))
            changed = standing.changed(n, standing.texts());
        if (!file.current) {
            const bool kept = file.base && changed.empty() && !moved;
            (kept ? out.restored : out.missing).insert(n);
            if (kept) continue;
        } else if (!changed.empty()) {
            out.stale.emplace(n, std::move(changed));
        } else if (moved) {
            out.perhaps.insert(n);
        } else {
            continue;
        }
        made.insert(n);
    }
    if (project.declared) {
        look_at_declared(project, out);
        return out;
    }
    for (const auto& [path, file] : project.lock.files) {
        const auto planned = [&, p = &path](const PlannedFile& each) { return each.path == *p; };
        if (file.origin != "emitter" &&
            std::none_of(project.plan.files.begin(), project.plan.files.end(), planned))
            out.unplanned.push_back(path);
    }
    return out;
}

// What a person named of `all`, and what that is shown and is not there.
Todo only(const Todo& all, const std::vector<std::string>& paths, const FileStanding& standing) {
    std::vector<std::size_t> wanted;
    for (std::size_t n = 0; n < standing.files().size(); ++n) {
        const std::string& path = standing.files()[n].path;
        if (std::find(paths.begin(), paths.end(), path) == paths.end()) continue;
        if (standing.files()[n].theirs()) {
            throw Error(Exit::usage, "generate.owned", path,
                        "It is its owner's: shown to models, and never written.",
                        "`aibuild-gen own --release FILE` gives it back, if it was generated once.");
        }
        wanted.push_back(n);
    }
    Todo out;
    out.only_lock = all.only_lock;
    std::set<std::size_t> seen;
    while (!wanted.empty()) {
        const std::size_t n = wanted.back();
        wanted.pop_back();
        if (!seen.insert(n).second) continue;
        if (const auto stale = all.stale.find(n); stale != all.stale.end()) out.stale.insert(*stale);
        if (all.missing.contains(n)) out.missing.insert(n);
        if (all.restored.contains(n)) out.restored.insert(n);
        if (all.perhaps.contains(n)) out.perhaps.insert(n);
        for (const std::size_t each : standing.place(n).shown) {
            if (all.missing.contains(each) || all.restored.contains(each)) wanted.push_back(each);
        }
    }
    // Where nothing that it is shown is made, it holds.
    const auto holds = [&](std::size_t n) {
        const auto& shown = standing.place(n).shown;
        return std::none_of(shown.begin(), shown.end(), [&](std::size_t each) {
            return out.stale.contains(each) || out.missing.contains(each) || out.perhaps.contains(each);
        });
    };
    while (std::erase_if(out.perhaps, holds) > 0) continue;
    return out;
}

// What of `all` is left as it is.
std::string left_alone(const Todo& all, const Todo& done, const FileStanding& standing) {
    std::set<std::string> out(all.unplanned.begin(), all.unplanned.end());
    for (std::size_t n = 0; n < standing.files().size(); ++n) {
        const bool made = done.stale.contains(n) || done.missing.contains(n) || done.restored.contains(n);
        if (!made && (all.stale.contains(n) || all.missing.contains(n) || all.restored.contains(n)))
            out.insert(standing.files()[n].path);
    }
    if (out.empty()) return "";
    return fmt::format("Stale or missing too, and left as {}: {}", out.size() == 1 ? "it is" : "they are",
                       fmt::join(out, ", "));
}

std::string reasons(const std::vector<ChangedPart>& changed) {
    std::vector<std::string> out;
    for (const ChangedPart& each : changed) out.push_back(reason_of(each));
    return fmt::format("{}", fmt::join(out, "; "));
}

class Generate {
  public:
    Generate(const GenerateOptions& options, OpenProject& project, const FileStanding& standing, Todo todo,
             FilesTalk& talk)
        : options_(options),
          project_(project),
          standing_(standing),
          todo_(std::move(todo)),
          talk_(talk),
          say_([this](const std::string& line) { talk_.say(line); }),
          chosen_(chosen_for(options, project, say_)),
          files_(options, project, standing, chosen_, talk) {}

    std::vector<MergeNote> run() {
        for (const std::size_t n : todo_.restored) files_.restore(n);
        for (const std::size_t n : todo_.missing) want(n, "it was missing");
        for (const auto& [n, changed] : todo_.stale) want(n, reasons(changed));
        for (const std::size_t n : todo_.perhaps) want(n, "what it is shown changed");
        const bool asks = !todo_.missing.empty() || !todo_.stale.empty();
        if (asks) tell_who_is_asked(chosen_, options_.yes || options_.dry_run, talk_);
        const std::vector<ExpectedCall> calls = files_.expected();
        if (options_.dry_run) {
            expect(calls);
            return {};
        }
        std::vector<std::string> lines = shown();
        if (!calls.empty() && chosen_.provider->costs())
            lines.push_back("They take at most " + summary_of(calls, chosen_.price) + again_note() + ".");
        if (!project_.declared) check_buildable(project_);
        const bool only_lock = !asks && todo_.restored.empty() && todo_.unplanned.empty();
        if (!only_lock &&
            !talk_.agree(lines, asks ? fmt::format("Make them (texts by {})?", chosen_.name) : "Do that?"))
            declined(talk_, "`aibuild-gen accept FILE` says that a file is to be as it is.");
        std::set<std::size_t> asked = todo_.missing;
        asked.insert(todo_.perhaps.begin(), todo_.perhaps.end());
        for (const auto& each : todo_.stale) asked.insert(each.first);
        Validation validation(project_, standing_, asked, options_.settings, talk_);
        files_.judge([&](std::size_t n, const std::string& text) { return validation.judge(n, text); });
        AskedTasks tasks(project_, "aibuild-gen generate");
        files_.ask(tasks);
        files_.settle({});
        files_.result().program = options_.program;
        files_.result().all = options_.files.empty();
        const auto build = hold_build(project_, "aibuild-gen generate", waiting(options_.settings, talk_));
        return take_in(project_, std::move(files_.result()), *chosen_.store, talk_);
    }

  private:
    void want(std::size_t n, std::string because) {
        files_.want(n, std::move(because), 0,
                    [this, n](const FileTexts& texts) { return request(n, texts); });
    }

    std::optional<FileRequest> request(std::size_t n, const FileTexts& texts) const {
        const PlannedFileState& file = standing_.files()[n];
        std::vector<ChangedPart> changed;
        if (file.locked != nullptr) changed = standing_.changed(n, texts);
        if (file.current && file.locked != nullptr && changed.empty()) return std::nullopt;
        FileRequest anew{
            files_.prompts().file(project_.plan, n, standing_.place(n), project_.described, texts),
            file.base};
        const bool from_nothing = std::any_of(changed.begin(), changed.end(), [](const ChangedPart& each) {
            return each.part == "template" || each.part == "model";
        });
        const bool accepted = file.locked != nullptr && !file.locked->generated.empty();
        const bool descends = file.locked != nullptr && descends_from_edits(*file.locked);
        const bool editable = file.base && first_model(chosen_) != "builtin";
        if (editable &&
            (accepted || descends || (!from_nothing && !chosen_.store->find(key_of(anew.request))))) {
            const FileEdit edit{*file.base, "", ""};
            return FileRequest{
                files_.prompts().file(project_.plan, n, standing_.place(n), project_.described, texts, &edit),
                file.base};
        }
        // What was accepted is the person's all the same, where the model can't be shown it.
        if (accepted)
            anew.ancestor = generated_text(project_, file.path, *file.locked);
        else if (descends)
            anew.ancestor.reset();
        return anew;
    }

    // What is asked again comes on top of what was expected; the caps of the settings hold for both.
    std::string again_note() const {
        const auto& declared = project_.declared;
        const auto checks = [](const Declaration& each) { return !each.validate.empty(); };
        if (!declared || std::none_of(declared->declarations.begin(), declared->declarations.end(), checks))
            return {};
        return "; an answer that VALIDATE rejects is asked for again, at most twice";
    }

    // Whoever changed or repaired a file for a model's answer was shown it with people's edits, and wrote
    // them into what is its base now: written from nothing it would lose them, and no merge would tell.
    // `generate` itself shows bases alone, so that only a project that was changed has such texts from an
    // edit.
    bool descends_from_edits(const LockedFile& file) const {
        if (file.request.empty()) return false;
        const std::optional<Request> asked = project_.store.request(file.request);
        if (!asked) return true;
        return asked->stage != "file" && asked->stage != "declared" &&
               (asked->stage != "edit" || !project_.lock.changes.empty());
    }

    std::vector<std::string> shown() const {
        std::size_t width = 0;
        for (const PlannedFileState& file : standing_.files()) width = std::max(width, file.path.size());
        std::vector<std::string> out;
        const auto line = [&](const std::string& path, const std::string& what) {
            out.push_back(fmt::format("  {:<{}}  {}", path, width, what));
        };
        const auto path = [&](std::size_t n) { return standing_.files()[n].path; };
        for (const auto& [n, changed] : todo_.stale) line(path(n), "stale: " + reasons(changed));
        for (const std::size_t n : todo_.missing) line(path(n), "missing");
        for (const std::size_t n : todo_.perhaps) line(path(n), "perhaps: what it is shown is made again");
        for (const std::size_t n : todo_.restored)
            line(path(n), "missing; its text is kept, and nothing is asked");
        if (project_.declared) shown_to_models(out);
        for (const std::string& each : todo_.unplanned)
            line(each, project_.declared ? "gone, and not declared any more" : "not in the plan any more");
        return out;
    }

    // Of files of the person's own: they leave this machine.
    void shown_to_models(std::vector<std::string>& out) const {
        std::set<std::string> paths;
        const auto add = [&](std::size_t n) {
            for (const std::size_t each : standing_.place(n).shown) {
                if (standing_.files()[each].only_shown) paths.insert(standing_.files()[each].path);
            }
        };
        for (const auto& each : todo_.stale) add(each.first);
        for (const auto* list : {&todo_.missing, &todo_.perhaps})
            std::for_each(list->begin(), list->end(), add);
        if (!paths.empty()) out.push_back(fmt::format("Shown for it: {}", fmt::join(paths, ", ")));
    }

    void expect(const std::vector<ExpectedCall>& calls) {
        for (const std::string& each : shown()) talk_.say(each);
        if (calls.empty())
            return talk_.say("Nothing would be asked: every answer is kept from before. Nothing was sent.");
        talk_.say("What would be asked at most; nothing was sent:");
        for (const std::string& each : lines_of(calls, chosen_.price)) talk_.say(each);
    }

    const GenerateOptions& options_;
    OpenProject& project_;
    const FileStanding& standing_;
    const Todo todo_;
    FilesTalk& talk_;
    const std::function<void(const std::string&)> say_;
    ChosenProvider chosen_;
    Regeneration files_;
};

std::vector<std::string> wanted_files(const GenerateOptions& options, const OpenProject& project) {
    std::vector<std::string> planned;
    for (std::size_t n = 0; n < project.plan.files.size(); ++n) {
        if (!project.only_shown(n)) planned.push_back(project.plan.files[n].path);
    }
    return named_files(
        options.root, options.files, planned,
        project.declared ? "No file of this name is declared." : "The plan has no file of this name.");
}

// The model that a person wants for all files, by a flag. What stands in settings is for what is asked anew.
std::string wanted_model(const ToolSettings& settings) {
    const auto& said = settings.explain("model");
    return !said.empty() && said.front().layer == SettingLayer::flag ? settings.list("model").front() : "";
}

}  // namespace

std::vector<MergeNote> generate(const GenerateOptions& options, FilesTalk& talk) {
    const std::string model = wanted_model(options.settings);
    const Root root(options.root);
    std::optional<Hold> hold;
    for (;;) {
        // Looked at twice: nothing at all is written where there is nothing to do, not even a hold.
        if (hold) recover(root);
        OpenProject project(options.root, options.build);
        if (project.declared) check_declared(project);
        if (project.declared && !project.declared->complete && !hold)
            talk.say("The last configure run ended early: only what it had declared by then is known.");
        const FileStanding standing(project, model);
        Todo todo = todo_of(project, standing);
        std::string others;
        if (!options.files.empty()) {
            Todo named = only(todo, wanted_files(options, project), standing);
            others = left_alone(todo, named, standing);
            todo = std::move(named);
        }
        const bool staged = root.find(".aibuild/stage") == Found::directory;
        const bool nothing = todo.nothing() && !staged;
        if (nothing)
            talk.say(fmt::format("Every file {} is there and up to date: nothing to do.",
                                 !options.files.empty() ? "that you named"
                                 : project.declared     ? "that is declared"
                                                        : "of the plan"));
        if ((nothing || hold) && !others.empty()) talk.say(others);
        if (nothing) return {};
        if (hold) return Generate(options, project, standing, std::move(todo), talk).run();
        hold.emplace(root, "aibuild-gen generate", waiting(options.settings, talk));
    }
}

}  // namespace aibuild
