#include "tool/workspace/fields.h"

#include <fmt/format.h>

#include <boost/json/object.hpp>
#include <utility>

namespace aibuild {

namespace bj = boost::json;

std::string pointer_token(std::string_view name) {
    std::string out;
    for (char c : name) {
        if (c == '~') {
            out += "~0";
        } else if (c == '/') {
            out += "~1";
        } else {
            out += c;
        }
    }
    return out;
}

Fields::Fields(const bj::value& value, std::string pointer, const Fail& fail)
    : object_(value.if_object()), pointer_(std::move(pointer)), fail_(fail) {
    if (object_ == nullptr) fail_(pointer_, "An object is needed here.");
}

std::string Fields::pointer(std::string_view name) const {
    return pointer_ + '/' + pointer_token(name);
}

const bj::value* Fields::find(std::string_view name) {
    asked_.insert(name);
    return object_->if_contains(name);
}

const bj::value& Fields::need(std::string_view name) {
    const bj::value* value = find(name);
    if (value == nullptr) fail_(pointer_, fmt::format("`{}` is missing.", name));
    return *value;
}

std::string Fields::text(std::string_view name) {
    const bj::value& value = need(name);
    if (!value.is_string()) fail_(pointer(name), fmt::format("`{}` must be a string.", name));
    return std::string(value.get_string());
}

std::string Fields::text_or_empty(std::string_view name) {
    return find(name) == nullptr ? std::string() : text(name);
}

std::optional<std::int64_t> Fields::number(std::string_view name) {
    const bj::value* value = find(name);
    if (value == nullptr) return std::nullopt;
    if (!value->is_int64()) fail_(pointer(name), fmt::format("`{}` must be a whole number.", name));
    return value->get_int64();
}

std::optional<double> Fields::real(std::string_view name) {
    const bj::value* value = find(name);
    if (value == nullptr) return std::nullopt;
    if (!value->is_number()) fail_(pointer(name), fmt::format("`{}` must be a number.", name));
    return value->to_number<double>();
}

std::vector<std::string> Fields::texts_or_none(std::string_view name) {
    std::vector<std::string> out;
    const bj::value* value = find(name);
    if (value == nullptr) return out;
    if (!value->is_array()) fail_(pointer(name), fmt::format("`{}` must be a list.", name));
    for (const bj::value& each : value->get_array()) {
        if (!each.is_string()) fail_(pointer(name), fmt::format("`{}` must be a list of strings.", name));
        out.emplace_back(each.get_string());
    }
    return out;
}

void Fields::done() const {
    for (const auto& member : *object_) {
        if (!asked_.contains(member.key())) {
            fail_(pointer(member.key()),
                  fmt::format("`{}` is not known here.", std::string_view(member.key())));
        }
    }
}

}  // namespace aibuild
