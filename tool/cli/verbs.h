#pragma once

#include <CLI/App.hpp>
#include <functional>
#include <string>

#include "tool/settings/key.h"

namespace aibuild {

// What a verb does once the command line is read; its value is the process's exit code.
using Run = std::function<int()>;

// Each adds its verb to `app`; `run` is set when the verb was the one on the command line.
void add_new(CLI::App& app, Run& run, const std::string& program, const TakenKeys& keys);
void add_change(CLI::App& app, Run& run, const std::string& program, const TakenKeys& keys);
void add_generate(CLI::App& app, Run& run, const std::string& program, const TakenKeys& keys);
void add_check(CLI::App& app, Run& run);  // check, verify
void add_explain(CLI::App& app, Run& run);
void add_edited_files(CLI::App& app, Run& run);  // diff, accept, revert, own
void add_emit(CLI::App& app, Run& run, const std::string& program);
void add_build(CLI::App& app, Run& run, const std::string& program, const TakenKeys& keys);
void add_status(CLI::App& app, Run& run);
void add_report(CLI::App& app, Run& run);
void add_languages(CLI::App& app, Run& run);
void add_doctor(CLI::App& app, Run& run);
void add_models(CLI::App& app, Run& run, const TakenKeys& keys);
void add_prompts(CLI::App& app, Run& run);
void add_config(CLI::App& app, Run& run);

}  // namespace aibuild
