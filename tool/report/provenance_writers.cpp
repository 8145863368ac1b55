#include <fmt/format.h>

#include <algorithm>
#include <boost/json/object.hpp>
#include <map>

#include "ninja-gen/error.h"
#include "ninja-gen/json.h"
#include "tool/report/amounts.h"
#include "tool/report/markup.h"
#include "tool/report/provenance.h"
#include "tool/report/writers.h"

namespace aibuild {

namespace {

namespace bj = boost::json;

bj::value known(std::string_view value) {
    return value.empty() ? bj::value(nullptr) : bj::value(bj::string(utf8(value)));
}

std::string origin_words(const ReportFile& file) {
    if (file.origin == "emitter") return "written by aibuild-gen from the plan";
    if (!file.generated()) {
        if (file.state == FileState::missing) return "not there";
        return file.why.empty() ? "a person's" : "a person's: " + file.why;
    }
    std::string out = "by the built-in planner";
    if (file.origin == "model") {
        out = "by " + (file.model.empty() ? "an unknown model" : "model " + file.model);
        if (!file.provider.empty() && file.provider != file.model) out += " (" + file.provider + ")";
    }
    out += ", request " + file.request.substr(0, 12);
    if (file.response.empty()) out += " (its response is not kept here)";
    if (!file.change.empty()) out += fmt::format(", changed for \"{}\"", file.change);
    switch (file.state) {
        case FileState::edited:
            out += file.why == "accepted" ? ", edited by a person since and accepted"
                                          : ", edited by a person since";
            if (file.edits) out += fmt::format(": +{} -{} lines", file.edits->added, file.edits->removed);
            break;
        case FileState::missing:
            out += ", not there any more";
            break;
        case FileState::stale:
            out += ", as it was generated, but stale: " + file.why;
            break;
        default:
            out += ", as it was generated";
    }
    return out;
}

// RFC 3339, in UTC.
std::string timestamp(std::int64_t ms) {
    std::string text = moment_text(ms);  // "2026-01-31 14:05:09 UTC"
    text[10] = 'T';
    return text.substr(0, 19) + "Z";
}

bj::object digest(std::string_view hash) {
    return {{"sha256", hash}};
}

bj::object dependency(const ReportFile& file) {
    bj::object about{{"origin", file.origin}, {"state", name_of(file.state)}};
    if (file.generated()) {
        about["generatedSha256"] = file.base;
        about["request"] = file.request;
        if (!file.model.empty()) about["model"] = utf8(file.model);
        if (!file.provider.empty()) about["provider"] = utf8(file.provider);
        if (!file.change.empty()) about["change"] = utf8(file.change);
        if (!file.response.empty()) about["response"] = file.response;
        about["editedByPerson"] = file.state == FileState::edited;
        if (file.edits) {
            about["linesAdded"] = file.edits->added;
            about["linesRemoved"] = file.edits->removed;
        }
    }
    return {{"name", utf8(file.path)}, {"digest", digest(file.sha256)}, {"annotations", std::move(about)}};
}

bj::array dependencies(const Provenance& of) {
    bj::array out;
    bj::object plan{{"role", "plan"}};
    if (!of.plan_request.empty()) plan["request"] = of.plan_request;
    if (of.plan_edited) plan["editedByPerson"] = *of.plan_edited;
    out.push_back(bj::object{
        {"name", "aibuild.json"}, {"digest", digest(of.plan_sha256)}, {"annotations", std::move(plan)}});
    std::map<std::string, std::string> responses;
    for (const ReportFile& file : of.sources) {
        if (!file.sha256.empty()) out.push_back(dependency(file));
        if (!file.response.empty()) responses.emplace(file.response, file.response_sha256);
    }
    if (of.plan) responses.emplace(of.plan->path, of.plan->sha256);
    for (const auto& [path, hash] : responses) {
        out.push_back(bj::object{
            {"name", path}, {"digest", digest(hash)}, {"annotations", bj::object{{"role", "response"}}}});
    }
    return out;
}

}  // namespace

std::string provenance_words(const Provenance& of) {
    std::string out =
        fmt::format("{}\n  sha256  {}\n", shown(of.name), of.sha256.empty() ? "not there" : of.sha256);
    if (!of.what.empty()) {
        out += fmt::format("  made    {}", shown(of.what));
        if (!of.target.empty()) out += fmt::format(", of the target {}", shown(of.target));
        out += fmt::format(" ({}), by {}\n", of.configuration, counted(of.steps.size(), "step"));
        if (of.made) {
            out +=
                fmt::format("  when    {}, {}\n",
                            of.made->started_ms == 0 ? "unknown" : moment_text(of.made->finished_ms),
                            of.made->run == 0 ? "told by ninja's log" : fmt::format("run {}", of.made->run));
            if (!of.made->executor.empty()) out += fmt::format("  with    {}\n", shown(of.made->executor));
            if (!of.made->sandbox.empty()) out += fmt::format("  sandbox {}\n", shown(of.made->sandbox));
        }
        out += of.stale.empty() ? "  state   it is what its sources make\n"
                                : fmt::format("  state   stale: {}\n", shown(of.stale));
    }
    std::size_t width = 0;
    for (const ReportFile& file : of.sources) width = std::max(width, shown(file.path).size());
    out += of.what.empty() ? "  origin\n" : "  from\n";
    for (const ReportFile& file : of.sources)
        out += fmt::format("    {:<{}}  {}\n", shown(file.path), std::min<std::size_t>(width, 48),
                           shown(origin_words(file)));
    if (!of.outside.empty())
        out += fmt::format("    and {} of the system\n", counted(of.outside.size(), "file"));
    if (!of.plan_request.empty()) {
        out += fmt::format("  plan    by {}, request {}{}\n",
                           !of.plan                      ? "an unknown model"
                           : of.plan->model == "builtin" ? "the built-in planner"
                                                         : "model " + shown(of.plan->model),
                           of.plan_request.substr(0, 12),
                           of.plan_edited.value_or(false) ? ", edited by a person since" : "");
    } else {
        out += "  plan    a person's\n";
    }
    if (!of.request.empty()) out += fmt::format("  asked   {}\n", shown(of.request));
    for (const std::string& change : of.changes) out += fmt::format("  then    {}\n", shown(change));
    return out;
}

std::string provenance_json(const Provenance& of) {
    bj::array sources, steps, outside;
    for (const ReportFile& file : of.sources) sources.push_back(json_of(file));
    for (const std::string& step : of.steps) steps.push_back(bj::string(utf8(step)));
    for (const std::string& path : of.outside) outside.push_back(bj::string(utf8(path)));
    bj::value made, plan_response;
    if (of.made) {
        const auto time = [](std::int64_t ms) { return ms == 0 ? bj::value(nullptr) : bj::value(ms); };
        made = bj::object{{"run", of.made->run == 0 ? bj::value(nullptr) : bj::value(of.made->run)},
                          {"started_ms", time(of.made->started_ms)},
                          {"finished_ms", time(of.made->finished_ms)},
                          {"executor", known(of.made->executor)},
                          {"sandbox", known(of.made->sandbox)}};
    }
    if (of.plan) {
        plan_response =
            bj::object{{"path", of.plan->path}, {"sha256", of.plan->sha256}, {"model", utf8(of.plan->model)}};
    }
    return json::pretty(bj::object{
        {"schema", "aibuild.provenance/1"},
        {"name", utf8(of.name)},
        {"sha256", known(of.sha256)},
        {"project", utf8(of.project)},
        {"request", known(of.request)},
        {"changes", bj::array(of.changes.begin(), of.changes.end())},
        {"configuration", known(of.configuration)},
        {"target", known(of.target)},
        {"made_by", known(of.what)},
        {"made_in", std::move(made)},
        {"stale", known(of.stale)},
        {"steps", std::move(steps)},
        {"sources", std::move(sources)},
        {"outside", std::move(outside)},
        {"plan", bj::object{{"sha256", of.plan_sha256},
                            {"request", known(of.plan_request)},
                            {"edited", of.plan_edited ? bj::value(*of.plan_edited) : bj::value(nullptr)},
                            {"response", std::move(plan_response)}}}});
}

std::string in_toto(const Provenance& of) {
    if (of.what.empty()) {
        throw Error(Exit::usage, "report.artefact", of.name, "It is a source: nothing here built it.",
                    "Name what a step makes, as bin/NAME; --json has the provenance of a source.");
    }
    if (!of.stale.empty()) {
        throw Error(Exit::drift, "report.stale", of.name,
                    "It is not what its sources make: " + of.stale + ". A statement about it would be wrong.",
                    "Run ninja first.");
    }
    bj::object external{
        {"project", utf8(of.project)}, {"output", utf8(of.name)}, {"configuration", of.configuration}};
    if (!of.target.empty()) external["target"] = utf8(of.target);
    if (!of.request.empty()) external["description"] = utf8(of.request);
    bj::object definition{{"buildType", "urn:aibuild:ninja:1"}, {"externalParameters", std::move(external)}};
    bj::object details{{"builder", bj::object{{"id", "urn:aibuild:builder:local"}}}};
    // Of a run that nobody recorded neither its ninja nor its times are known to the second.
    if (of.made && of.made->run != 0) {
        bj::object internal{{"executor", utf8(of.made->executor)}};
        if (!of.made->sandbox.empty()) internal["sandbox"] = utf8(of.made->sandbox);
        definition["internalParameters"] = std::move(internal);
        bj::object metadata;
        if (of.made->started_ms != 0) {
            metadata["startedOn"] = timestamp(of.made->started_ms);
            metadata["finishedOn"] = timestamp(of.made->finished_ms);
        }
        details["metadata"] = std::move(metadata);
    }
    definition["resolvedDependencies"] = dependencies(of);
    return json::pretty(bj::object{
        {"_type", "https://in-toto.io/Statement/v1"},
        {"subject", bj::array{bj::object{{"name", utf8(of.name)}, {"digest", digest(of.sha256)}}}},
        {"predicateType", "https://slsa.dev/provenance/v1"},
        {"predicate",
         bj::object{{"buildDefinition", std::move(definition)}, {"runDetails", std::move(details)}}}});
}

}  // namespace aibuild
