#pragma once

// Faults as data: what a server does, and what must come of it. Each row starts a server and asks it once.

#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "client.h"
#include "fault_server.h"

namespace aibuild {

struct Row {
    std::string name;
    boost::json::array connections;
    std::string expected;      // an outcome's name, or an error's rule
    std::size_t requests = 1;  // that the server gets
    // The clock that ends it, if one does, counted over all attempts.
    std::chrono::milliseconds clock{0};
    std::function<void(OpenAiSettings&)> change = [](OpenAiSettings&) {};
    bool plan = false;       // asks for a plan, which is JSON, and not for a file
    std::string says = {};   // in the error's why, or in the answer's text
    std::string never = {};  // and this is not
    std::string warns = {};  // in the answer's one warning; of none there is none
};

std::ostream& operator<<(std::ostream& out, const Row& row);

// What asking came to.
struct Came {
    std::string to;    // an outcome's name, or an error's rule
    std::string text;  // the answer's, or the error's why
    Response response;
};
Came come_of(const OpenAiSettings& with, const Request& request, CallWatch* watch = nullptr);

// Plays one row and checks all that it says.
void play(const Row& row);

// The fixture of all rows of the fault table; of the checklist.
class TableB : public testing::TestWithParam<Row> {};
class ChecklistA : public testing::TestWithParam<Row> {};

std::string name_of_row(const testing::TestParamInfo<Row>& info);

}  // namespace aibuild
