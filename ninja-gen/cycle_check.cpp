#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "ninja-gen/command_words.h"
#include "ninja-gen/error.h"
#include "ninja-gen/json.h"
#include "ninja-gen/step_check.h"

namespace aibuild {

namespace {

// Something that a target or a step needs, and where the plan says so: "/targets/3/uses/0".
struct Need {
    std::size_t node;
    std::string_view list;
    std::size_t index;
};

// Targets and steps as one graph: targets by their index, steps by theirs after all targets.
class CycleChecker {
  public:
    CycleChecker(const Plan& plan, std::string_view text, std::string_view file)
        : plan_(plan), text_(text), file_(file), needs_(plan.targets.size() + plan.steps.size()) {
        for (std::size_t n = 0; n < plan.targets.size(); ++n) index_.emplace(plan.targets[n].name, n);
        for (std::size_t n = 0; n < plan.steps.size(); ++n)
            index_.emplace(plan.steps[n].name, node_of_step(n));
        for (std::size_t n = 0; n < plan.targets.size(); ++n) {
            const Target& target = plan.targets[n];
            for (std::size_t k = 0; k < target.uses.size(); ++k)
                needs_[n].push_back({index_.at(target.uses[k]), "uses", k});
            for (std::size_t k = 0; k < target.generated.size(); ++k)
                needs_[n].push_back({index_.at(target.generated[k]), "generated", k});
            files(n, target.data, "data");
        }
        for (std::size_t n = 0; n < plan.steps.size(); ++n) {
            const PlannedStep& step = plan.steps[n];
            for (std::size_t k = 0; k < step.command.size(); ++k) {
                for (const WordPiece& piece :
                     read_command_word(step.command[k], step.inputs.size(), step.outputs.size()).pieces) {
                    if (piece.what == WordPiece::What::target)
                        needs_[node_of_step(n)].push_back({index_.at(piece.text), "command", k});
                }
            }
            files(node_of_step(n), step.inputs, "inputs");
        }
    }

    // Depth first, on a stack of its own: a plan may be as deep as it likes. What is on the stack is the way
    // that led here, so that the whole circle can be shown.
    void check() {
        enum Colour : unsigned char { unseen, on_the_way, done };
        std::vector<Colour> colours(needs_.size(), unseen);
        const auto enter = [&](std::size_t n) {
            colours[n] = on_the_way;
            way_.push_back({n, 0});
        };
        for (std::size_t first = 0; first < needs_.size(); ++first) {
            if (colours[first] == unseen) enter(first);
            while (!way_.empty()) {
                Frame& here = way_.back();
                if (here.next == needs_[here.node].size()) {
                    colours[here.node] = done;
                    way_.pop_back();
                    continue;
                }
                const Need& need = needs_[here.node][here.next++];
                if (colours[need.node] == unseen) {
                    enter(need.node);
                } else if (colours[need.node] == on_the_way) {
                    fail(here.node, need);
                }
            }
        }
    }

  private:
    struct Frame {
        std::size_t node, next;
    };

    std::size_t node_of_step(std::size_t n) const { return plan_.targets.size() + n; }
    bool is_step(std::size_t node) const { return node >= plan_.targets.size(); }

    void files(std::size_t node, const std::vector<std::string>& paths, std::string_view list) {
        for (std::size_t k = 0; k < paths.size(); ++k) {
            if (const auto step = step_of(plan_, paths[k]))
                needs_[node].push_back({node_of_step(*step), list, k});
        }
    }

    std::string name(std::size_t node) const {
        return is_step(node) ? plan_.steps[node - plan_.targets.size()].name + " (a step)"
                             : plan_.targets[node].name;
    }

    // The last need closes a circle, which is the end of the way.
    [[noreturn]] void fail(std::size_t node, const Need& need) const {
        std::string circle;
        bool steps = false;
        auto it = std::find_if(way_.begin(), way_.end(),
                               [&](const Frame& frame) { return frame.node == need.node; });
        for (; it != way_.end(); ++it) {
            circle += name(it->node) + " -> ";
            steps = steps || is_step(it->node);
        }
        circle += name(need.node);
        const std::string pointer =
            fmt::format("/{}/{}/{}/{}", is_step(node) ? "steps" : "targets",
                        is_step(node) ? node - plan_.targets.size() : node, need.list, need.index);
        throw Error(Exit::usage, "plan.cycle", json::place(file_, text_, pointer),
                    (steps ? "Targets and steps need each other in a circle: "
                           : "Targets use each other in a circle: ") +
                        circle,
                    steps ? "Remove one of these needs, or move what both need to a third target."
                          : "Remove one of these uses, or move what both need to a third target.");
    }

    const Plan& plan_;
    std::string_view text_, file_;
    std::unordered_map<std::string_view, std::size_t> index_;
    std::vector<std::vector<Need>> needs_;  // by node
    std::vector<Frame> way_;
};

}  // namespace

void check_cycles(const Plan& plan, std::string_view text, std::string_view file) {
    CycleChecker(plan, text, file).check();
}

}  // namespace aibuild
