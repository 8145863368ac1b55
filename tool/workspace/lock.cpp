#include "tool/workspace/lock.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "ninja-gen/error.h"
#include "ninja-gen/hash.h"
#include "ninja-gen/json.h"
#include "ninja-gen/names.h"
#include "tool/workspace/fields.h"

namespace aibuild {

namespace {

namespace bj = boost::json;

constexpr std::string_view restore = "Restore the file from version control, or let AIBuild write it anew.";

bool is_sha256(std::string_view text) {
    return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

std::string hash_in(Fields& fields, std::string_view name, const Fields::Fail& fail) {
    std::string text = fields.text_or_empty(name);
    if (!text.empty() && !is_sha256(text))
        fail(fields.pointer(name), fmt::format("`{}` must be a SHA-256.", name));
    return text;
}

std::optional<std::int64_t> tokens_in(Fields& fields, std::string_view name, const Fields::Fail& fail) {
    const std::optional<std::int64_t> count = fields.number(name);
    if (count && *count < 0) fail(fields.pointer(name), fmt::format("`{}` can't be negative.", name));
    return count;
}

std::map<std::string, std::string> read_map(Fields& fields, std::string_view name, const Fields::Fail& fail) {
    std::map<std::string, std::string> out;
    const bj::value* value = fields.find(name);
    if (value == nullptr) return out;
    if (!value->is_object()) fail(fields.pointer(name), "An object is needed here.");
    Fields members(*value, fields.pointer(name), fail);
    for (const auto& member : value->get_object()) out.emplace(member.key(), members.text(member.key()));
    return out;
}

bj::object write_map(const std::map<std::string, std::string>& map) {
    bj::object out;
    for (const auto& [key, value] : map) out.emplace(key, value);
    return out;
}

LockedFile read_file(const bj::value& value, const std::string& pointer, const Fields::Fail& fail) {
    Fields fields(value, pointer, fail);
    LockedFile file;
    fields.need("base");
    file.base = hash_in(fields, "base", fail);
    if (file.base.empty()) fail(fields.pointer("base"), "`base` must be a SHA-256.");
    file.origin = fields.text("origin");
    if (file.origin != "model" && file.origin != "emitter" && file.origin != "person") {
        fail(fields.pointer("origin"), "`origin` must be \"model\", \"emitter\" or \"person\".");
    }
    file.request = hash_in(fields, "request", fail);
    file.provider = fields.text_or_empty("provider");
    file.model = fields.text_or_empty("model");
    file.input_tokens = tokens_in(fields, "input_tokens", fail);
    file.output_tokens = tokens_in(fields, "output_tokens", fail);
    file.generated = hash_in(fields, "generated", fail);
    file.context = read_map(fields, "context", fail);
    file.asked = fields.text_or_empty("asked");
    file.because = fields.text_or_empty("because");
    file.change = fields.number("change").value_or(0);
    file.declared = hash_in(fields, "declared", fail);
    fields.done();
    return file;
}

bj::object write_file(const LockedFile& file) {
    bj::object out{{"base", file.base}, {"origin", file.origin}};
    if (!file.request.empty()) out.emplace("request", file.request);
    if (!file.provider.empty()) out.emplace("provider", file.provider);
    if (!file.model.empty()) out.emplace("model", file.model);
    if (file.input_tokens) out.emplace("input_tokens", *file.input_tokens);
    if (file.output_tokens) out.emplace("output_tokens", *file.output_tokens);
    if (!file.generated.empty()) out.emplace("generated", file.generated);
    if (!file.context.empty()) out.emplace("context", write_map(file.context));
    if (!file.asked.empty()) out.emplace("asked", file.asked);
    if (!file.because.empty()) out.emplace("because", file.because);
    if (file.change != 0) out.emplace("change", file.change);
    if (!file.declared.empty()) out.emplace("declared", file.declared);
    return out;
}

std::vector<std::string> read_list(Fields& fields, std::string_view name, const Fields::Fail& fail) {
    std::vector<std::string> out;
    const bj::value* value = fields.find(name);
    if (value == nullptr) return out;
    if (!value->is_array()) fail(fields.pointer(name), "A list is needed here.");
    for (const bj::value& element : value->get_array()) {
        if (!element.is_string()) fail(fields.pointer(name), "A list of texts is needed here.");
        out.emplace_back(element.get_string());
    }
    return out;
}

Planning read_planning(const bj::value& value, const Fields::Fail& fail) {
    Fields fields(value, "/planning", fail);
    Planning out;
    out.model = fields.text_or_empty("model");
    out.brief_request = hash_in(fields, "brief_request", fail);
    // Pairs in a flat list: the order of the questions matters, and two may be alike.
    const std::vector<std::string> flat = read_list(fields, "decisions", fail);
    if (flat.size() % 2 != 0) fail("/planning/decisions", "Each question needs its answer after it.");
    for (std::size_t n = 0; n < flat.size(); n += 2) out.decisions.emplace_back(flat[n], flat[n + 1]);
    out.surroundings = read_list(fields, "surroundings", fail);
    out.tools = read_map(fields, "tools", fail);
    out.packages = read_map(fields, "packages", fail);
    out.missing = read_list(fields, "missing", fail);
    out.max_output_tokens = tokens_in(fields, "max_output_tokens", fail).value_or(0);
    out.context_tokens = tokens_in(fields, "context_tokens", fail).value_or(0);
    fields.done();
    return out;
}

bj::object write_planning(const Planning& planning) {
    const auto list = [](const std::vector<std::string>& lines) {
        return bj::array(lines.begin(), lines.end());
    };
    bj::object out{{"model", planning.model}};
    if (!planning.brief_request.empty()) out.emplace("brief_request", planning.brief_request);
    if (!planning.decisions.empty()) {
        bj::array flat;
        for (const auto& [question, answer] : planning.decisions) {
            flat.emplace_back(question);
            flat.emplace_back(answer);
        }
        out.emplace("decisions", std::move(flat));
    }
    if (!planning.surroundings.empty()) out.emplace("surroundings", list(planning.surroundings));
    out.emplace("max_output_tokens", planning.max_output_tokens);
    out.emplace("context_tokens", planning.context_tokens);
    out.emplace("tools", write_map(planning.tools));
    out.emplace("packages", write_map(planning.packages));
    out.emplace("missing", list(planning.missing));
    return out;
}

LockedChange read_change(const bj::value& value, const std::string& pointer, const Fields::Fail& fail) {
    Fields fields(value, pointer, fail);
    LockedChange out;
    out.description = fields.text("description");
    out.request = hash_in(fields, "request", fail);
    out.plan_sha256 = hash_in(fields, "plan_sha256", fail);
    out.files = read_list(fields, "files", fail);
    out.provider = fields.text_or_empty("provider");
    out.model = fields.text_or_empty("model");
    out.input_tokens = tokens_in(fields, "input_tokens", fail);
    out.output_tokens = tokens_in(fields, "output_tokens", fail);
    fields.done();
    return out;
}

bj::object write_change(const LockedChange& change) {
    bj::object out{{"description", change.description},
                   {"request", change.request},
                   {"plan_sha256", change.plan_sha256},
                   {"files", bj::array(change.files.begin(), change.files.end())}};
    if (!change.provider.empty()) out.emplace("provider", change.provider);
    if (!change.model.empty()) out.emplace("model", change.model);
    if (change.input_tokens) out.emplace("input_tokens", *change.input_tokens);
    if (change.output_tokens) out.emplace("output_tokens", *change.output_tokens);
    return out;
}

// The oldest format that has all that stands in the lock.
int format_of(const Lock& lock) {
    const auto is_new = [](const auto& entry) {
        const LockedFile& file = entry.second;
        return file.origin == "person" || !file.generated.empty() || !file.context.empty() ||
               !file.asked.empty() || !file.because.empty() || file.change != 0;
    };
    const auto is_declared = [](const auto& entry) { return !entry.second.declared.empty(); };
    if (std::any_of(lock.files.begin(), lock.files.end(), is_declared)) return 3;
    return !lock.changes.empty() || std::any_of(lock.files.begin(), lock.files.end(), is_new) ? 2 : 1;
}

// Inside CMake's quotes these four begin something. `;` doesn't, and `\;` would stay two characters there;
// `@` does only where an old project set policy CMP0053 to OLD.
std::string quoted_argument(std::string_view text) {
    std::string out = "\"";
    for (char c : text) {
        if (c == '\\' || c == '"' || c == '$' || c == '@') out += '\\';
        out += c;
    }
    return out + '"';
}

bj::value parse(std::string_view text, std::string_view file) {
    try {
        return json::parse(text, file);
    } catch (const Error& error) {
        if (text.find("\n<<<<<<< ") != text.npos) {
            throw Error(
                Exit::usage, "lock.conflict", error.place(), "It has the markers of a merge conflict.",
                fmt::format("Keep the entries of both sides in \"files\"; in {} take either side, and run "
                            "`aibuild-gen generate`, which writes it anew.",
                            lock_index_file));
        }
        throw Error(Exit::usage, "lock.syntax", error.place(), error.why(), std::string(restore));
    }
}

}  // namespace

Lock read_lock(std::string_view text, std::string_view file) {
    const bj::value document = parse(text, file);
    const Fields::Fail fail = [&](const std::string& pointer, const std::string& why) {
        throw Error(Exit::usage, "lock.schema", json::place(file, text, pointer), why, std::string(restore));
    };
    Fields fields(document, "", fail);
    const std::optional<std::int64_t> format = fields.number("format");
    if (!format || *format < 1) fail("/format", "`format` must be the number of the file's format.");
    if (*format > lock_format) {
        throw Error(Exit::usage, "lock.newer", json::place(file, text, "/format"),
                    fmt::format("This lock has format {}, and this AIBuild knows formats up to {}.", *format,
                                lock_format),
                    "Use the AIBuild that wrote it, or a newer one. Nothing was changed.");
    }
    Lock lock;
    lock.description = fields.text_or_empty("description");
    lock.plan_request = hash_in(fields, "plan_request", fail);
    lock.plan_sha256 = hash_in(fields, "plan_sha256", fail);
    if (const bj::value* planning = fields.find("planning")) lock.planning = read_planning(*planning, fail);
    const bj::value& files = fields.need("files");
    if (!files.is_object()) fail("/files", "An object is needed here.");
    for (const auto& member : files.get_object()) {
        const std::string pointer = "/files/" + pointer_token(member.key());
        if (const auto problem = path_problem(member.key())) fail(pointer, *problem);
        lock.files.emplace(member.key(), read_file(member.value(), pointer, fail));
    }
    lock.toolchain = read_map(fields, "toolchain", fail);
    lock.packages = read_map(fields, "packages", fail);
    if (const bj::value* changes = fields.find("changes")) {
        if (!changes->is_array()) fail("/changes", "A list is needed here.");
        for (const bj::value& change : changes->get_array())
            lock.changes.push_back(
                read_change(change, fmt::format("/changes/{}", lock.changes.size()), fail));
    }
    for (const auto& [path, entry] : lock.files) {
        const bool there = entry.change >= 0 && entry.change <= std::ssize(lock.changes);
        if (!there) fail("/files/" + pointer_token(path) + "/change", "There is no such change.");
    }
    fields.done();
    return lock;
}

std::string write_lock(const Lock& lock) {
    bj::object out{{"format", format_of(lock)}};
    if (!lock.description.empty()) out.emplace("description", lock.description);
    if (!lock.plan_request.empty()) out.emplace("plan_request", lock.plan_request);
    if (!lock.plan_sha256.empty()) out.emplace("plan_sha256", lock.plan_sha256);
    if (lock.planning) out.emplace("planning", write_planning(*lock.planning));
    bj::object files;
    for (const auto& [path, file] : lock.files) files.emplace(path, write_file(file));
    out.emplace("files", std::move(files));
    out.emplace("toolchain", write_map(lock.toolchain));
    out.emplace("packages", write_map(lock.packages));
    if (!lock.changes.empty()) {
        bj::array changes;
        for (const LockedChange& change : lock.changes) changes.push_back(write_change(change));
        out.emplace("changes", std::move(changes));
    }
    return json::pretty(out);
}

std::string write_lock_index(const Lock& lock, std::string_view lock_text) {
    const auto property = [](std::string_view name, std::string_view value) {
        return fmt::format("set_property(GLOBAL PROPERTY {} {})\n", name, quoted_argument(value));
    };
    std::string out =
        fmt::format("# The index of {} for CMake, written with it by AIBuild. Not for editing.\n", lock_file);
    out += property("AIBUILD_LOCK_FORMAT", std::to_string(format_of(lock)));
    out += property("AIBUILD_LOCK_SHA256", sha256(lock_text));
    out += property("AIBUILD_LOCK_PLAN_SHA256", lock.plan_sha256);
    for (const auto& [path, file] : lock.files) {
        const std::string name = "\"${AIBUILD_LOCK}" + quoted_argument(path).substr(1);
        if (file.origin == "person")
            out += property(name, "person");
        else if (file.declared.empty())
            out += property(name, file.base);
        else
            out += fmt::format("set_property(GLOBAL PROPERTY {} {} {})\n", name, quoted_argument(file.base),
                               quoted_argument(file.declared));
    }
    return out;
}

}  // namespace aibuild
