#include "tool/prompting/structure.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>

#include "ninja-gen/error.h"
#include "ninja-gen/json.h"
#include "tool/inference/failure.h"
#include "tool/prompting/lenient_json.h"

namespace aibuild {

namespace {

namespace bj = boost::json;

constexpr std::size_t max_bytes = 4U << 20U;
constexpr std::size_t max_values = 100'000;
constexpr std::int64_t max_exact = std::int64_t(1) << 53U;
constexpr std::string_view blank = " \t\r\n";

// `text` without the character that it ends in the middle of, if it does.
std::string_view whole_characters(std::string_view text) {
    for (std::size_t back = 1; back <= 3 && back <= text.size(); ++back) {
        const auto byte = static_cast<unsigned char>(text[text.size() - back]);
        if ((byte & 0xc0U) == 0x80U) continue;
        const std::size_t length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc2 ? 2 : 1;
        return length > back ? text.substr(0, text.size() - back) : text;
    }
    return text;
}

void must_be_text(const AnswerText& answer) {
    if (text_problem(answer.text).empty()) return;
    for (std::size_t at = 0; at < answer.text.size();) {
        const std::size_t end = std::min(answer.text.find('\n', at), answer.text.size());
        if (const std::string problem = text_problem(answer.text.substr(at, end - at)); !problem.empty())
            reject("answer.text", answer.place(at), problem);
        at = end + 1;
    }
}

// Strict JSON; nothing where the syntax is not JSON's.
std::optional<bj::value> strict(std::string_view text, const AnswerText& answer) {
    try {
        return json::parse(text, answer.name);
    } catch (const Error& error) {
        if (error.rule() == "json.syntax") return std::nullopt;
        // json.duplicate, json.number, json.depth
        reject("answer" + error.rule().substr(4), error.place(), error.why());
    }
}

// Without the backticks that open a fence, and the word behind them; empty where no more is inside.
std::string_view behind_fence_line(std::string_view text) {
    if (!text.starts_with("```")) return text;
    const std::size_t line = std::min(text.find_first_of("\n{["), text.size());
    const std::string_view body = trimmed(text.substr(line));
    return body.find_first_not_of('`') == std::string_view::npos ? std::string_view() : body;
}

// Whether an object can begin with what follows its brace at `at`. Generous, because what is taken for prose
// here is not looked at again: `{HOME}` and `{ return 0; }` are none, while `{'a': 1}` and `{a: 1}` are meant
// as objects, however wrong.
bool object_begins(std::string_view text, std::size_t at) {
    at = text.find_first_not_of(blank, at);
    if (at == std::string_view::npos || typographic_quote(text, at) > 0) return true;
    if (std::string_view("\"'}\\/#").find(text[at]) != std::string_view::npos) return true;
    const auto is_name = [](char c) {
        return c == '_' || c == '-' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               (c >= '0' && c <= '9');
    };
    const std::size_t name = at;
    while (at < text.size() && is_name(text[at])) ++at;
    if (at == name) return false;
    at = text.find_first_not_of(blank, at);
    return at != std::string_view::npos && text[at] == ':';
}

// Whether an array can begin: `[1]`, `[ ]` and `[a link]` are prose.
bool array_begins(std::string_view text, std::size_t at) {
    at = text.find_first_not_of(blank, at);
    if (at == std::string_view::npos) return false;
    if (std::string_view("{[\"'").find(text[at]) != std::string_view::npos || typographic_quote(text, at) > 0)
        return true;
    const std::size_t end = text.find_first_not_of("+-.0123456789eE", at);
    if (end == at || end == std::string_view::npos) return false;
    at = text.find_first_not_of(blank, end);
    return at != std::string_view::npos && text[at] == ',';
}

struct Start {
    std::size_t at = std::string_view::npos;
    bool inside = false;  // of brackets that were taken for prose
};

// Where the next object or array begins, from `at` on.
Start next_start(std::string_view text, std::size_t at) {
    std::size_t open = 0;
    for (; (at = text.find_first_of("{}[]", at)) != std::string_view::npos; ++at) {
        const bool begins = (text[at] == '{' && object_begins(text, at + 1)) ||
                            (text[at] == '[' && array_begins(text, at + 1));
        if (begins) return {at, open > 0};
        if (text[at] == '{' || text[at] == '[') {
            ++open;
        } else if (open > 0) {
            --open;
        }
    }
    return {};
}

Start first_start(const AnswerText& answer, std::string_view body) {
    const auto begin = static_cast<std::size_t>(body.data() - answer.text.data());
    if (body.starts_with('{')) return {begin, false};
    return next_start(answer.text, begin);
}

// `before` and `after` are what stands around the value.
void note_framing(std::string_view before, std::string_view after, Repairs& repairs) {
    before = trimmed(before);
    after = trimmed(after);
    if (before.empty() && after.empty()) return;
    const bool opened =
        before.empty() || (before.starts_with("```") && before.find('\n') == std::string_view::npos);
    const bool closed = after.find_first_not_of('`') == std::string_view::npos;
    repairs.emplace_back(opened && closed ? "a Markdown fence" : "text around the JSON");
}

// The one value in a text that is more than JSON, as JSON.
bj::value only_value(const AnswerText& answer, std::string_view unframed_text, Repairs& repairs) {
    const std::string_view body = behind_fence_line(unframed_text);
    if (body.empty())
        reject("answer.empty", answer.place(0), "The answer is a Markdown fence with nothing inside.");
    const Start start = first_start(answer, body);
    if (start.at == std::string_view::npos)
        reject("answer.prose", answer.place(0),
               fmt::format("The answer is prose and holds no JSON object. It reads: {}", one_line(body)));
    if (start.inside)
        reject("answer.json", answer.place(start.at),
               "The JSON stands inside of brackets that are not JSON: it is not clear what it is a part of.");
    LenientJson read = read_lenient(answer, start.at);
    if (const Start second = next_start(answer.text, read.end); second.at != std::string_view::npos)
        reject(
            "answer.ambiguous", answer.place(second.at),
            "A second JSON object or array begins here, and it is not clear which one is meant. Answer with "
            "one object.");
    const std::string_view after = trimmed(answer.text.substr(read.end));
    if (!after.empty() && std::string_view("}]),:\"'\\").find(after.front()) != std::string_view::npos)
        reject("answer.json", answer.place(static_cast<std::size_t>(after.data() - answer.text.data())),
               fmt::format(
                   "Found {} behind the end of the object: a bracket is too many, or the object is a part of "
                   "something else.",
                   after.front()));
    const auto begin = static_cast<std::size_t>(unframed_text.data() - answer.text.data());
    note_framing(answer.text.substr(begin, start.at - begin), after, repairs);
    std::ranges::move(read.repairs, std::back_inserter(repairs));
    try {
        return json::parse(read.text, answer.name);
    } catch (const Error& error) {
        const bool syntax = error.rule() == "json.syntax";
        reject(syntax ? "answer.json" : "answer" + error.rule().substr(4), error.place(), error.why());
    }
}

// Whether every reader takes the same number from it: a double can stand for 2^53 and the one that follows.
bool is_exact(const bj::value& value) {
    if (const auto* number = value.if_double()) return std::abs(*number) < static_cast<double>(max_exact);
    if (const auto* number = value.if_int64()) return *number <= max_exact && *number >= -max_exact;
    return !value.is_uint64();
}

struct Counted {
    std::size_t values = 0;
    std::optional<std::string> inexact;  // the pointer to the first number beyond 2^53
};

void count(const bj::value& value, Counted& counted) {
    ++counted.values;
    const auto inside = [&](const bj::value& inner, const auto& token) {
        const bool before = counted.inexact.has_value();
        count(inner, counted);
        if (!before && counted.inexact) counted.inexact = token() + *counted.inexact;
    };
    if (const auto* object = value.if_object()) {
        for (const auto& member : *object)
            inside(member.value(), [&] { return json::pointer_token(member.key()); });
    } else if (const auto* array = value.if_array()) {
        for (std::size_t n = 0; n < array->size(); ++n)
            inside((*array)[n], [&] { return "/" + std::to_string(n); });
    } else if (!counted.inexact && !is_exact(value)) {
        counted.inexact = "";
    }
}

void must_be_object(const bj::value& value, const AnswerText& answer) {
    if (value.is_object()) return;
    const auto* string = value.if_string();
    if (string != nullptr && string->find('{') != bj::string::npos)
        reject("answer.json", answer.place(0),
               "The answer is JSON inside of a JSON string. Write the object as it is, not encoded twice.");
    reject("answer.json", answer.place(0),
           fmt::format("The answer is {}, and one JSON object is wanted.",
                       value.is_array()    ? "a JSON array"
                       : value.is_string() ? "a JSON string"
                       : value.is_number() ? "a number"
                                           : "a JSON literal"));
}

// A model that repeats what it was told instead of doing it.
bool is_schema(const bj::object& object) {
    const auto* type = object.if_contains("type");
    const auto* properties = object.if_contains("properties");
    const bool typed = type != nullptr && type->is_string() && type->get_string() == "object";
    // An object may name its schema, as aibuild.json does; only a schema names the grammar of schemas.
    const bj::value* grammar = object.if_contains("$schema");
    const bool of_schemas = grammar != nullptr && grammar->is_string() &&
                            grammar->get_string().find("json-schema.org") != bj::string::npos;
    return of_schemas || (typed && properties != nullptr && properties->is_object());
}

}  // namespace

StructureAnswer structure_of(const Response& response, std::string_view subject) {
    must_be_whole(response, subject);
    return structure_in(response.text, subject);
}

StructureAnswer structure_in(std::string_view text, std::string_view subject) {
    const AnswerText answer{whole_characters(text), fmt::format("the model's {}", subject)};
    if (text.size() > max_bytes)
        reject("answer.size", answer.name,
               fmt::format("The answer has {} bytes; it may have {}.", text.size(), max_bytes));
    must_be_text(answer);

    StructureAnswer out;
    const std::string_view bare = trimmed(unframed(answer.text, out.repairs));
    if (bare.empty()) reject("answer.empty", answer.name, "The answer has no text.");
    thought_must_end(bare, answer.name);

    // Blank lines in place of what was taken off, so that lines keep their numbers.
    const std::string_view off =
        answer.text.substr(0, static_cast<std::size_t>(bare.data() - answer.text.data()));
    std::string counted_lines(static_cast<std::size_t>(std::count(off.begin(), off.end(), '\n')), '\n');
    if (auto value = strict(counted_lines.append(bare), answer)) {
        out.value = std::move(*value);
    } else {
        out.value = only_value(answer, bare, out.repairs);
    }
    if (answer.text.size() != text.size())
        reject("answer.incomplete", answer.place(answer.text.size()),
               "The answer ends inside of a character.");

    must_be_object(out.value, answer);
    Counted counted;
    count(out.value, counted);
    if (counted.values > max_values)
        reject("answer.size", answer.name,
               fmt::format("The answer has {} values; it may have {}.", counted.values, max_values));
    if (counted.inexact)
        reject("answer.number", fmt::format("{} ({})", answer.name, *counted.inexact),
               "The number is beyond 9007199254740992 (2^53), where readers disagree about its value.");
    if (is_schema(out.value.get_object()))
        reject("answer.schema", answer.name,
               "The answer is the JSON Schema itself, not an object that follows it.");
    return out;
}

}  // namespace aibuild
