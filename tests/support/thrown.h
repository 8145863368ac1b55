#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "ninja-gen/error.h"

namespace aibuild::test {

// The Error that `act` throws, which must teach; one with the rule "nothing" where it throws none.
inline Error thrown(const std::function<void()>& act) {
    try {
        act();
    } catch (const Error& error) {
        EXPECT_FALSE(error.why().empty());
        EXPECT_FALSE(error.fix().empty());
        return error;
    }
    return {Exit::ok, "nothing", "nowhere", "nothing was thrown", ""};
}

}  // namespace aibuild::test
