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

// "version 0.1.0 -> 0.2.0", "sources +a.c -b.c", or the member's name alone where its text is long.
std::string changed(std::string_view member, const bj::value* before, const bj::value* after) {
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
    if (old.size() > short_text || now.size() > short_text) return std::string(member);
    return fmt::format("{} {} -> {}", member, old.empty() ? "(none)" : old, now.empty() ? "(none)" : now);
}

std::string differences(const bj::object& before, const bj::object& after) {
    std::string out;
    std::set<std::string_view> members;
    for (const auto* object : {&before, &after}) {
        for (const auto& member : *object) members.insert(member.key());
    }
    for (const std::string_view member : members) {
        const bj::value* old = before.if_contains(member);
        const bj::value* now = after.if_contains(member);
        if (old != nullptr && now != nullptr && *old == *now) continue;
        out += fmt::format("{}{}", out.empty() ? "" : "; ", changed(member, old, now));
    }
    return out;
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
            out.push_back(fmt::format("~ {}: {}", title, differences(*was, entry)));
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
        out.push_back(fmt::format("~ project: {}",
                                  differences(old.at("project").as_object(), now.at("project").as_object())));
    compare("package", "packages", "name", old, now, out);
    compare("step", "steps", "name", old, now, out);
    compare("target", "targets", "name", old, now, out);
    compare("file", "files", "path", old, now, out);
    return out;
}

}  // namespace aibuild
