#include "tool/cli/setting_flags.h"

#include <CLI/Config.hpp>

#include "tool/settings/setting.h"

namespace aibuild {

namespace {

const char* type_name(const Setting& setting) {
    switch (setting.type) {
        case SettingType::text:
            return setting.choices.empty() ? "TEXT" : "NAME";
        case SettingType::list:
            return "NAME,...";
        case SettingType::count:
            return "N";
        case SettingType::amount:
            return "AMOUNT";
        case SettingType::seconds:
            return "SECONDS";
        case SettingType::flag:
            return "";
    }
    return "";
}

std::string help(const Setting& setting) {
    std::string out(setting.doc);
    if (!setting.fallback.empty() && setting.type != SettingType::flag)
        out += " [" + std::string(setting.fallback) + "]";
    return out;
}

}  // namespace

void add_setting_flags(CLI::App& verb, const std::vector<std::string_view>& names,
                       const std::shared_ptr<GivenFlags>& given) {
    for (const std::string_view name : names) {
        const Setting& each = setting(name);
        const std::string flag(each.flag), key(each.name);
        if (each.type == SettingType::flag) {
            verb.add_flag_callback(
                flag, [given, key] { (*given)[key] = "true"; }, help(each));
            continue;
        }
        CLI::Option* option = verb.add_option_function<std::string>(
            flag, [given, key](const std::string& text) { (*given)[key] = text; }, help(each));
        option->type_name(type_name(each));
        option->check([&each](const std::string& text) {
            std::string problem;
            value_of_text(each, text, problem);
            return problem;
        });
    }
}

std::vector<std::string_view> settings_with_flags() {
    std::vector<std::string_view> out;
    for (const Setting& each : all_settings())
        if (!each.flag.empty()) out.push_back(each.name);
    return out;
}

}  // namespace aibuild
