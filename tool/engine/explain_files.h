#pragma once

// What the lock tells of a file, and of the change that wrote it.

#include <string>

#include "tool/engine/explain.h"
#include "tool/workspace/lock.h"
#include "tool/workspace/root.h"

namespace aibuild {

// All but whether it would be made in other words today, which takes a plan: explain_standing.
Explained explain_locked(const Root& root, const Lock& lock, const std::string& path);

// Adds that of a file of `standing`'s plan; of a file that no plan lists nothing.
void explain_standing(const FileStanding& standing, const std::string& path, Explained& out);

// "change 1 wrote src/a.c: ...", where a change wrote this text of it; empty where none did.
std::string change_behind(const Lock& lock, const std::string& path, const std::string& sha256);

// How a target stands, by the files and steps in `of`.
void judge_target(Explained& target);

}  // namespace aibuild
