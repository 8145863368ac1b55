// valijson costs about 9 s of compile time: this is the one file that includes it.

#include "ninja-gen/schema.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <valijson/adapters/boost_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>
#include <vector>

#include "ninja-gen/error.h"
#include "ninja-gen/json.h"
#include "ninja-gen/names.h"

namespace aibuild {

namespace {

namespace bj = boost::json;

struct Compiled {
    bj::value value;
    valijson::Schema schema;
};

// A schema is compiled once in a process; its text is a literal, so the address is the key.
const Compiled& compiled(std::string_view text) {
    static std::mutex mutex;  // a plan is checked by a thread of its own
    static std::map<const char*, std::unique_ptr<Compiled>> schemas;
    const std::lock_guard guard(mutex);
    auto& slot = schemas[text.data()];
    if (!slot) {
        slot = std::make_unique<Compiled>();
        slot->value = json::parse(text, "schema");
        valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
        parser.populateSchema(valijson::adapters::BoostJsonAdapter(slot->value), slot->schema);
    }
    return *slot;
}

// valijson writes `<root>`, `[targets]`, `[0]`.
std::string pointer_of(const std::vector<std::string>& context) {
    std::string out;
    for (const std::string& part : context) {
        if (part.size() < 2 || part.front() != '[') continue;
        out += json::pointer_token(std::string_view(part).substr(1, part.size() - 2));
    }
    return out;
}

const bj::value* member(const bj::value* value, std::string_view key) {
    return value != nullptr && value->is_object() ? value->get_object().if_contains(key) : nullptr;
}

// The part of the schema that speaks of the place at `pointer`.
const bj::value* schema_at(const bj::value& schema, std::string_view pointer) {
    const bj::value* here = &schema;
    while (!pointer.empty() && here != nullptr) {
        const std::size_t slash = pointer.find('/', 1);
        const std::string_view token = pointer.substr(1, slash == std::string_view::npos ? slash : slash - 1);
        pointer = slash == std::string_view::npos ? std::string_view() : pointer.substr(slash);
        if (const bj::value* items = member(here, "items")) {
            here = items;
        } else if (const bj::value* property = member(member(here, "properties"), token)) {
            here = property;
        } else {
            here = member(here, "additionalProperties");
        }
    }
    return here;
}

std::vector<std::string> strings(const bj::array& array) {
    std::vector<std::string> out;
    for (const bj::value& element : array) out.emplace_back(element.as_string());
    return out;
}

struct Explanation {
    std::string pointer, why, fix;
};

Explanation explain(const bj::value& document, const bj::value& schema, std::string pointer,
                    std::string_view said) {
    boost::system::error_code missing;
    const bj::value* value = document.find_pointer(pointer, missing);
    const bj::value* rule = schema_at(schema, pointer);
    const auto as_said = [&] {
        const bj::value* title = member(&schema, "title");
        return Explanation{
            pointer, std::string(said),
            fmt::format("Write what the schema asks for{}.",
                        title != nullptr ? " (" + std::string(title->get_string()) + ")" : "")};
    };
    if (value == nullptr || rule == nullptr) return as_said();
    if (const bj::value* properties = member(rule, "properties");
        properties != nullptr && value->is_object()) {
        std::vector<std::string> known;
        for (const auto& property : properties->get_object()) known.emplace_back(property.key());
        const bj::value* further = member(rule, "additionalProperties");
        const bool closed = further != nullptr && further->is_bool() && !further->get_bool();
        for (const auto& entry : value->get_object()) {
            if (!closed || properties->get_object().contains(entry.key())) continue;
            const std::string key(entry.key());
            const auto meant = did_you_mean(key, known);
            return {pointer + json::pointer_token(key), fmt::format("There is no key \"{}\" here.", key),
                    meant ? fmt::format("Did you mean \"{}\"?", *meant)
                          : fmt::format("The keys here are: {}.", fmt::join(known, ", "))};
        }
        if (const bj::value* required = member(rule, "required")) {
            for (const std::string& key : strings(required->get_array())) {
                if (value->get_object().contains(key)) continue;
                return {pointer, fmt::format("The key \"{}\" is missing.", key),
                        fmt::format("Add \"{}\".", key)};
            }
        }
    }
    if (const bj::value* choices = member(rule, "enum")) {
        const auto known = strings(choices->get_array());
        const auto meant =
            value->is_string() ? did_you_mean(std::string_view(value->get_string()), known) : std::nullopt;
        return {pointer, fmt::format("{} is not one of: {}.", bj::serialize(*value), fmt::join(known, ", ")),
                meant ? fmt::format("Did you mean \"{}\"?", *meant) : "Use one of them."};
    }
    if (const bj::value* type = member(rule, "type"); type != nullptr && type->is_string()) {
        const std::string wanted(type->get_string());
        if (const bj::value* least = member(rule, "minimum"); least != nullptr && value->is_number()) {
            return {pointer, fmt::format("{} is below {}.", bj::serialize(*value), bj::serialize(*least)),
                    "Write a larger number."};
        }
        if (wanted == "string" && value->is_string())
            return {pointer, "The text is too short.", "Write a longer one."};
        if (wanted == "array" && value->is_array())
            return {pointer, "The list is too short.", "Add an element."};
        const std::string shown = bj::serialize(*value);
        return {pointer,
                fmt::format("This must be of type {}, and is {}.", wanted,
                            shown.size() < 60 ? shown : shown.substr(0, 57) + "..."),
                fmt::format("Write a value of type {}.", wanted)};
    }
    return as_said();
}

bj::value strict(const bj::value& schema) {
    if (const auto* array = schema.if_array()) {
        bj::array out;
        for (const bj::value& element : *array) out.push_back(strict(element));
        return out;
    }
    const auto* object = schema.if_object();
    if (object == nullptr) return schema;
    bj::object out;
    for (const auto& entry : *object) {
        const std::string_view key = entry.key();
        if (key == "$schema" || key == "title" || key == "minimum" || key == "minItems" || key == "required")
            continue;
        if (key == "properties") {
            bj::object properties;
            bj::array required;
            const bj::value* had = object->if_contains("required");
            const auto needed = had != nullptr ? strings(had->get_array()) : std::vector<std::string>{};
            for (const auto& property : entry.value().get_object()) {
                if (property.key() == "$schema") continue;
                bj::value inner = strict(property.value());
                if (std::find(needed.begin(), needed.end(), property.key()) == needed.end()) {
                    bj::object& optional = inner.get_object();
                    if (bj::value* choices = optional.if_contains("enum"))
                        choices->get_array().push_back(nullptr);
                    if (bj::value* type = optional.if_contains("type")) *type = bj::array{*type, "null"};
                }
                properties.emplace(property.key(), std::move(inner));
                required.emplace_back(property.key());
            }
            out.emplace("properties", std::move(properties));
            out.emplace("required", std::move(required));
        } else {
            out.emplace(key, strict(entry.value()));
        }
    }
    if (out.contains("enum") && !out.contains("type")) {
        const bool nullable = out.at("enum").get_array().back().is_null();
        out.emplace("type", nullable ? bj::value(bj::array{"string", "null"}) : bj::value("string"));
    }
    return out;
}

}  // namespace

void check_schema(const bj::value& document, std::string_view text, std::string_view file,
                  std::string_view schema, std::string_view rule) {
    const Compiled& grammar = compiled(schema);
    const valijson::adapters::BoostJsonAdapter adapter(document);
    valijson::Validator validator(valijson::Validator::kStrongTypes);
    if (validator.validate(grammar.schema, adapter, nullptr)) return;
    valijson::ValidationResults results;
    validator.validate(grammar.schema, adapter, &results);
    // Errors come outermost first; the deepest place is where a person has to look.
    std::string pointer;
    std::string said = "The document does not match its schema.";
    valijson::ValidationResults::Error error;
    while (results.popError(error)) {
        if (std::string here = pointer_of(error.context); here.size() >= pointer.size()) {
            pointer = std::move(here);
            said = error.description;
        }
    }
    Explanation found = explain(document, grammar.value, pointer, said);
    throw Error(Exit::usage, std::string(rule), json::place(file, text, found.pointer), std::move(found.why),
                std::move(found.fix));
}

bj::value strict_subset(std::string_view schema) {
    return strict(json::parse(schema, "schema"));
}

}  // namespace aibuild
