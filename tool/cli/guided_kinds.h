#pragma once

#include <string_view>

namespace aibuild {

struct GuidedKind {
    std::string_view name;
    std::string_view sentence;  // of the description that is handed on
};

inline constexpr GuidedKind guided_kinds[] = {
    {"program", "It is a program."},
    {"library", "It is a library."},
    {"both", "It is a library, with a command-line program that uses it."},
    {"service", "It is a service: a program that runs until it is stopped."},
};

}  // namespace aibuild
