#include "tool/prompting/prompts.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <boost/json/parse.hpp>

#include "ninja-gen/error.h"
#include "ninja-gen/schema.h"
#include "ninja-gen/toolchain.h"
#include "prompts_data.h"
#include "tool/text/template.h"

namespace aibuild {

namespace {

namespace km = kainjow::mustache;

struct Template {
    std::string version, system, user;
};

Template load(std::string_view name) {
    const std::string_view text = embedded::prompts_data(name);
    const std::size_t system = text.find("--- system\n");
    const std::size_t user = text.find("--- user\n");
    if (!text.starts_with("version: ") || system == std::string_view::npos ||
        user == std::string_view::npos || user < system) {
        throw Error(Exit::usage, "prompt.template", std::string(name),
                    "A template begins with `version: N` and has the sections `--- system` and `--- user`.",
                    "Correct the template.");
    }
    return {std::string(text.substr(9, text.find('\n') - 9)),
            std::string(text.substr(system + 11, user - system - 11)), std::string(text.substr(user + 9))};
}

std::string filled(std::string_view name, std::string_view part, const std::string& text,
                   const TemplateData& data) {
    std::string out = render(fmt::format("{} {}", name, part), data,
                             [&](std::string_view) -> std::string_view { return text; });
    while (!out.empty() && out.back() == '\n') out.pop_back();
    return out;
}

Request request(std::string_view stage, std::string_view name, const TemplateData& data,
                std::string_view model) {
    const Template from = load(name);
    Request out;
    out.stage = stage;
    out.template_version = from.version;
    out.model = model;
    out.messages = {{"system", filled(name, "system", from.system, data)},
                    {"user", filled(name, "user", from.user, data)}};
    return out;
}

TemplateData languages_data(const Languages& languages) {
    km::data list{km::data::type::list};
    for (const Language& language : languages.all()) {
        Words kinds, standards;
        for (Kind kind : {Kind::executable, Kind::static_library, Kind::shared_library,
                          Kind::interface_library, Kind::library, Kind::test}) {
            if (language.supports(kind)) kinds.emplace_back(name_of(kind));
        }
        for (const auto& [standard, flags] : language.standards)
            standards.push_back(standard == language.default_standard ? standard + " (default)" : standard);
        km::data entry;
        entry.set("name", language.name);
        entry.set("kinds", fmt::format("{}", fmt::join(kinds, ", ")));
        entry.set("standards", fmt::format("{}", fmt::join(standards, ", ")));
        entry.set("rules",
                  language.rules.empty() ? km::data{km::data::type::bool_false} : km::data{language.rules});
        list.push_back(entry);
    }
    return list;
}

}  // namespace

Snapshot take_snapshot(const Languages& languages) {
    Snapshot out;
    Toolchain toolchain;
    for (const Language& language : languages.all()) {
        for (const Tool& tool : language.tools) {
            try {
                out.tools.emplace(tool.name, toolchain.version(tool));
            } catch (const Error&) {
                out.missing.push_back(language.title);
                break;
            }
        }
    }
    return out;
}

Request plan_request(std::string_view description, const Languages& languages, const Snapshot& snapshot,
                     std::string_view model) {
    km::data data;
    data.set("description", std::string(description));
    data.set("languages", languages_data(languages));
    km::data tools{km::data::type::list};
    for (const auto& [name, version] : snapshot.tools) {
        km::data entry;
        entry.set("name", name);
        entry.set("version", version);
        tools.push_back(entry);
    }
    data.set("tools", tools);
    km::data missing{km::data::type::list};
    for (const std::string& name : snapshot.missing) {
        km::data entry;
        entry.set("name", name);
        missing.push_back(entry);
    }
    data.set("missing", missing);
    Request out = request("plan", "plan.mustache", data, model);
    out.subject = "plan";
    out.schema = strict_subset(plan_schema());
    out.context["description"] = description;
    return out;
}

Request file_request(const Plan& plan, const PlannedFile& file, const std::vector<KnownHeader>& headers,
                     std::string_view model) {
    const std::string text = write_plan(plan);
    km::data data;
    data.set("plan", text);
    data.set("path", file.path);
    data.set("purpose", file.purpose);
    km::data list{km::data::type::list};
    for (const KnownHeader& header : headers) {
        km::data entry;
        entry.set("path", header.path);
        entry.set("text", header.text);
        list.push_back(entry);
    }
    data.set("headers", list);
    Request out = request("file", "file.mustache", data, model);
    out.subject = file.path;
    out.context["plan"] = boost::json::parse(text);
    out.context["path"] = file.path;
    return out;
}

}  // namespace aibuild
