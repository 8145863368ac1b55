#pragma once

// What is kept of a repair that helped: the lock, the responses, the state, and the text from before it.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tool/inference/request.h"
#include "tool/inference/store.h"

namespace aibuild {

// A file that was repaired.
struct Repaired {
    std::string path, before, text;
    std::string key;  // of the request that its text answers
    Response response;
    std::int64_t started_ms = 0, duration_ms = 0;
    std::optional<double> cost;
};

// Writes it down for files that stand in the project already. A file of the lock that nobody had edited is
// from now on based on the repaired text; of one that a person had edited the base stays, so that a
// regeneration merges the edit and the repair alike (law 4). A project without a lock gets none. Returns
// lines for people: where the text of an edited file is from before the repair.
std::vector<std::string> record_repair(const std::filesystem::path& root, const std::filesystem::path& build,
                                       const std::vector<Repaired>& repaired, const std::string& fault,
                                       const ResponseStore& store);

// As `diff -u` shows it; empty where nothing differs. Control characters are made visible.
std::string unified_diff(const std::string& path, const std::string& before, const std::string& after);

}  // namespace aibuild
