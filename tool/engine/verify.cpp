#include "tool/engine/verify.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "ninja-gen/cmake_writer.h"
#include "ninja-gen/error.h"
#include "ninja-gen/hash.h"
#include "ninja-gen/lower.h"
#include "ninja-gen/toolchain.h"
#include "tool/engine/new_place.h"
#include "tool/engine/open_project.h"
#include "tool/prompting/answers.h"
#include "tool/prompting/change_answer.h"

namespace aibuild {

namespace {

class Verify {
  public:
    Verify(const std::filesystem::path& root, const std::filesystem::path& build)
        : project_(root, build, Answers::of_project) {}

    std::vector<Verified> run() {
        const auto generated = [](const auto& entry) { return !entry.second.request.empty(); };
        if (project_.lock.plan_request.empty() &&
            std::none_of(project_.lock.files.begin(), project_.lock.files.end(), generated)) {
            throw Error(Exit::usage, "verify.lock", std::string(lock_file),
                        "Nothing here was generated from an answer.",
                        "`aibuild-gen check` compares what is here with the plan.");
        }
        if (!project_.declared) of_plan();
        for (const auto& [path, file] : project_.lock.files) {
            if (file.origin != "emitter") of_file(path, file);
        }
        if (!project_.declared) of_emitted();
        // The plan stays first.
        std::sort(out_.begin() + (project_.declared ? 0 : 1), out_.end(),
                  [](const Verified& a, const Verified& b) { return a.path < b.path; });
        return std::move(out_);
    }

  private:
    // From the description; what the lock recorded of the machine and the decisions takes the place of
    // today's.
    std::string plan_request_from_the_description() const {
        const Planning& planning = *project_.lock.planning;
        Described described;
        described.description = project_.lock.description;
        described.surroundings = {planning.surroundings, project_.described.surroundings.agents};
        described.machine = project_.described.machine;
        const PromptTemplates templates(project_.root.path(), {});
        const Languages languages;  // that everybody has
        const Prompts prompts(templates, languages, planning.model.substr(0, planning.model.find(',')),
                              project_.room());
        const auto brief = project_.store.find(planning.brief_request);
        if (!brief) return "the answer to the brief is not in .aibuild/responses";
        const Request asked = prompts.plan(described, brief_answer(*brief, languages), planning.decisions);
        const auto recorded = project_.store.request(project_.lock.plan_request);
        if (!recorded || recorded->messages.size() < 2) return "its request is not in .aibuild/responses";
        const auto same = [&](std::size_t n) { return recorded->messages[n].text == asked.messages[n].text; };
        if (same(0) && same(1)) return {};
        return recorded->template_version == asked.template_version
                   ? "the description, the decisions or the machine in the lock are not what it was asked "
                     "with"
                   : fmt::format("asked with version {} of its template; {} is in force now",
                                 recorded->template_version, asked.template_version);
    }

    void of_plan() {
        Verified plan{std::string(plan_file), VerifyVerdict::same, "", "", ""};
        const Lock& lock = project_.lock;
        try {
            std::string text;
            if (!lock.changes.empty()) {
                const LockedChange& last = lock.changes.back();
                plan.recorded = last.plan_sha256;
                if (const auto response = project_.store.find(last.request)) text = plan_of_change(*response);
                for (const LockedChange& each : lock.changes) {
                    const auto asked = project_.store.request(each.request);
                    const bool said = asked && asked->messages.size() > 1 &&
                                      asked->messages[1].text.find(each.description) != std::string::npos;
                    if (!said)
                        differs(plan,
                                fmt::format("the change \"{}\" has no answer in .aibuild/responses that "
                                            "it was asked for with",
                                            each.description));
                }
            } else if (!lock.plan_request.empty()) {
                const auto response = project_.store.find(lock.plan_request);
                if (response) text = plan_answer(*response).text;
                if (lock.planning && plan.why.empty()) plan.why = plan_request_from_the_description();
            } else {
                plan.verdict = VerifyVerdict::theirs;
                plan.why = "written by hand";
            }
            if (plan.verdict == VerifyVerdict::same) {
                if (text.empty()) differs(plan, "its answer is not in .aibuild/responses");
                plan.rebuilt = text.empty() ? "" : sha256(text);
                if (plan.recorded.empty()) plan.recorded = plan.rebuilt;
                if (plan.verdict == VerifyVerdict::same && plan.rebuilt != plan.recorded)
                    differs(plan, "its answer is another plan than the lock recorded");
                if (plan.verdict == VerifyVerdict::same && project_.plan_text != text)
                    plan.verdict = VerifyVerdict::edited;
            }
        } catch (const Error& error) {
            differs(plan, error.why());
        }
        out_.push_back(std::move(plan));
    }

    static void differs(Verified& what, std::string why) {
        what.verdict = VerifyVerdict::differs;
        what.why = std::move(why);
    }

    void of_file(const std::string& path, const LockedFile& file) {
        Verified out{path, VerifyVerdict::same, "", file.generated.empty() ? file.base : file.generated, ""};
        const std::optional<std::string> current = project_.root.read(path);
        if (file.request.empty()) {
            out.verdict = VerifyVerdict::theirs;
            out.recorded = file.base;
        } else if (const auto response = project_.store.find(file.request); !response) {
            differs(out, fmt::format("its answer {} is not in .aibuild/responses", file.request));
        } else {
            try {
                out.rebuilt = sha256(file_answer(*response, path).text);
                if (out.rebuilt != out.recorded) differs(out, "its answer is another text than was recorded");
            } catch (const Error& error) {
                differs(out, error.why());
            }
        }
        if (out.verdict == VerifyVerdict::same) {
            const bool kept = !file.generated.empty() || file.origin == "person";
            if (kept && !base_text(project_, path, file, current))
                differs(out,
                        fmt::format("the text that was {} is not in {}",
                                    file.origin == "person" ? "taken over" : "accepted", base_directory));
            else if (file.origin == "person")
                out.verdict = VerifyVerdict::theirs;
            else if (!current)
                out.verdict = VerifyVerdict::missing;
            else if (sha256(*current) != file.base)
                out.verdict = VerifyVerdict::edited;
            else if (!file.generated.empty())
                out.verdict = VerifyVerdict::accepted;
        }
        out_.push_back(std::move(out));
    }

    // Made from the plan, so that it can be compared while the lock is of this plan.
    void of_emitted() {
        if (project_.lock.plan_sha256 != sha256(project_.plan_text)) return;
        Toolchain toolchain;
        const Lowered lowered =
            lower({project_.plan, project_.plan_text, plan_file}, project_.known.languages, toolchain);
        for (const EmittedFile& file : write_cmake(project_.plan, lowered)) {
            const auto entry = project_.lock.files.find(file.path);
            if (entry == project_.lock.files.end()) continue;
            Verified out{file.path, VerifyVerdict::same, "", entry->second.base, sha256(file.text)};
            const auto current = project_.root.read(file.path);
            if (out.rebuilt != out.recorded)
                differs(out, "this AIBuild makes another text of the plan");
            else if (!current)
                out.verdict = VerifyVerdict::missing;
            else if (*current != file.text)
                out.verdict = VerifyVerdict::edited;
            out_.push_back(std::move(out));
        }
    }

    const OpenProject project_;
    std::vector<Verified> out_;
};

}  // namespace

std::string_view name_of(VerifyVerdict verdict) {
    static constexpr std::array<std::string_view, 6> names = {"same",   "edited",  "accepted",
                                                              "theirs", "missing", "differs"};
    return names[static_cast<std::size_t>(verdict)];
}

std::vector<Verified> verify(const std::filesystem::path& root, const std::filesystem::path& build) {
    return Verify(root, build).run();
}

}  // namespace aibuild
