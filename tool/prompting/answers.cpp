#include "tool/prompting/answers.h"

#include <fmt/format.h>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <unordered_set>

#include "ninja-gen/error.h"
#include "ninja-gen/json.h"
#include "ninja-gen/names.h"
#include "tool/workspace/root.h"

namespace aibuild {

namespace {

namespace bj = boost::json;

constexpr std::string_view ask_again =
    "Run the same command again with another model or a clearer description; nothing was written.";

void must_be_whole(const Response& response, std::string_view subject) {
    switch (response.outcome) {
        case Outcome::complete:
            return;
        case Outcome::incomplete:
            throw Error(Exit::provider, "answer.incomplete", std::string(subject),
                        "The answer ended before it was complete; half a file is no file.",
                        "Run the same command again: what was answered so far is kept.");
        case Outcome::cut:
            throw Error(Exit::provider, "answer.cut", std::string(subject),
                        "A limit of length ended the answer before it was complete; half a file is no file.",
                        "Allow more output (--max-output-tokens), or use a model with a larger limit.");
        case Outcome::refused:
            throw Error(Exit::rejected, "answer.refused", std::string(subject),
                        "The model declined: " + response.text,
                        "Change the description, or use another model.");
        case Outcome::filtered:
            throw Error(Exit::rejected, "answer.filtered", std::string(subject),
                        "The server's content filter took the answer.",
                        "Change the description, or use another server.");
    }
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blank = " \t\r\n";
    const std::size_t begin = text.find_first_not_of(blank);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(blank) - begin + 1);
}

// Takes off what models put around an answer: a byte order mark, one leading <think> block.
std::string_view unframed(std::string_view text, Repairs& repairs) {
    if (text.starts_with("\xef\xbb\xbf")) {
        text.remove_prefix(3);
        repairs.emplace_back("a byte order mark");
    }
    const std::string_view bare = trimmed(text);
    if (bare.starts_with("<think>")) {
        if (const std::size_t end = bare.find("</think>"); end != std::string_view::npos) {
            repairs.emplace_back("a <think> block");
            return trimmed(bare.substr(end + 8));
        }
    }
    return text;
}

// The body of the one fence that is all of `text`; `text` where it is no fence.
std::string_view unfenced(std::string_view text, Repairs& repairs) {
    const std::string_view bare = trimmed(text);
    if (!bare.starts_with("```")) return text;
    const std::size_t ticks = std::min(bare.find_first_not_of('`'), bare.size());
    const std::size_t line = bare.find('\n');
    const std::string closing = "\n" + std::string(ticks, '`');
    if (line == std::string_view::npos || !bare.ends_with(closing) || bare.size() < line + closing.size())
        return text;
    const std::string_view body = bare.substr(line + 1, bare.size() - line - closing.size());
    // A second fence inside would mean that there are several, and the whole is none of them.
    if (("\n" + std::string(body)).find(closing) != std::string::npos) return text;
    repairs.emplace_back("a Markdown fence");
    return body;
}

// A strict schema has every key required and null for "none"; a plan leaves such keys out.
bj::value without_nulls(const bj::value& value) {
    if (const auto* object = value.if_object()) {
        bj::object out;
        for (const auto& member : *object) {
            if (!member.value().is_null()) out.emplace(member.key(), without_nulls(member.value()));
        }
        return out;
    }
    if (const auto* array = value.if_array()) {
        bj::array out;
        for (const bj::value& element : *array) out.push_back(without_nulls(element));
        return out;
    }
    return value;
}

void paths_allowed(const Plan& plan) {
    const auto check = [](const std::string& path, const std::string& place) {
        auto problem = proposed_path_problem(path);
        if (!problem) problem = protected_problem(path);
        if (problem)
            throw Error(Exit::rejected, "answer.path", place,
                        fmt::format("The model's plan has {}. {}", path, *problem), std::string(ask_again));
    };
    for (const Target& target : plan.targets) {
        const auto lists = {&target.sources, &target.headers, &target.include_directories, &target.data};
        for (const auto* list : lists) {
            for (const std::string& path : *list) check(path, "target " + target.name);
        }
    }
    for (const PlannedStep& step : plan.steps) {
        for (const auto* list : {&step.inputs, &step.outputs}) {
            for (const std::string& path : *list) check(path, "step " + step.name);
        }
    }
    for (const PlannedFile& file : plan.files) check(file.path, "files");
}

void files_complete(const Plan& plan) {
    std::unordered_set<std::string_view> planned;
    for (const PlannedFile& file : plan.files) planned.insert(file.path);
    const auto check = [&](const std::vector<std::string>& paths, const std::string& place) {
        for (const std::string& path : paths) {
            if (planned.contains(path) || step_of(plan, path)) continue;
            throw Error(Exit::rejected, "answer.files", place,
                        fmt::format("The model's plan needs {} and does not list it among its files.", path),
                        std::string(ask_again));
        }
    };
    for (const Target& target : plan.targets) {
        for (const auto* list : {&target.sources, &target.headers, &target.data})
            check(*list, "target " + target.name);
    }
    for (const PlannedStep& step : plan.steps) check(step.inputs, "step " + step.name);
}

}  // namespace

std::string text_problem(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte == 0) return "It holds a NUL byte.";
        if (byte < 0x20 && byte != '\n' && byte != '\t' && byte != '\r' && byte != '\f')
            return fmt::format("It holds the control character {:#04x}.", byte);
        const std::size_t length = byte < 0x80                    ? 1
                                   : byte >= 0xc2 && byte <= 0xdf ? 2
                                   : (byte & 0xf0U) == 0xe0       ? 3
                                   : byte >= 0xf0 && byte <= 0xf4 ? 4
                                                                  : 0;
        if (length == 0 || i + length > text.size()) return "It is not UTF-8.";
        unsigned point = length == 1 ? byte : byte & (0xffU >> (length + 1));
        for (std::size_t k = 1; k < length; ++k) {
            const auto next = static_cast<unsigned char>(text[i + k]);
            if ((next & 0xc0U) != 0x80) return "It is not UTF-8.";
            point = (point << 6U) | (next & 0x3fU);
        }
        const bool overlong = (length == 3 && point < 0x800) || (length == 4 && point < 0x10000);
        if (overlong || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return "It is not UTF-8.";
        const bool bidirectional =
            (point >= 0x202a && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069);
        if (bidirectional)
            return fmt::format(
                "It holds the bidirectional override U+{:04X}, which shows text in another order than it is "
                "compiled in.",
                point);
        i += length;
    }
    return {};
}

PlanAnswer plan_answer(const Response& response) {
    must_be_whole(response, "plan");
    PlanAnswer out;
    const std::string_view text = trimmed(unfenced(unframed(response.text, out.repairs), out.repairs));
    constexpr std::string_view name = "the model's plan";
    bj::value document;
    try {
        document = without_nulls(json::parse(text, name));
    } catch (const Error& error) {
        throw Error(Exit::rejected, "answer.json", error.place(), error.why(), std::string(ask_again));
    }
    try {
        // Read from its canonical text, so that lines in messages are those of what is shown.
        out.plan = read_plan(json::pretty(document), name);
    } catch (const Error& error) {
        throw Error(Exit::rejected, "answer.plan", error.place(),
                    fmt::format("{} ({})", error.why(), error.rule()), std::string(ask_again));
    }
    paths_allowed(out.plan);
    files_complete(out.plan);
    out.text = write_plan(out.plan);
    return out;
}

FileAnswer file_answer(const Response& response, std::string_view path) {
    must_be_whole(response, path);
    FileAnswer out;
    std::string_view text = unframed(response.text, out.repairs);
    if (!path.ends_with(".md")) text = unfenced(text, out.repairs);
    const auto reject = [&](std::string rule, std::string why) {
        throw Error(Exit::rejected, std::move(rule), std::string(path), std::move(why),
                    std::string(ask_again));
    };
    if (const std::string problem = text_problem(text); !problem.empty()) reject("answer.text", problem);
    // A data file may be empty on purpose, and so may Python's package marker.
    const bool may_be_empty = path.ends_with("__init__.py") || path.ends_with(".txt");
    if (trimmed(text).empty() && !may_be_empty) reject("answer.empty", "The answer has no text.");
    if (trimmed(text).starts_with("<think>"))
        reject("answer.think", "The answer begins with a <think> block that has no end.");
    // Of no language but Markdown is a fence the last line.
    if (!path.ends_with(".md") && (trimmed(text).starts_with("```") || trimmed(text).ends_with("\n```")))
        reject(
            "answer.fence",
            "The answer is Markdown with text around a block, or with several: it is not clear what of it is "
            "the file.");
    out.text = text;
    if (!out.text.empty() && out.text.back() != '\n') out.text += '\n';
    return out;
}

}  // namespace aibuild
