#pragma once

#include <CLI/App.hpp>
#include <memory>
#include <string_view>
#include <vector>

#include "tool/settings/settings.h"

namespace aibuild {

// The flags of these settings, so that verbs share their names, their help and what they take. What is given
// on the command line is put into `given`, which ToolSettings::load reads; a value that a setting does not
// take is a usage error.
void add_setting_flags(CLI::App& verb, const std::vector<std::string_view>& names,
                       const std::shared_ptr<GivenFlags>& given);

// Of every setting that has one.
std::vector<std::string_view> settings_with_flags();

}  // namespace aibuild
