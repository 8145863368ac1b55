#pragma once

#include <string>

namespace aibuild {

// Something of the machine that `aibuild-gen doctor` looked at.
struct Check {
    std::string what;       // "ninja", "the tool c++", "ccache's store"
    bool required = false;  // without it something that is set up here can't work
    bool ok = true;
    std::string found = {};  // what is here: a path, a version
    std::string why = {};    // where it isn't ok; or what is remarkable all the same
    std::string fix = {};
};

}  // namespace aibuild
