#pragma once

// The step graph: what is to be run, in no particular language and for no particular place.
//
// A Step is one edge for Ninja, or one custom command for CMake. What its commands say that depends on where
// things are is left symbolic, as one control byte in the text, so that the same lowering serves both writers
// and no name can be mistaken for it (plans carry no control characters):
//
//   \1path      a file in the project's root
//   \2path      a file in the build directory
//   \3name      a helper script
//   \4name\4    a program of the toolchain
//   \5          (a whole word) the flags of the configuration that is built
//   \6          the inputs of the step; several words where the word is just this
//   \7          the output of the step
//
// Steps are many (100,000 in a large project) and rules are few: a target's compiles share one rule, and a
// Step is 64 bytes beside its paths, which lie together in one arena.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "ninja-gen/language.h"

namespace aibuild {

namespace mark {
inline constexpr char source = '\1', build = '\2', helper = '\3', tool = '\4', configuration = '\5',
                      in = '\6', out = '\7';
}

enum class RuleId : std::uint32_t {};
enum class TargetId : std::uint32_t {};  // an index into Plan::targets

enum class StepKind : std::uint8_t {
    scan,     // what compiles will make and read beside what the plan says
    compile,  // one source to one object
    product,  // an archive, a library, a program
    test,     // runs a test, once its program and data are there
    count,    // adds up the tests
    custom,   // a command that the plan brings
};

// What the commands of a set of steps have in common.
struct Rule {
    std::string name;
    const Language* language =
        nullptr;  // whose configuration flags \5 stands for; of the Languages that lowering was given
    std::string verb;
    std::vector<Words> commands;  // symbolic, run one after the other
    bool depfile = false;         // the tool writes \7.d
    bool response = false;        // the tool takes @FILE for \6
    bool restat = false;          // an output that would be the same is not written again
    bool launcher = false;        // its first command may be run through a compiler launcher
    int memory = 0;               // megabytes that one of its commands may need, where that is many
    bool generator = false;       // makes the build files: what it would do in other words is no reason
    std::string dyndep = {};      // symbolic; says what further the steps read and make
};

// A run of StepGraph::paths.
struct Paths {
    std::uint32_t begin = 0, count = 0;
};

struct Step {
    RuleId rule{};
    TargetId target{};  // of a custom step: an index into Plan::steps
    StepKind kind = StepKind::compile;
    std::string_view output;  // symbolic, as all paths
    Paths inputs;             // what \6 stands for
    Paths implicit;           // further inputs
    Paths order_only = {};    // must exist before, but do not make it stale
    Paths also = {};          // further outputs
};

// A name for several things: `ninja wordfreq`.
struct Alias {
    std::string_view name;
    Paths of;
};

class StepGraph {
  public:
    std::vector<Rule> rules;
    std::vector<Step> steps;
    std::vector<Alias> aliases;
    std::vector<std::string_view> paths;

    const Rule& rule(const Step& step) const { return rules[static_cast<std::size_t>(step.rule)]; }
    std::span<const std::string_view> at(Paths run) const {
        return std::span(paths).subspan(run.begin, run.count);
    }

    // Room for about so many, where that is known.
    void reserve(std::size_t step_count, std::size_t path_count) {
        steps.reserve(step_count);
        paths.reserve(path_count);
    }

    // Makes the rule's name one that Ninja takes and that no other rule has: targets may be called `c++` and
    // `cxx`, or `a` and `a.compile`.
    RuleId add(Rule rule);
    // Copies text into the arena, where it stays as long as the graph.
    std::string_view keep(std::string_view text);
    Paths add(std::span<const std::string_view> list);

  private:
    static constexpr std::size_t block = 1U << 16U;
    std::unordered_set<std::string> names_{"phony", "aibuild.emit"};
    std::vector<std::unique_ptr<char[]>> blocks_;
    std::size_t left_ = 0;
    char* next_ = nullptr;
};

}  // namespace aibuild
