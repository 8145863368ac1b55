#include "ninja-gen/language.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/object.hpp>

#include "helpers_data.h"
#include "languages_data.h"
#include "ninja-gen/error.h"
#include "ninja-gen/json.h"
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
    std::vector<Words> commands() const {
        std::vector<Words> out;
        for (const bj::value& command : object_.at("commands").get_array()) out.push_back(words(command));
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

bool Language::supports(Kind kind) const {
    if (products.contains(kind)) return true;
    // A test without a product is run from its sources.
    return kind == Kind::test && std::find(run.begin(), run.end(), "{program}") == run.end();
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

    const bj::object& top = document.get_object();
    const Reader read(top);
    Language out;
    out.name = read.text("name");
    out.title = read.text("title");
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
        out.compile =
            Compile{inner.text("verb"),   inner.text("output"),   inner.commands(), inner.flag("depfile"),
                    inner.flag("restat"), inner.number("memory"), inner.list("pic")};
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

Languages::Languages() {
    for (const auto& [file, text] : embedded::languages_data_files()) {
        if (!file.ends_with(".schema.json")) languages_.push_back(read_language(text, file));
    }
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
