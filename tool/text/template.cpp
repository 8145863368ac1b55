#include "tool/text/template.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <sstream>
#include <utility>
#include <vector>

#include "ninja-gen/error.h"

namespace aibuild {

namespace {

namespace mustache = kainjow::mustache;
using Load = std::function<std::string_view(std::string_view name)>;

// Ends every line that stays, so that kainjow never finds a line empty and drops it by rules of its own.
constexpr char line_end = '\x01';

using Origin = std::optional<TemplateOrigin>;

[[noreturn]] void fail(std::string rule, std::string_view name, const Origin& origin, std::string why) {
    if (origin) throw Error(Exit::usage, std::move(rule), origin->place, std::move(why), origin->fix);
    throw Error(Exit::failure, std::move(rule), fmt::format("the built-in template {}", name), std::move(why),
                "This is a mistake in AIBuild: please report it.");
}

// A line that holds nothing but one tag that prints nothing by itself.
bool is_tag_alone(std::string_view line) {
    return line.size() > 5 && line.starts_with("{{") &&
           std::string_view("#^/>").find(line[2]) != std::string_view::npos &&
           line.find("}}") == line.size() - 2;
}

std::string prepared(std::string_view name, const Load& load, const Origin& origin) {
    std::string_view text = load(name);
    if (text.empty()) fail("template.missing", name, origin, fmt::format("There is no template `{}`.", name));
    std::string out;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        out += line;
        if (is_tag_alone(line)) continue;
        out += line_end;
        out += '\n';
    }
    return out;
}

class StrictContext : public mustache::basic_context<std::string> {
  public:
    StrictContext(std::string_view name, const TemplateData& data, const Load& load, const Origin& origin)
        : name_(name), load_(load), origin_(origin), stack_{&data} {}

    void push(const TemplateData* data) override { stack_.push_back(data); }
    void pop() override { stack_.pop_back(); }

    const TemplateData* get(const std::string& key) const override {
        if (key == ".") return stack_.back();
        for (auto level = stack_.rbegin(); level != stack_.rend(); ++level) {
            if (const TemplateData* found = (*level)->get(key)) return found;
        }
        fail("template.key", name_, origin_, fmt::format("It asks for `{}`, which was not given.", key));
    }

    const TemplateData* get_partial(const std::string& key) const override {
        const auto [entry, fresh] = partials_.try_emplace(key);
        if (fresh) entry->second = TemplateData(prepared(key, load_, origin_));
        return &entry->second;
    }

  private:
    std::string_view name_;
    const Load& load_;
    const Origin& origin_;
    std::vector<const TemplateData*> stack_;
    mutable std::map<std::string, TemplateData> partials_;
};

}  // namespace

std::string render(std::string_view name, const TemplateData& data, const Load& load, const Origin& origin) {
    mustache::mustache parsed(prepared(name, load, origin));
    parsed.set_custom_escape([](const std::string& text) { return text; });
    if (!parsed.is_valid()) fail("template.syntax", name, origin, parsed.error_message());
    StrictContext context(name, data, load, origin);
    std::ostringstream rendered;
    parsed.render(context, rendered);
    if (!parsed.is_valid()) fail("template.syntax", name, origin, parsed.error_message());
    std::string out = rendered.str();
    std::erase(out, line_end);
    return out;
}

}  // namespace aibuild
