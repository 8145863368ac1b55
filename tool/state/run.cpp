#include "tool/state/run.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <charconv>

#include "tool/state/document.h"
#include "tool/workspace/beneath.h"
#include "tool/workspace/fields.h"
#include "tool/workspace/root.h"

namespace aibuild {

namespace {

namespace bj = boost::json;
namespace fs = std::filesystem;

const std::string folder = ".aibuild/runs";

std::string path_of(std::int64_t id) {
    return fmt::format("{}/{}.json", folder, id);
}

// The ids of the runs that are there, in their order.
std::vector<std::int64_t> ids_in(const Root& root) {
    std::vector<std::int64_t> out;
    if (root.find(folder) == Found::nothing) return out;
    const Fd directory = beneath::open(root.descriptor(), folder, O_RDONLY | O_DIRECTORY);
    if (!directory) beneath::fail(root.descriptor(), folder, "read", errno);
    for (const std::string& name : beneath::list(directory.get(), folder)) {
        std::int64_t id = 0;
        const char* const end = name.data() + name.size();
        const auto [rest, error] = std::from_chars(name.data(), end, id);
        if (error == std::errc() && id > 0 && std::string_view(rest, end) == ".json") out.push_back(id);
    }
    std::sort(out.begin(), out.end());
    return out;
}

// One list of objects, a line each.
template <class Each, class Write>
void write_lines(std::string& out, std::string_view name, const std::vector<Each>& list, const Write& write) {
    if (list.empty()) return;
    out += fmt::format(",\n  \"{}\": [", name);
    std::string_view between = "\n    ";
    for (const Each& each : list) {
        out += between;
        between = ",\n    ";
        LineObject line(out);
        write(line, each);
    }
    out += "\n  ]";
}

std::string text_of(const BuildRun& run) {
    std::string out = fmt::format("{{\n  \"format\": {},\n  \"run\": ", run_format);
    {
        LineObject line(out);
        line.number("id", run.id);
        line.number("started_ms", run.started_ms);
        line.number("duration_ms", run.duration_ms);
        line.text("executor", run.executor);
        line.text("configuration", run.configuration);
        line.text("sandbox", run.sandbox);
        line.texts("targets", run.targets);
        line.number("jobs", run.jobs);
        line.number("exit_code", run.exit_code);
        line.number("up_to_date", static_cast<std::int64_t>(run.up_to_date));
        if (run.tests_passed) line.number("tests_passed", *run.tests_passed);
        if (run.tests_failed) line.number("tests_failed", *run.tests_failed);
    }
    write_lines(out, "changes", run.changes, [](LineObject& line, const Change& change) {
        line.text("path", change.path);
        if (!change.before.empty()) line.text("before", change.before);
        if (!change.after.empty()) line.text("after", change.after);
    });
    write_lines(out, "steps", run.steps, [](LineObject& line, const RunStep& step) {
        line.text("output", step.output);
        line.text("state", name_of(step.state));
        if (!step.reason.empty()) line.text("reason", step.reason);
        line.number("start_ms", step.start_ms);
        line.number("end_ms", step.end_ms);
        if (step.exit_code != 0) line.number("exit_code", step.exit_code);
        if (!step.output_text.empty()) line.text("output_text", step.output_text);
    });
    return out += "\n}\n";
}

// Calls `read` for each object of a list that may be missing.
template <class Read>
void read_list(Fields& fields, std::string_view name, const Fields::Fail& fail, const Read& read) {
    const bj::value* list = fields.find(name);
    if (list == nullptr) return;
    if (!list->is_array()) fail(fields.pointer(name), fmt::format("`{}` must be a list.", name));
    std::size_t n = 0;
    for (const bj::value& value : list->get_array()) {
        Fields each(value, fmt::format("{}/{}", fields.pointer(name), n++), fail);
        read(each);
        each.done();
    }
}

BuildRun read_text(std::string_view text, std::string_view file) {
    const Fields::Fail fail = syntax_error(text, file);
    const bj::value document = parse_document(text, file, fail);
    Fields fields(document, "", fail);
    check_format(fields, file, run_format, fail);
    BuildRun run;
    Fields head(fields.need("run"), "/run", fail);
    const auto count = [&](Fields& of, std::string_view name) {
        const std::int64_t out = of.number(name).value_or(0);
        if (out < 0) fail(of.pointer(name), fmt::format("`{}` must not be negative.", name));
        return out;
    };
    run.id = count(head, "id");
    run.started_ms = head.number("started_ms").value_or(0);
    run.duration_ms = count(head, "duration_ms");
    run.executor = head.text("executor");
    run.configuration = head.text("configuration");
    run.sandbox = head.text("sandbox");
    run.targets = head.texts_or_none("targets");
    run.jobs = static_cast<int>(count(head, "jobs"));
    run.exit_code = static_cast<int>(head.number("exit_code").value_or(0));
    run.up_to_date = static_cast<std::size_t>(count(head, "up_to_date"));
    run.tests_passed = head.number("tests_passed");
    run.tests_failed = head.number("tests_failed");
    head.done();
    read_list(fields, "changes", fail, [&](Fields& change) {
        run.changes.push_back(
            {change.text("path"), change.text_or_empty("before"), change.text_or_empty("after")});
    });
    read_list(fields, "steps", fail, [&](Fields& step) {
        RunStep out;
        out.output = step.text("output");
        out.state = read_task_state(step, fail);
        out.reason = step.text_or_empty("reason");
        out.start_ms = count(step, "start_ms");
        out.end_ms = count(step, "end_ms");
        out.exit_code = static_cast<int>(step.number("exit_code").value_or(0));
        out.output_text = step.text_or_empty("output_text");
        run.steps.push_back(std::move(out));
    });
    fields.done();
    return run;
}

std::optional<BuildRun> read_one(const Root& root, std::int64_t id) {
    const auto text = root.read(path_of(id));
    // An empty one is what a power cut leaves of a write that did not wait for the disk.
    if (!text || text->empty()) return std::nullopt;
    return read_text(*text, (root.path() / path_of(id)).string());
}

}  // namespace

std::int64_t keep_run(const fs::path& build, BuildRun run) {
    const Root root(build);
    std::vector<std::int64_t> ids = ids_in(root);
    run.id = ids.empty() ? 1 : ids.back() + 1;
    root.write(path_of(run.id), text_of(run), 0644, Sync::no);
    ids.push_back(run.id);
    for (std::size_t n = 0; n + runs_kept < ids.size(); ++n) root.remove(path_of(ids[n]));
    return run.id;
}

std::vector<BuildRun> read_runs(const fs::path& build) {
    std::vector<BuildRun> out;
    const std::optional<Root> root = root_if_there(build);
    if (!root) return out;
    for (const std::int64_t id : ids_in(*root)) {
        if (auto run = read_one(*root, id)) out.push_back(*std::move(run));
    }
    return out;
}

std::optional<BuildRun> read_run(const fs::path& build, std::int64_t id) {
    const std::optional<Root> root = root_if_there(build);
    return root ? read_one(*root, id) : std::nullopt;
}

}  // namespace aibuild
