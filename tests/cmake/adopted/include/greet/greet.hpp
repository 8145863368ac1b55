#pragma once

#include <string>
#include <string_view>

std::string greet(std::string_view name);
