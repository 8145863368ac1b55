#include "tool/inference/builtin/vocabulary.h"

#include <algorithm>
#include <initializer_list>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "reserved.h"

namespace aibuild {

namespace {

using Set = std::unordered_set<std::string_view>;

Set split(std::string_view text) {
    Set out;
    while (true) {
        const std::size_t start = text.find_first_not_of(" \n");
        if (start == std::string_view::npos) return out;
        const std::size_t end = std::min(text.find_first_of(" \n", start), text.size());
        out.insert(text.substr(start, end - start));
        text.remove_prefix(end);
    }
}

}  // namespace

const Noun* noun(std::string_view word) {
    static const std::unordered_map<std::string_view, Noun> table = [] {
        std::unordered_map<std::string_view, Noun> out;
        const auto add = [&](Role role, bool part_of_name, std::string_view suffix, std::string_view words) {
            for (std::string_view each : split(words)) out[each] = {each, role, suffix, part_of_name};
        };
        add(Role::library, false, "", "library lib libraries");
        add(Role::program, false, "cli", "cli command-line-tool command");
        add(Role::program, false, "", "tool program app application executable binary utility");
        add(Role::program, true, "", "server daemon service client game shell");
        add(Role::report, true, "", "report script dashboard plot chart");
        add(Role::helper, true, "",
            "tokenizer tokeniser parser lexer scanner engine core module backend codec encoder decoder "
            "compressor "
            "solver allocator indexer splitter component package plugin kernel formatter matcher validator "
            "hasher "
            "runtime sdk");
        add(Role::tests, false, "", "test tests testing unit-tests testsuite test-suite");
        return out;
    }();
    const auto found = table.find(word);
    return found == table.end() ? nullptr : &found->second;
}

Hint hint(std::string_view word) {
    static const std::unordered_map<std::string_view, Hint> table = [] {
        std::unordered_map<std::string_view, Hint> out;
        const auto add = [&](Hint meaning, std::string_view words) {
            for (std::string_view each : split(words)) out[each] = meaning;
        };
        add(Hint::article, "a an one two some my our another any each every");
        add(Hint::definite, "the its this");
        add(Hint::joining, "and plus also then & +");
        add(Hint::alternative, "or nor");
        add(Hint::with,
            "with including featuring has have having containing contains provides includes offers");
        add(Hint::in, "in using via");
        add(Hint::aside,
            "that which who whose whom to for of from into onto on at by over about when where while if "
            "because as "
            "between per under against through after before across around toward towards within during until "
            "than "
            "like similar");
        add(Hint::negation,
            "no not without never neither excluding except avoid avoiding don't doesn't isn't aren't "
            "shouldn't "
            "mustn't won't cannot can't dont non instead rather minus");
        add(Hint::but, "but however");
        add(Hint::filler,
            "i we you he she they it me us want need would should must can could will shall may might please "
            "create "
            "make build write generate give let lets let's develop design implement is are be being been was "
            "were do does did there here these those written implemented coded made built done programmed "
            "developed "
            "based wanted i'd i'm we'd just simply so very named titled wants needs uses use used");
        return out;
    }();
    const auto found = table.find(word);
    return found == table.end() ? Hint::none : found->second;
}

bool is_adjective(std::string_view word) {
    static const Set words = split(
        "small simple fast tiny little new modern plain pure idiomatic safe standard strict portable basic "
        "minimal "
        "good great nice clean robust quick lightweight efficient reusable generic complete full whole "
        "proper real "
        "single separate external internal public private main primary second secondary additional extra "
        "optional "
        "self-contained cross-platform multi-threaded threaded concurrent parallel high-performance "
        "performant "
        "header-only shared static dynamic unit tested well-tested open-source free third-party short big "
        "large "
        "beautiful cool awesome handy useful");
    return words.contains(word);
}

bool is_generic(std::string_view word) {
    static const Set words = split(
        "project code codebase software implementation version starter example demo thing something stuff "
        "solution system part parts half side only file files language languages source sources prototype");
    return words.contains(word);
}

bool is_kind_word(std::string_view word) {
    static const Set words = split(
        "static shared dynamic header-only header only interface command-line commandline command line "
        "terminal "
        "console unit integration standalone linked library lib");
    return words.contains(word);
}

bool spoils_language_after(std::string_view word) {
    static const Set words = split(
        "vitamin plan hepatitis grade option type class section appendix exhibit middle key drive level "
        "group team");
    return words.contains(word);
}

bool spoils_language_before(std::string_view word) {
    static const Set words = split(
        "abi api apis interface interfaces linkage ffi string strings locale header headers style calling "
        "bindings "
        "binding compatible callers consumers clients snake");
    return words.contains(word);
}

OtherLanguage other_language(std::string_view word) {
    static const std::unordered_map<std::string_view, OtherLanguage> table = {
        {"kotlin", {"Kotlin", true}},
        {"java", {"Java", true}},
        {"javascript", {"JavaScript", true}},
        {"typescript", {"TypeScript", true}},
        {"node.js", {"JavaScript", true}},
        {"nodejs", {"JavaScript", true}},
        {"c#", {"C#", true}},
        {"f#", {"F#", true}},
        {"csharp", {"C#", true}},
        {"golang", {"Go", true}},
        {"haskell", {"Haskell", true}},
        {"ocaml", {"OCaml", true}},
        {"scala", {"Scala", true}},
        {"clojure", {"Clojure", true}},
        {"erlang", {"Erlang", true}},
        {"elixir", {"Elixir", true}},
        {"perl", {"Perl", true}},
        {"php", {"PHP", true}},
        {"lua", {"Lua", true}},
        {"fortran", {"Fortran", true}},
        {"cobol", {"COBOL", true}},
        {"vhdl", {"VHDL", true}},
        {"verilog", {"Verilog", true}},
        {"zig", {"Zig", true}},
        {"objective-c", {"Objective-C", true}},
        {"matlab", {"MATLAB", true}},
        {"prolog", {"Prolog", true}},
        {"groovy", {"Groovy", true}},
        {"bash", {"Bash", true}},
        {"powershell", {"PowerShell", true}},
        {"lisp", {"Lisp", true}},
        {"nim", {"Nim", true}},
        {"go", {"Go", false}},
        {"d", {"D", false}},
        {"r", {"R", false}},
        {"v", {"V", false}},
        {"ada", {"Ada", false}},
        {"pascal", {"Pascal", false}},
        {"swift", {"Swift", false}},
        {"ruby", {"Ruby", false}},
        {"julia", {"Julia", false}},
        {"dart", {"Dart", false}},
        {"crystal", {"Crystal", false}},
        {"scheme", {"Scheme", false}},
        {"racket", {"Racket", false}},
        {"elm", {"Elm", false}},
        {"assembly", {"assembly", false}},
        {"assembler", {"assembly", false}},
    };
    const auto found = table.find(word);
    return found == table.end() ? OtherLanguage{} : found->second;
}

bool is_reserved(std::string_view identifier) {
    static const Set words = split(embedded::reserved("reserved.txt"));
    return words.contains(identifier);
}

}  // namespace aibuild
