#pragma once

#include <cctype>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace aibuild::test {

// What is wrong with the tags of a page; empty: nothing. Stricter than HTML: everything that is opened is
// closed, attributes are quoted, and no `<`, `>` or bare `&` stands in text. So whatever of somebody else's
// text became markup is seen.
inline std::string markup_problem(std::string_view page) {
    static const std::set<std::string, std::less<>> empty = {"meta", "br"};
    std::vector<std::string> open;
    std::size_t at = 0;
    const auto near = [&] { return " near: " + std::string(page.substr(at > 40 ? at - 40 : 0, 120)); };
    if (!page.starts_with("<!DOCTYPE html>\n")) return "no doctype";
    at = 16;
    while (at < page.size()) {
        if (!open.empty() && open.back() == "style") {
            at = page.find("</style>", at);
            if (at == page.npos) return "style has no end";
        }
        if (page[at] == '>') return "a stray >" + near();
        if (page[at] == '&') {
            const std::string_view rest = page.substr(at);
            bool known = false;
            for (const char* entity : {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"})
                known = known || rest.starts_with(entity);
            if (!known) return "a stray &" + near();
        }
        if (page[at] != '<') {
            ++at;
            continue;
        }
        std::size_t end = ++at;
        const bool closes = page[end] == '/';
        if (closes) at = ++end;
        while (end < page.size() && (std::isalnum(static_cast<unsigned char>(page[end])) != 0)) ++end;
        const std::string name(page.substr(at, end - at));
        if (name.empty()) return "no name of a tag" + near();
        bool ended = false;
        while (end < page.size() && page[end] != '>') {
            if (page[end] == '<') return "< in a tag" + near();
            if (page[end] == '/') ended = true;
            if (page[end] == '=') {
                if (page[++end] != '"') return "an attribute without quotes" + near();
                end = page.find('"', end + 1);
                if (end == page.npos) return "an attribute without end" + near();
            }
            ++end;
        }
        at = end + 1;
        if (closes) {
            if (open.empty() || open.back() != name) return "</" + name + "> closes another" + near();
            open.pop_back();
        } else if (!ended && !empty.contains(name)) {
            open.push_back(name);
        }
    }
    return open.empty() ? "" : "not closed: " + open.back();
}

}  // namespace aibuild::test
