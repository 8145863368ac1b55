#include "tool/engine/plan_diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <set>

namespace aibuild {

namespace {

namespace bj = boost::json;

constexpr std::size_t short_text = 40;

std::string word(const bj::value& value) {
    return value.is_string() ? std::string(value.get_string()) : bj::serialize(value);
}

// Long texts by what differs of them, a line for each side. The words before and behind it say where it is.
constexpr std::size_t around = 30, most_of_side = 400;

bool inside_character(std::string_view text, std::size_t at) {
    return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0U) == 0x80U;
}

// Where what is shown begins, and where it ends: at a word, unless one goes on for long.
std::size_t begin_before(std::string_view text, std::size_t at) {
    if (at <= around) return 0;
    std::size_t out = at - around;
    if (const std::size_t space = text.find(' ', out - 1); space < at) return space + 1;
    while (inside_character(text, out)) --out;
    return out;
}

std::size_t end_behind(std::string_view text, std::size_t at) {
    if (at + around >= text.size()) return text.size();
    std::size_t out = at + around;
    if (const std::size_t space = text.rfind(' ', out); space != text.npos && space >= at) return space;
    while (inside_character(text, out)) ++out;
    return out;
}

std::string side(char sign, std::string_view text, std::size_t from, std::size_t to) {
    std::string out = text.empty() ? "(none)" : std::string(text.substr(from, to - from));
    std::replace(out.begin(), out.end(), '\n', ' ');
    if (out.size() > most_of_side) {
        std::size_t end = most_of_side;
        while (inside_character(out, end)) --end;
        out = out.substr(0, end) + " \u2026";
    }
    return fmt::format("    {} {}{}{}", sign, from > 0 ? "\u2026 " : "", out,
                       to < text.size() ? " \u2026" : "");
}

void add_sides(std::string_view before, std::string_view after, std::vector<std::string>& out) {
    const std::size_t shorter = std::min(before.size(), after.size());
    std::size_t begin = 0, end = 0;
    while (begin < shorter && before[begin] == after[begin]) ++begin;
    while (end < shorter - begin && before[before.size() - 1 - end] == after[after.size() - 1 - end]) ++end;
    const std::size_t from = begin_before(before, begin);
    out.push_back(side('-', before, from, end_behind(before, before.size() - end)));
    out.push_back(side('+', after, from, end_behind(after, after.size() - end)));
}

// "version 0.1.0 -> 0.2.0", "sources +a.c -b.c"; where its text is long, the member's name, and both sides.
std::string changed(std::string_view member, const bj::value* before, const bj::value* after,
                    std::vector<std::string>& sides) {
    const auto is_list = [](const bj::value* value) { return value == nullptr || value->is_array(); };
    if (is_list(before) && is_list(after)) {
        std::string out(member);
        const auto add = [&](char sign, const bj::value* of, const bj::value* other) {
            if (of == nullptr) return;
            for (const bj::value& each : of->get_array()) {
                const bool there = other != nullptr &&
                                   std::count(other->get_array().begin(), other->get_array().end(), each) > 0;
                if (!there) out += fmt::format(" {}{}", sign, word(each));
            }
        };
        add('+', after, before);
        add('-', before, after);
        return out == member ? out + " in another order" : out;
    }
    const std::string old = before != nullptr ? word(*before) : "";
    const std::string now = after != nullptr ? word(*after) : "";
    if (old.size() > short_text || now.size() > short_text) {
        add_sides(old, now, sides);
        return std::string(member);
    }
    return fmt::format("{} {} -> {}", member, old.empty() ? "(none)" : old, now.empty() ? "(none)" : now);
}

// "~ target counter: " and what is different, with the sides of long texts below.
void add_differences(const std::string& title, const bj::object& before, const bj::object& after,
                     std::vector<std::string>& lines) {
    std::string out;
    std::vector<std::string> sides;
    std::set<std::string_view> members;
    for (const auto* object : {&before, &after}) {
        for (const auto& member : *object) members.insert(member.key());
    }
    for (const std::string_view member : members) {
        const bj::value* old = before.if_contains(member);
        const bj::value* now = after.if_contains(member);
        if (old != nullptr && now != nullptr && *old == *now) continue;
        out += fmt::format("{}{}", out.empty() ? "" : "; ", changed(member, old, now, sides));
    }
    lines.push_back(fmt::format("~ {}: {}", title, out));
    lines.insert(lines.end(), sides.begin(), sides.end());
}

std::string introduced(std::string_view kind, const bj::object& entry) {
    if (kind == "target")
        return fmt::format(": {} in {}", word(entry.at("kind")), word(entry.at("language")));
    if (kind == "file") return fmt::format(": {}", word(entry.at("purpose")));
    if (kind == "step") {
        std::string out = ": runs";
        for (const bj::value& each : entry.at("command").as_array()) out += ' ' + word(each);
        return out;
    }
    return {};
}

void compare(std::string_view kind, std::string_view list, std::string_view name, const bj::object& before,
             const bj::object& after, std::vector<std::string>& out) {
    const auto entries = [&](const bj::object& plan) {
        const bj::value* found = plan.if_contains(list);
        return found != nullptr ? found->as_array() : bj::array();
    };
    const auto named = [&](const bj::array& of, const bj::value& wanted) -> const bj::object* {
        for (const bj::value& each : of) {
            if (each.as_object().at(name) == wanted) return &each.as_object();
        }
        return nullptr;
    };
    const bj::array old = entries(before), now = entries(after);
    for (const bj::value& each : now) {
        const bj::object& entry = each.as_object();
        const bj::object* was = named(old, entry.at(name));
        const std::string title = fmt::format("{} {}", kind, word(entry.at(name)));
        if (was == nullptr)
            out.push_back(fmt::format("+ {}{}", title, introduced(kind, entry)));
        else if (*was != entry)
            add_differences(title, *was, entry, out);
    }
    for (const bj::value& each : old) {
        if (named(now, each.as_object().at(name)) == nullptr)
            out.push_back(fmt::format("- {} {}", kind, word(each.as_object().at(name))));
    }
}

}  // namespace

std::vector<std::string> plan_diff(const Plan& before, const Plan& after) {
    const bj::object old = bj::parse(write_plan(before)).as_object();
    const bj::object now = bj::parse(write_plan(after)).as_object();
    std::vector<std::string> out;
    if (old.at("project") != now.at("project"))
        add_differences("project", old.at("project").as_object(), now.at("project").as_object(), out);
    compare("package", "packages", "name", old, now, out);
    compare("step", "steps", "name", old, now, out);
    compare("target", "targets", "name", old, now, out);
    compare("file", "files", "path", old, now, out);
    return out;
}

}  // namespace aibuild
