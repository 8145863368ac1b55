#pragma once

// The one pass over a plan that lower() is, cut by what each part finds out: what is made and by whom it is
// used (lowering.cpp), what a link takes from others (link_inputs.cpp), what placeholders stand for
// (placeholders.cpp), and the steps (steps.cpp), of which the plan may bring some (custom_steps.cpp).

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "ninja-gen/lower.h"
#include "ninja-gen/template.h"
#include "ninja-gen/use_graph.h"

namespace aibuild {

inline std::string in_source(std::string_view path) {
    return mark::source + std::string(path);
}
inline std::string in_build(std::string_view path) {
    return mark::build + std::string(path);
}
inline std::string_view directory_of(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

class Lowering {
  public:
    // Keeps references to all three.
    Lowering(const PlanText& source, const Languages& languages, Toolchain& toolchain);

    Lowered run();

  private:
    // What a target takes from others, all symbolic.
    struct Inputs {
        std::vector<std::string_view> objects;
        Words libraries, crates, crate_directories, link, rpath;
        std::map<std::string, Words, std::less<>> by_interface;
        std::vector<std::string> implicit;
        // Of libraries of its own language that leave modules: their directories, maps and archives.
        Words used_modules, module_maps, module_libraries;
    };

    LoweredTarget& at(std::size_t n) { return lowered_.targets[n]; }
    std::size_t used(const std::string& name) const { return uses_.index(name); }
    [[noreturn]] void fail(std::string rule, const std::string& pointer, std::string why,
                           std::string fix) const;

    // What somebody consumes; all of a target's products where nobody does.
    void choose_products(std::size_t n, const Words& wanted);
    const BuiltProduct* product_of(std::size_t n, std::string_view interface) const;

    // A static library passes on what it uses, a shared library keeps it to itself.
    void requirements(std::size_t n);

    std::size_t step_index(const std::string& name) const { return steps_.at(name); }
    // What the steps that a target names make for it.
    void generated(std::size_t n);
    void custom_step(std::size_t n);
    Words command_of(std::size_t n, std::vector<std::string_view>& implicit);
    std::string program_of(std::size_t n, const std::string& name);
    std::string how_to_get(const std::string& program) const;
    // A file that the plan names: of the project, or made by a step.
    std::string file(std::string_view path) const {
        return step_of(plan_, path) ? in_build(path) : in_source(path);
    }
    // All sources of a target, symbolic.
    Words sources(std::size_t n) const;
    // What must be there before a target is compiled: an output of each step is enough, for they come
    // together.
    std::vector<std::string_view> generated_first(std::size_t n);

    void emit(std::size_t n);
    void unique_outputs() const;

    Inputs consume(std::size_t n);
    // Some archives carry a whole runtime, which a program can have but once.
    void refuse_second(std::size_t n, std::size_t other,
                       std::unordered_map<const Product*, std::size_t>& single) const;

    // Placeholders that every template of a target may use, and those of its commands.
    Values names(std::size_t n);
    Values placeholders(std::size_t n, const Inputs& in, std::string_view program);
    // The directory that imports start from: the first one above the main source without the marker file.
    std::string module_root(std::size_t n) const;
    // The scripts that a rule's steps are made again for: its own, and those that they call.
    void add_helpers(std::vector<std::string_view>& out, const Rule& rule);
    static std::vector<Words> expand_all(const std::vector<Words>& commands, const Values& values,
                                         const std::string& where);

    std::vector<std::string_view> compile(std::size_t n, const Inputs& in);  // the objects
    // The steps before a compile in a language with modules; the dyndep file that they make.
    std::string_view scan(std::size_t n, const Inputs& in, const std::vector<std::string_view>& sources,
                          const std::vector<std::string_view>& objects);
    std::string module_directory(std::size_t n);
    void use_modules(std::size_t n, Inputs& in);
    void product(std::size_t n, const Inputs& in, const BuiltProduct& built);
    void test(std::size_t n, const Inputs& in);
    void tests();

    const PlanText& source_;
    const Plan& plan_;
    Toolchain& toolchain_;
    std::vector<const Language*> languages_;  // by target
    UseGraph uses_;
    Lowered lowered_;
    std::unordered_map<std::string_view, const Package*> packages_;
    std::unordered_map<std::string_view, std::size_t> steps_;
    const Languages& known_languages_;
    std::unordered_map<std::size_t, const Language*> drivers_;  // who links a target, where it is another one
    std::vector<std::string_view> stamps_;                      // of the tests
    Words scratch_;                                             // the value of the last placeholder
};

}  // namespace aibuild
