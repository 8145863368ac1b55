#include "tool/prompting/prompts.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <set>

#include "ninja-gen/json.h"
#include "ninja-gen/schema.h"
#include "ninja-gen/small_letters.h"
#include "tool/inference/budget.h"
#include "tool/prompting/change_answer.h"

namespace aibuild {

namespace {

namespace km = kainjow::mustache;

km::data none() {
    return km::data{km::data::type::bool_false};
}

km::data list_of(const std::vector<std::string>& lines) {
    km::data out{km::data::type::list};
    for (const std::string& line : lines) out.push_back(km::data{line});
    return out;
}

// A section that stands only where there is something: {{#name}}...{{field}}...{{/name}}
km::data section(const std::string& field, const std::string& text) {
    if (text.empty()) return none();
    km::data out;
    out.set(field, text);
    return out;
}

km::data section(const std::string& field, const std::vector<std::string>& lines) {
    if (lines.empty()) return none();
    km::data out;
    out.set(field, list_of(lines));
    return out;
}

km::data versions(const std::map<std::string, std::string>& of) {
    km::data out{km::data::type::list};
    for (const auto& [name, version] : of) {
        km::data entry;
        entry.set("name", name);
        entry.set("version", version);
        out.push_back(entry);
    }
    return out;
}

std::vector<std::string> brief_lines(const Brief& brief) {
    std::vector<std::string> out;
    if (!brief.kinds.empty()) out.push_back(fmt::format("it is: {}", fmt::join(brief.kinds, ", ")));
    if (!brief.languages.empty())
        out.push_back(fmt::format("languages: {}", fmt::join(brief.languages, ", ")));
    out.insert(out.end(), brief.constraints.begin(), brief.constraints.end());
    return out;
}

// The part of a plan that the writer of a file needs: its target, and the interfaces of what that uses.
std::string excerpt(const Plan& overview, const Plan& plan, const FilePlace& place) {
    if (place.target == nullptr) return write_plan(plan);
    Plan part;
    part.name = overview.name;
    part.version = overview.version;
    std::vector<std::string> wanted = place.target->uses;
    for (std::size_t n = 0; n < wanted.size(); ++n) {  // grows: what they use is needed too
        for (const Target& target : plan.targets) {
            if (target.name != wanted[n]) continue;
            for (const std::string& used : target.uses) {
                if (std::find(wanted.begin(), wanted.end(), used) == wanted.end()) wanted.push_back(used);
            }
        }
    }
    for (const Target& target : plan.targets) {
        const bool own = &target == place.target;
        if (!own && std::find(wanted.begin(), wanted.end(), target.name) == wanted.end()) continue;
        part.targets.push_back(target);
        for (const PlannedStep& step : plan.steps) {
            const auto& generated = target.generated;
            if (std::find(generated.begin(), generated.end(), step.name) != generated.end())
                part.steps.push_back(step);
        }
        for (const Package& package : plan.packages) {
            const auto same = [&](const Package& each) { return each.name == package.name; };
            const auto& used = target.packages;
            if (std::find(used.begin(), used.end(), package.name) != used.end() &&
                std::none_of(part.packages.begin(), part.packages.end(), same))
                part.packages.push_back(package);
        }
        // The purposes of its other files say what is left to them.
        for (const PlannedFile& file : plan.files) {
            const auto in = [&](const std::vector<std::string>& list) {
                return std::find(list.begin(), list.end(), file.path) != list.end();
            };
            if (own && (in(target.sources) || in(target.headers) || in(target.data)))
                part.files.push_back(file);
        }
    }
    return write_plan(part);
}

// Paths of the texts that have the fewest of the description's words first.
std::vector<std::string> farthest_first(std::string_view description,
                                        const std::map<std::string, std::string>& texts) {
    std::set<std::string> words;
    std::string word;
    for (const char c : std::string(description) + ' ') {
        const char small = small_letter(c);
        const bool letter = (small >= 'a' && small <= 'z') || static_cast<unsigned char>(c) >= 0x80;
        if (letter) word += small;
        if (!letter && word.size() >= 4) words.insert(word);
        if (!letter) word.clear();
    }
    std::vector<std::pair<std::size_t, std::string>> found;
    for (const auto& [path, text] : texts) {
        const std::string all = small_letters(path + '\n' + text);
        std::size_t count = 0;
        for (const std::string& each : words) count += all.find(each) != std::string::npos ? 1U : 0U;
        found.emplace_back(count, path);
    }
    std::sort(found.begin(), found.end());
    std::vector<std::string> out;
    for (auto& [count, path] : found) out.push_back(std::move(path));
    return out;
}

const std::string& standard_of(const Target& target, const Language& language) {
    return target.settings.standard.empty() ? language.default_standard : target.settings.standard;
}

std::size_t size_of(const Request& request) {
    std::size_t out = 0;
    for (const Message& message : request.messages) out += message.text.size();
    return out;
}

}  // namespace

Prompts::Prompts(const PromptTemplates& templates, const Languages& languages, std::string model, Room room,
                 std::string stage)
    : templates_(templates),
      languages_(languages),
      model_(std::move(model)),
      room_(room),
      stage_(std::move(stage)) {}

TemplateData Prompts::languages_data(const std::vector<std::string>& only, const Snapshot& machine) const {
    km::data list{km::data::type::list};
    for (const Language& language : languages_.all()) {
        if (!only.empty() && std::find(only.begin(), only.end(), language.name) == only.end()) continue;
        Words kinds, standards;
        for (Kind kind : {Kind::executable, Kind::static_library, Kind::shared_library,
                          Kind::interface_library, Kind::library, Kind::test}) {
            if (language.supports(kind)) kinds.emplace_back(name_of(kind));
        }
        for (const auto& [standard, flags] : language.standards)
            standards.push_back(standard == language.default_standard ? standard + " (default)" : standard);
        const bool missing = std::find(machine.missing.begin(), machine.missing.end(), language.title) !=
                             machine.missing.end();
        km::data entry;
        entry.set("name", language.name);
        entry.set("title", language.title);
        entry.set("missing", missing ? km::data{km::data::type::bool_true} : none());
        entry.set("kinds", fmt::format("{}", fmt::join(kinds, ", ")));
        entry.set("standards", fmt::format("{}", fmt::join(standards, ", ")));
        entry.set("rules", language.rules.empty() ? none() : km::data{language.rules});
        list.push_back(entry);
    }
    return list;
}

// Of the machine's tools, those that the project can be concerned with.
std::map<std::string, std::string> Prompts::tools_for(const std::vector<std::string>& languages,
                                                      const Snapshot& machine) const {
    if (languages.empty()) return machine.tools;
    std::map<std::string, std::string> out;
    for (const std::string& name : languages) {
        const Language* language = languages_.find(name);
        if (language == nullptr) continue;
        for (const Tool& tool : language->tools) {
            if (const auto found = machine.tools.find(tool.name); found != machine.tools.end())
                out.insert(*found);
        }
    }
    return out;
}

Request Prompts::brief(const Described& described) const {
    km::data data;
    data.set("description", described.description);
    data.set("languages", languages_data({}, described.machine));
    data.set("agents", section("text", described.surroundings.agents));
    data.set("tree", section("files", described.surroundings.files));
    Request out = templates_.request("brief", data, model_);
    out.subject = "brief";
    out.schema = strict_subset(brief_schema());
    out.limits.max_output_tokens = std::min(4096, room_.max_output_tokens);
    out.context["description"] = described.description;
    return out;
}

Request Prompts::plan(const Described& described, const Brief& brief, const Decisions& decisions) const {
    km::data data;
    data.set("description", described.description);
    data.set("languages", languages_data(brief.languages, described.machine));
    data.set("agents", section("text", described.surroundings.agents));
    data.set("tree", section("files", described.surroundings.files));
    data.set("brief", section("lines", brief_lines(brief)));
    data.set("tools", versions(tools_for(brief.languages, described.machine)));
    data.set("packages", versions(described.machine.packages));
    km::data missing{km::data::type::list};
    for (const std::string& name : described.machine.missing) {
        km::data entry;
        entry.set("name", name);
        missing.push_back(entry);
    }
    data.set("missing", missing);
    km::data decided = none();
    if (!decisions.empty()) {
        km::data lines{km::data::type::list};
        for (const auto& [question, answer] : decisions) {
            km::data entry;
            entry.set("question", question);
            entry.set("answer", answer);
            lines.push_back(entry);
        }
        decided = km::data{};
        decided.set("lines", lines);
    }
    data.set("decided", decided);
    Request out = templates_.request("plan", data, model_);
    out.subject = "plan";
    out.schema = strict_subset(plan_schema());
    out.limits.max_output_tokens = room_.max_output_tokens;
    out.context["description"] = described.description;
    return out;
}

// What the writer of a file must know of its target's language, as it is on this machine.
TemplateData Prompts::language_of(const FilePlace& place, const Snapshot& machine) const {
    const Language* language = place.target != nullptr ? languages_.find(place.target->language) : nullptr;
    if (language == nullptr) return none();
    km::data out;
    out.set("title", language->title);
    out.set("rules", language->rules);
    out.set("standard", standard_of(*place.target, *language));
    out.set("tools", versions(tools_for({language->name}, machine)));
    return out;
}

// What CMake knows of a declared file's target: where it is found, and who else is written with it.
TemplateData Prompts::declared_target(const Plan& plan, std::size_t file, const FilePlace& place) const {
    if (place.target == nullptr) return none();
    const Target& target = *place.target;
    const Language* language = languages_.find(target.language);
    std::vector<std::string> others;
    for (const auto* list : {&target.headers, &target.sources}) {
        std::copy_if(list->begin(), list->end(), std::back_inserter(others),
                     [&](const std::string& path) { return path != plan.files[file].path; });
    }
    km::data out;
    out.set("name", target.name);
    out.set("kind", std::string(name_of(target.kind)));
    out.set("language", language != nullptr ? km::data{language->title} : none());
    out.set("standard", target.settings.standard.empty() ? none() : km::data{target.settings.standard});
    out.set("others", others.empty() ? none() : km::data{fmt::format("{}", fmt::join(others, ", "))});
    const auto& directories = target.include_directories;
    out.set("directories",
            directories.empty() ? none() : km::data{fmt::format("{}", fmt::join(directories, ", "))});
    return out;
}

Request Prompts::file(const Plan& plan, std::size_t file, const FilePlace& place, const Described& described,
                      const std::map<std::size_t, std::string>& texts, const FileEdit* edit) const {
    Request out = file_request(plan, plan, file, place, described, texts, edit);
    if (stage_ == "file") out.context["plan"] = boost::json::parse(write_plan(plan));
    out.context["path"] = plan.files[file].path;
    return out;
}

std::string Prompts::file_key(const Plan& overview, const Plan& plan, std::size_t file,
                              const FilePlace& place, const Described& described,
                              const std::map<std::size_t, std::string>& texts) const {
    return key_of(file_request(overview, plan, file, place, described, texts, nullptr));
}

std::map<std::string, std::string> Prompts::file_parts(
    const std::string& version, const Plan& plan, std::size_t file, const FilePlace& place,
    const Described& described, const std::map<std::size_t, std::string>& texts) const {
    Plan overview;
    overview.name = plan.name;
    overview.version = version;
    std::map<std::string, std::string> out{
        {"template", templates_.find(stage_).version},
        {"model", model_},
        {stage_ == "file" ? "purpose" : "prompt", plan.files[file].purpose}};
    const std::string& agents = described.surroundings.agents;
    if (!agents.empty()) out.emplace("AGENTS.md", agents);
    if (stage_ == "file") {
        out.emplace("project", plan.name + '\n' + plan.description);
        out.emplace("plan", excerpt(overview, plan, place));
        const Language* language =
            place.target != nullptr ? languages_.find(place.target->language) : nullptr;
        // Its standard is a part of the plan, unless it is the default; the machine is as it was when
        // planning.
        if (language != nullptr && !language->rules.empty()) out.emplace("language", language->rules);
    }
    for (const std::size_t each : place.shown) out.emplace("file:" + plan.files[each].path, texts.at(each));
    return out;
}

Request Prompts::file_request(const Plan& overview, const Plan& plan, std::size_t file,
                              const FilePlace& place, const Described& described,
                              const std::map<std::size_t, std::string>& texts, const FileEdit* edit) const {
    km::data data;
    data.set("project", overview.name);
    data.set("description", overview.description);
    km::data targets{km::data::type::list};
    for (const Target& target : overview.targets) {
        km::data entry;
        entry.set("name", target.name);
        entry.set("kind", std::string(name_of(target.kind)));
        entry.set("language", target.language);
        entry.set("uses",
                  target.uses.empty() ? none() : km::data{fmt::format("{}", fmt::join(target.uses, ", "))});
        targets.push_back(entry);
    }
    data.set("targets", targets);
    const bool planned = stage_ == "file";
    data.set("excerpt", planned ? section("text", excerpt(overview, plan, place)) : none());
    data.set("about", section("text", overview.description));
    data.set("declared", declared_target(plan, file, place));
    data.set("path", plan.files[file].path);
    data.set("purpose", plan.files[file].purpose);
    data.set("agents", section("text", described.surroundings.agents));
    data.set("language", language_of(place, described.machine));

    data.set("present", none());
    if (edit != nullptr) {
        data.set("current", edit->text);
        data.set("present", section("text", edit->text));
        data.set("change", section("change", edit->change));
        data.set("why", section("why", edit->why));
    }

    // The nearest stand last in `shown`, and are the last to be left out.
    for (std::size_t left_out = 0;; ++left_out) {
        km::data shown{km::data::type::list}, missing{km::data::type::list};
        for (std::size_t n = 0; n < place.shown.size(); ++n) {
            km::data entry;
            entry.set("path", plan.files[place.shown[n]].path);
            entry.set("text", texts.at(place.shown[n]));
            (n < left_out ? missing : shown).push_back(entry);
        }
        data.set("shown", shown);
        data.set("left_out", missing);
        Request out = templates_.request(planned && edit != nullptr ? "edit" : stage_, data, model_);
        const std::int64_t tokens = estimated_tokens(size_of(out)) + room_.max_output_tokens;
        if (tokens > room_.context_tokens && left_out < place.shown.size()) continue;
        out.subject = plan.files[file].path;
        out.limits.max_output_tokens = room_.max_output_tokens;
        return out;
    }
}

Request Prompts::change(const ChangeAsked& asked) const {
    km::data data;
    data.set("description", asked.description);
    data.set("plan", asked.plan);
    data.set("languages", languages_data({}, asked.machine));
    data.set("tools", versions(asked.machine.tools));
    data.set("packages", versions(asked.machine.packages));
    data.set("agents", section("text", asked.surroundings.agents));
    data.set("theirs", section("files", asked.theirs));

    const std::vector<std::string> farthest = farthest_first(asked.description, asked.texts);
    std::set<std::string> left_out;
    for (;; left_out.insert(farthest[left_out.size()])) {
        km::data shown{km::data::type::list}, missing{km::data::type::list};
        for (const auto& [path, text] : asked.texts) {
            km::data entry;
            entry.set("path", path);
            entry.set("text", text);
            (left_out.contains(path) ? missing : shown).push_back(entry);
        }
        data.set("shown", shown);
        data.set("left_out", missing);
        Request out = templates_.request("change", data, model_);
        const std::int64_t tokens = estimated_tokens(size_of(out)) + room_.max_output_tokens;
        if (tokens > room_.context_tokens && left_out.size() < farthest.size()) continue;
        out.subject = "change";
        out.schema = change_schema();
        out.limits.max_output_tokens = room_.max_output_tokens;
        return out;
    }
}

Request Prompts::again(Request request, const std::string& answer, const Error& error) const {
    return templates_.again(std::move(request), answer, error);
}

}  // namespace aibuild
