#include "ninja-gen/language.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include "helpers_data.h"
#include "languages_data.h"
#include "ninja-gen/error.h"
#include "ninja-gen/json.h"
#include "ninja-gen/language_rules.h"
#include "ninja-gen/names.h"
#include "ninja-gen/schema.h"

namespace aibuild {

namespace {

namespace bj = boost::json;

constexpr int language_format = 1;
constexpr std::array all_kinds = {Kind::executable,        Kind::static_library, Kind::shared_library,
                                  Kind::interface_library, Kind::library,        Kind::test};

Words words(const bj::value& value) {
    Words out;
    for (const bj::value& element : value.get_array()) out.emplace_back(element.get_string());
    return out;
}

// The document has passed its schema, so what is there has its type.
class Reader {
  public:
    Reader(const bj::object& object) : object_(object) {}

    std::string text(std::string_view key) const {
        const bj::value* value = object_.if_contains(key);
        return value != nullptr ? std::string(value->get_string()) : std::string();
    }
    Words list(std::string_view key) const {
        const bj::value* value = object_.if_contains(key);
        return value != nullptr ? words(*value) : Words{};
    }
    bool flag(std::string_view key) const {
        const bj::value* value = object_.if_contains(key);
        return value != nullptr && value->get_bool();
    }
    int number(std::string_view key) const {
        const bj::value* value = object_.if_contains(key);
        return value != nullptr ? static_cast<int>(value->get_int64()) : 0;
    }
    std::map<std::string, Words> lists(std::string_view key) const {
        std::map<std::string, Words> out;
        if (const bj::value* value = object_.if_contains(key)) {
            for (const auto& member : value->get_object()) out.emplace(member.key(), words(member.value()));
        }
        return out;
    }
    std::vector<Words> commands(std::string_view key = "commands") const {
        std::vector<Words> out;
        for (const bj::value& command : object_.at(key).get_array()) out.push_back(words(command));
        return out;
    }

  private:
    const bj::object& object_;
};

Tool read_tool(std::string_view name, const bj::object& object) {
    const Reader read(object);
    Tool tool{std::string(name), read.list("commands"), read.text("environment"), read.list("version"), {}};
    if (const bj::value* packages = object.if_contains("packages")) {
        for (const auto& member : packages->get_object())
            tool.packages.emplace(member.key(), member.value().get_string());
    }
    return tool;
}

Product read_product(const bj::object& object) {
    const Reader read(object);
    return {read.text("interface"), read.text("verb"),    read.text("output"),   read.list("in"),
            read.commands(),        read.flag("depfile"), read.flag("response"), read.list("link"),
            read.flag("restat"),    read.flag("single"),  read.number("memory")};
}

}  // namespace

bool Language::is_source(std::string_view path) const {
    return std::any_of(extensions.begin(), extensions.end(),
                       [&](const std::string& extension) { return path.ends_with(extension); });
}

bool Language::takes_generated(Kind kind) const {
    if (compile) return true;
    const auto made = products.find(kind);
    if (made == products.end() || made->second.empty()) return false;
    // Made from all sources in one go: it must be given each of them, and not look for them itself.
    return std::all_of(made->second.begin(), made->second.end(), [](const Product& product) {
        bool given = false, looks = false;
        for (const Words& command : product.commands) {
            for (const std::string& word : command) {
                given = given || word == "{in}";
                looks = looks || word.find("{root") != std::string::npos;
            }
        }
        return given && !looks &&
               std::find(product.in.begin(), product.in.end(), "sources") != product.in.end();
    });
}

const Words& Language::flags_of(std::string_view configuration) const {
    static const Words none;
    auto flags = configurations.find(std::string(configuration));
    if (flags == configurations.end() && configuration != "release") flags = configurations.find("debug");
    return flags != configurations.end() ? flags->second : none;
}

bool Language::supports(Kind kind) const {
    if (products.contains(kind)) return true;
    // A test without a product is run from its sources.
    return kind == Kind::test && std::find(run.begin(), run.end(), "{program}") == run.end();
}

// Of a document that is known to be right.
Language language_of(const bj::object& top, std::string_view text, std::string_view file) {
    const Reader read(top);
    Language out;
    out.name = read.text("name");
    out.title = read.text("title");
    out.replaces = read.text("replaces");
    out.aliases = read.list("aliases");
    out.extensions = read.list("sources");
    for (const auto& tool : top.at("tools").get_object())
        out.tools.push_back(read_tool(tool.key(), tool.value().get_object()));
    if (const bj::value* standards = top.if_contains("standards")) {
        out.default_standard = Reader(standards->get_object()).text("default");
        out.standards = Reader(standards->get_object()).lists("values");
    }
    out.warnings = read.lists("warnings");
    out.configurations = read.lists("configurations");
    out.tests = read.list("tests");
    out.helpers = read.list("helpers");
    if (const bj::value* compile = top.if_contains("compile")) {
        const Reader inner(compile->get_object());
        out.compile = Compile{inner.text("verb"),     inner.text("output"), inner.commands(),
                              inner.flag("depfile"),  inner.flag("restat"), inner.flag("launcher"),
                              inner.number("memory"), inner.list("pic")};
        if (const bj::value* modules = compile->get_object().if_contains("modules")) {
            const Reader its(modules->get_object());
            out.compile->modules =
                Modules{its.text("directory"), its.commands("scan"), its.commands("collate")};
        }
    }
    for (const auto& entry : top.at("products").get_object()) {
        const auto kind = std::find_if(all_kinds.begin(), all_kinds.end(),
                                       [&](Kind k) { return name_of(k) == entry.key(); });
        if (kind == all_kinds.end()) {
            throw Error(
                Exit::usage, "language.kind",
                json::place(file, text, fmt::format("/products/{}", std::string(entry.key()))),
                "This is no kind of target.",
                "Use executable, static-library, shared-library, interface-library, library or test.");
        }
        auto& products = out.products[*kind];
        for (const bj::value& product : entry.value().get_array())
            products.push_back(read_product(product.get_object()));
    }
    out.uses = read.list("uses");
    if (const bj::value* linker = top.if_contains("linker")) {
        const Reader inner(linker->get_object());
        out.linker_rank = static_cast<int>(linker->get_object().at("rank").get_int64());
        out.rpath = inner.list("rpath");
        out.runtime = inner.list("runtime");
    }
    out.root_marker = read.text("root-marker");
    out.run = read.list("run");
    out.counted = read.text("counted");
    out.rules = read.text("rules");
    if (const bj::value* cmake = top.if_contains("cmake"))
        out.cmake_language = Reader(cmake->get_object()).text("language");
    return out;
}

Language read_language(std::string_view text, std::string_view file) {
    const bj::value document = json::parse(text, file);
    if (const auto* object = document.if_object()) {
        const bj::value* format = object->if_contains("format");
        if (format != nullptr && format->is_int64() && format->get_int64() > language_format) {
            throw Error(Exit::usage, "language.newer", json::place(file, text, "/format"),
                        fmt::format("The language file has format {}; this AIBuild knows up to {}.",
                                    format->get_int64(), language_format),
                        "Use a newer AIBuild.");
        }
    }
    check_schema(document, text, file, embedded::languages_data("language.schema.json"), "language.schema");
    check_language_rules(document.get_object(), text, file);
    return language_of(document.get_object(), text, file);
}

std::string_view Language::helper(std::string_view helper_name) const {
    const auto own = scripts.find(helper_name);
    return own != scripts.end() ? std::string_view(own->second) : helper_text(helper_name);
}

Languages::Languages() {
    for (const auto& [file, text] : embedded::languages_data_files()) {
        if (file.ends_with(".schema.json")) continue;
        // A test holds each against its schema and the rules, so that a start needn't: 1 ms of 15.
        languages_.push_back(language_of(bj::parse(text).get_object(), text, file));
    }
}

namespace {

// What two languages may not both be.
class Clash {
  public:
    Clash(const Language& fresh, std::string_view text, const Language& old)
        : fresh_(fresh), text_(text), old_(old) {}

    void check() const {
        const Words names = names_of(old_);
        const auto taken = [&](const std::string& name) {
            return std::find(names.begin(), names.end(), name) != names.end();
        };
        if (taken(fresh_.name)) duplicate("/name", fresh_.name);
        for (std::size_t n = 0; n < fresh_.aliases.size(); ++n) {
            if (taken(fresh_.aliases[n])) duplicate(fmt::format("/aliases/{}", n), fresh_.aliases[n]);
        }
        for (std::size_t n = 0; n < fresh_.extensions.size(); ++n) {
            const Words& others = old_.extensions;
            if (std::find(others.begin(), others.end(), fresh_.extensions[n]) == others.end()) continue;
            fail("language.ambiguous", fmt::format("/sources/{}", n),
                 fmt::format(
                     "Sources that end in {} are {} already ({}), and nothing could decide between the "
                     "two.",
                     fresh_.extensions[n], old_.title, place_of(old_)),
                 fmt::format("Take another extension, or add \"replaces\": \"{}\" to take its place.",
                             old_.name));
        }
        for (const Tool& tool : fresh_.tools) {
            for (const Tool& other : old_.tools) {
                if (tool.name != other.name ||
                    (tool.commands == other.commands && tool.environment == other.environment))
                    continue;
                fail("language.tool", "/tools" + json::pointer_token(tool.name),
                     fmt::format(
                         "The tool {} of {} is another one ({}), and a project can have both languages.",
                         tool.name, old_.title, place_of(old_)),
                     "Give this one a name of its own.");
            }
        }
        for (const auto& [helper, script] : fresh_.scripts) {
            const auto other = old_.scripts.find(helper);
            if (other == old_.scripts.end() || other->second == script) continue;
            fail("language.helper", "/helpers",
                 fmt::format("{} has another script {} ({}), and a build directory can hold only one.",
                             old_.title, helper, place_of(old_)),
                 "Rename one of them.");
        }
    }

    static Words names_of(const Language& language) {
        Words out = language.aliases;
        out.push_back(language.name);
        return out;
    }
    static std::string place_of(const Language& language) {
        return language.file.empty() ? "built in" : language.file;
    }

  private:
    [[noreturn]] void fail(std::string rule, const std::string& pointer, std::string why,
                           std::string fix) const {
        throw Error(Exit::usage, std::move(rule), json::place(fresh_.file, text_, pointer), std::move(why),
                    std::move(fix));
    }
    [[noreturn]] void duplicate(const std::string& pointer, const std::string& name) const {
        fail("language.duplicate", pointer,
             fmt::format("\"{}\" is a name of {} already ({}).", name, old_.title, place_of(old_)),
             fmt::format("Take another name, or add \"replaces\": \"{}\" to take its place.", old_.name));
    }

    const Language& fresh_;
    std::string_view text_;
    const Language& old_;
};

}  // namespace

void Languages::add(Language language, std::string_view text) {
    if (!language.replaces.empty()) {
        const auto replaced = std::find_if(languages_.begin(), languages_.end(), [&](const Language& each) {
            return each.name == language.replaces;
        });
        if (replaced == languages_.end()) {
            const Words known = names();
            const auto meant = did_you_mean(language.replaces, known);
            throw Error(
                Exit::usage, "language.replaces", json::place(language.file, text, "/replaces"),
                fmt::format("There is no language \"{}\" whose place it could take.", language.replaces),
                meant ? fmt::format("Did you mean \"{}\"?", *meant) : "Take the key away.");
        }
        languages_.erase(replaced);
    }
    for (const auto& [helper, script] : language.scripts) {
        if (helper_text(helper).empty()) continue;
        throw Error(Exit::usage, "language.helper", json::place(language.file, text, "/helpers"),
                    fmt::format("{} stands beside the file and is also a script of AIBuild's own.", helper),
                    "Rename it; or remove it, and AIBuild's own is run.");
    }
    for (const Language& other : languages_) Clash(language, text, other).check();
    languages_.push_back(std::move(language));
}

const Language* Languages::find(std::string_view name) const {
    for (const Language& language : languages_) {
        if (language.name == name ||
            std::find(language.aliases.begin(), language.aliases.end(), name) != language.aliases.end())
            return &language;
    }
    return nullptr;
}

Words Languages::names() const {
    Words out;
    for (const Language& language : languages_) {
        out.push_back(language.name);
        out.insert(out.end(), language.aliases.begin(), language.aliases.end());
    }
    return out;
}

std::string_view helper_text(std::string_view name) {
    return embedded::helpers_data(name);
}

}  // namespace aibuild
