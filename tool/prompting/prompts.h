#pragma once

// Templates and context into requests. The text of a request depends on nothing but its arguments: no clock,
// no path, no order of arrival.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "ninja-gen/language.h"
#include "ninja-gen/plan.h"
#include "tool/inference/request.h"

namespace aibuild {

// What planning sees of the machine: tool or language -> version, and languages that it lacks. It goes into
// the lock.
struct Snapshot {
    std::map<std::string, std::string> tools;  // "c++" -> "c++ (Debian 12.2.0-14) 12.2.0"
    std::vector<std::string> missing;          // titles of languages without a tool here
};

Snapshot take_snapshot(const Languages& languages);

Request plan_request(std::string_view description, const Languages& languages, const Snapshot& snapshot,
                     std::string_view model);

// A file that others include, as it was answered.
struct KnownHeader {
    std::string path;
    std::string text;
};

Request file_request(const Plan& plan, const PlannedFile& file, const std::vector<KnownHeader>& headers,
                     std::string_view model);

}  // namespace aibuild
