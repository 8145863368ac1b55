#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "ninja-gen/lower.h"
#include "tests/support/fake_tools.h"
#include "tests/support/thrown.h"

namespace aibuild::test {

// A plan with these targets (JSON, separated by commas), lowered on a machine with fake tools.
class LoweredPlan {
  public:
    explicit LoweredPlan(const std::string& targets, const std::string& rest = "")
        : text("{\"format\": 1, \"project\": {\"name\": \"p\"}" + rest + ",\n\"targets\": [\n" + targets +
               "\n]}"),
          plan(read_plan(text, "plan")),
          lowered(lower({plan, text, "plan"}, languages, toolchain)) {}

    const LoweredTarget& target(const std::string& name) const { return lowered.targets[index(name)]; }

    // Names of the libraries that a target links, in the order in which the linker sees them.
    std::vector<std::string> links(const std::string& name) const {
        std::vector<std::string> out;
        for (TargetId id : target(name).links) out.push_back(plan.targets[static_cast<std::size_t>(id)].name);
        return out;
    }

    // Outputs of what a target is built into, without their mark.
    std::vector<std::string> outputs(const std::string& name) const {
        std::vector<std::string> out;
        for (const BuiltProduct& built : target(name).products) out.push_back(built.output.substr(1));
        return out;
    }

    const Step& step(const std::string& output) const {
        for (const Step& each : lowered.graph.steps) {
            if (each.output.substr(1) == output) return each;
        }
        throw std::runtime_error("there is no step that makes " + output);
    }

    // The last command that makes `output`, its words joined; marks are shown as ^.
    std::string command(const std::string& output) const {
        std::string out;
        for (const std::string& word : lowered.graph.rule(step(output)).commands.back())
            out += (out.empty() ? "" : " ") + word;
        std::replace_if(
            out.begin(), out.end(), [](char c) { return c > 0 && c < '\x08'; }, '^');
        return out;
    }

    std::vector<std::string> inputs(const std::string& output) const { return paths(step(output).inputs); }
    std::vector<std::string> implicit(const std::string& output) const {
        return paths(step(output).implicit);
    }

    FakeTools tools;
    std::string text;
    Languages languages;
    Toolchain toolchain;
    Plan plan;
    Lowered lowered;

  private:
    std::size_t index(const std::string& name) const {
        for (std::size_t n = 0; n < plan.targets.size(); ++n) {
            if (plan.targets[n].name == name) return n;
        }
        throw std::runtime_error("there is no target " + name);
    }

    std::vector<std::string> paths(Paths run) const {
        std::vector<std::string> out;
        for (std::string_view path : lowered.graph.at(run)) out.emplace_back(path.substr(1));
        return out;
    }
};

// A target as JSON. `uses` is "a b".
inline std::string json_target(const std::string& name, const std::string& kind, const std::string& language,
                               const std::string& source, const std::string& uses = "",
                               const std::string& further = "") {
    std::string list;
    for (std::size_t at = 0; at < uses.size();) {
        const std::size_t end = std::min(uses.find(' ', at), uses.size());
        list += (list.empty() ? "\"" : ", \"") + uses.substr(at, end - at) + "\"";
        at = end + 1;
    }
    return R"({"name": ")" + name + R"(", "kind": ")" + kind + R"(", "language": ")" + language +
           R"(", "sources": [)" + (source.empty() ? "" : "\"" + source + "\"") + R"(], "uses": [)" + list +
           "]" + further + "}";
}

}  // namespace aibuild::test
