#pragma once

#include <exception>
#include <string>
#include <string_view>

namespace aibuild {

// What the process ends with; documented in README.md and `aibuild-gen --help`.
enum class Exit : int {
    ok = 0,
    failure = 1,   // a build, a test or the machine failed
    usage = 2,     // the command line or a file that people write is wrong
    drift = 3,     // what is on disk is not what the plan says
    key = 4,       // the server wants a key, or refuses the one it got
    provider = 5,  // the provider or the network failed
    policy = 6,    // a budget or a safety rule refused
    rejected = 7,  // a model's answer did not pass
    declined = 8,  // a person said no, or nobody was there to ask
    interrupted = 130,
};

// A refusal that teaches (law 10). Thrown where nothing sensible can go on and caught once, in main.
//
//   rule   a stable dotted name, `plan.cycle`, that documentation and tests refer to
//   place  where: `aibuild.json:14 (/targets/2/uses/0)`, a path, a flag; may be empty
//   why    one or more sentences: what was found, and why it can't be
//   fix    what to do now; a command where there is one
class Error : public std::exception {
  public:
    Error(Exit exit, std::string rule, std::string place, std::string why, std::string fix);

    Exit exit() const { return exit_; }
    const std::string& rule() const { return rule_; }
    const std::string& place() const { return place_; }
    const std::string& why() const { return why_; }
    const std::string& fix() const { return fix_; }

    // The block that people see. Text that came from elsewhere is shown with control characters escaped.
    const char* what() const noexcept override { return text_.c_str(); }

  private:
    Exit exit_;
    std::string rule_, place_, why_, fix_, text_;
};

// `text` with every control character, escape sequence and bidirectional override made visible (`\x1b`),
// so that nothing which came from a model or a server can drive the terminal. Newlines stay.
std::string visible(std::string_view text);

}  // namespace aibuild
