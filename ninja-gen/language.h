#pragma once

// A language is data: one JSON file in ninja-gen/languages/, whose grammar is languages/language.schema.json
// and whose terms are explained in languages/README.md. This is that file, read.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ninja-gen/plan.h"

namespace aibuild {

using Words = std::vector<std::string>;  // argv elements, or templates of such

// A program of the toolchain.
struct Tool {
    std::string name;                             // as placeholders call it: "c++"
    Words commands;                               // tried in this order on PATH
    std::string environment;                      // variable that names it instead: "CXX"
    Words version;                                // arguments that make it print its version
    std::map<std::string, std::string> packages;  // distribution -> package that brings it
};

// Something that a target is built into.
struct Product {
    std::string interface;  // what users consume: "c" (an archive), "c-shared", "rust", "python", "program"
    std::string verb;       // for descriptions: "LINK"
    std::string output;     // template of a path in the build directory
    Words in;               // what the explicit inputs are: "objects", "libraries", "sources"
    std::vector<Words> commands;  // run one after the other
    bool depfile = false;         // the tool writes what it read to {depfile}, in Make's syntax
    bool response = false;        // the tool reads more arguments from @FILE
    Words link;                   // flags that a linker needs beside this archive
    bool restat = false;          // an unchanged product is left as it is, and so is what was made from it
    bool single = false;          // a program can't link two of these
    int memory = 0;               // megabytes that making one may take, where that is many
};

// What compiles of a language leave for each other beside their objects: Fortran's .mod files. Which, a scan
// of each source finds out; a collation of all says it to Ninja (manual: dynamic dependencies).
struct Modules {
    std::string directory;       // template: where a target's are
    std::vector<Words> scan;     // of a source, to what it makes and reads
    std::vector<Words> collate;  // of a target's scans, to its dyndep file and, beside it, its map
};

// How one source becomes one object.
struct Compile {
    std::string verb;
    std::string output;
    std::vector<Words> commands;
    bool depfile = false;
    bool restat = false;    // as of a product
    bool launcher = false;  // its first command may be run through a compiler launcher
    int memory = 0;         // as of a product
    Words pic;              // flags for objects that end up in a shared library
    std::optional<Modules> modules = {};
};

// What a build directory can be made for.
inline constexpr std::string_view configuration_names[] = {"release", "debug", "sanitize", "coverage"};

struct Language {
    std::string name;      // "c++"
    std::string title;     // "C++"
    std::string file;      // that it was read from, for messages; empty for those that AIBuild was built with
    std::string replaces;  // the language whose place it takes
    Words aliases;
    Words extensions;  // of sources, with the dot
    std::vector<Tool> tools;
    std::string default_standard;
    std::map<std::string, Words> standards;
    std::map<std::string, Words> warnings;        // default, none, all, errors
    std::map<std::string, Words> configurations;  // flags of each; see flags_of
    Words tests;                                  // further flags for compiling a test
    Words helpers;                                // scripts that its commands run
    std::map<std::string, std::string, std::less<>>
        scripts;  // the text of those that stand beside its file; the others are of ninja-gen/helpers
    std::optional<Compile> compile;
    std::map<Kind, std::vector<Product>> products;
    Words uses;  // interfaces it can consume, the preferred one first
    int linker_rank =
        0;          // of all languages in a program, the one with the highest rank links it; 0 never does
    Words rpath;    // flags that let a program find shared libraries beside it
    Words runtime;  // flags that a linker of another language needs for this language's objects
    std::string root_marker;  // a module root is the first directory above the main source without this file
    Words run;                // how a test is started
    std::string counted;      // an extended regular expression: a line of a test's output that is one test
    std::string rules;        // what a planner must know that the kinds don't say
    std::string cmake_language;  // where CMake knows the language itself: "CXX"

    bool supports(Kind kind) const;
    bool is_source(std::string_view path) const;
    // Can it compile a source that is made elsewhere than beneath the directory of the others?
    bool takes_generated(Kind kind) const;
    // The flags of a configuration. What has none for sanitize or coverage is built as for debug.
    const Words& flags_of(std::string_view configuration) const;
    // The text of one of its helpers.
    std::string_view helper(std::string_view name) const;
};

// Reads one language file. Throws Error `language.schema`, `language.newer`, `language.kind`, what
// json::parse throws, and what language_rules.h lists.
Language read_language(std::string_view text, std::string_view file);

// The languages that AIBuild was built with, by name, and those of further files.
class Languages {
  public:
    Languages();

    // Adds a language that was read from `text`, with its `file` and `scripts`. Throws Error, naming both
    // places: `language.duplicate` (a name or an alias that is taken already), `language.ambiguous` (an
    // extension that is), `language.tool` (a tool that is another one elsewhere), `language.helper` (a script
    // that would be written over another one), `language.replaces`.
    void add(Language language, std::string_view text);

    const std::vector<Language>& all() const { return languages_; }

    // By name or alias; nullptr where there is none.
    const Language* find(std::string_view name) const;

    // Names and aliases, for did-you-mean.
    Words names() const;

  private:
    std::vector<Language> languages_;
};

// The text of a script in ninja-gen/helpers.
std::string_view helper_text(std::string_view name);

}  // namespace aibuild
