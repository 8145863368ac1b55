#include "tool/prompting/prompt_check.h"

#include <fmt/format.h>

#include "ninja-gen/error.h"
#include "tool/prompting/prompts.h"
#include "tool/prompting/repair.h"

namespace aibuild {

namespace {

constexpr std::string_view asked = "a library that the check of prompts asks for";
constexpr std::string_view asked_change = "a change that the check of prompts asks for";

// A project with all that can stand in a prompt.
Described full() {
    Described out;
    out.description = asked;
    out.surroundings = {{"AGENTS.md", "LICENSE"}, "Keep it short.\n"};
    out.machine = {{{"c++", "c++ 12"}, {"cc", "cc 12"}}, {"sqlite3"}, {{"zlib", "1.2.13"}}};
    return out;
}

Plan small_plan() {
    Plan plan;
    plan.name = "checked";
    plan.version = "0.1.0";
    plan.description = asked;
    Target library;
    library.name = "checked";
    library.kind = Kind::static_library;
    library.language = "c++";
    library.sources = {"src/checked.cpp"};
    library.headers = {"include/checked.hpp"};
    Target test = library;
    test.name = "checked-test";
    test.kind = Kind::test;
    test.sources = {"tests/checked_test.cpp"};
    test.headers.clear();
    test.uses = {"checked"};
    plan.targets = {library, test};
    plan.files = {{"include/checked.hpp", std::string(asked), {}},
                  {"src/checked.cpp", std::string(asked), {}},
                  {"tests/checked_test.cpp", std::string(asked), {}}};
    return plan;
}

// A fault with all that can stand in a prompt.
RepairAsked fault() {
    RepairAsked out;
    out.project = "checked";
    out.description = asked;
    out.plan = "the part of a plan";
    out.rules = {{"C++", "the rules of a language"}};
    out.agents = "Keep it short.\n";
    out.step = "obj/checked.o";
    out.fault = "src/checked.cpp:1:1: a fault";
    out.notes = {"a note"};
    out.output = "what was printed";
    out.files = {{"src/checked.cpp", "the text of a source", true, false},
                 {"tests/checked_test.cpp", "the text of a test", false, true}};
    out.tried = {"what did not help"};
    return out;
}

void must_say(const PromptTemplates& templates, std::string_view name, const Request& request,
              std::string_view what) {
    for (const Message& message : request.messages) {
        if (message.text.find(what) != std::string::npos) return;
    }
    throw Error(Exit::usage, "prompt.lost", templates.find(name).place,
                fmt::format("Filled, the template does not say \"{}\", which it is to be about.", what),
                "Put the key back that was taken out; `aibuild-gen prompts show` prints a template.");
}

}  // namespace

void check_prompt(const PromptTemplates& templates, std::string_view name) {
    (void)templates.find(name);  // a name that is none says so
    const Languages languages;
    const Prompts prompts(templates, languages, "model");
    Described empty;
    empty.description = asked;
    if (name == "brief") {
        for (const Described& described : {full(), empty})
            must_say(templates, name, prompts.brief(described), asked);
    } else if (name == "plan") {
        Brief brief;
        brief.languages = {"c++"};
        brief.kinds = {"library"};
        const Decisions decided = {{"Which?", "The first."}};
        must_say(templates, name, prompts.plan(full(), brief, decided), asked);
        must_say(templates, name, prompts.plan(full(), brief, decided), "The first.");
        must_say(templates, name, prompts.plan(empty, {}, {}), asked);
    } else if (name == "change") {
        const ChangeAsked change{
            std::string(asked_change), write_plan(small_plan()), {{"src/checked.cpp", "a text as it is"}},
            {"src/theirs.cpp"},        full().surroundings,      full().machine};
        const Request request = prompts.change(change);
        for (const std::string_view said :
             {asked_change, asked, std::string_view("a text as it is"), std::string_view("src/theirs.cpp")})
            must_say(templates, name, request, said);
        ChangeAsked bare;
        bare.description = asked_change;
        must_say(templates, name, prompts.change(bare), asked_change);
    } else if (name == "repair") {
        const RepairPrompts repairs(templates, "model");
        RepairAsked bare;
        bare.fault = fault().fault;
        for (const RepairAsked& each : {fault(), bare}) {
            must_say(templates, name, repairs.which(each), each.fault);
            must_say(templates, name, repairs.text(each, "", {"src/checked.cpp", ""}), "src/checked.cpp");
        }
        const Request request = repairs.text(fault(), "the cause", {"src/checked.cpp", "the change"});
        for (const std::string_view said :
             {"the text of a source", "what was printed", "the cause", "the change"})
            must_say(templates, name, request, said);
    } else {
        const Plan plan = small_plan();
        const std::vector<FilePlace> places = file_order(plan);
        const std::map<std::size_t, std::string> texts = {{0, "the text of a header"}};
        Request request = prompts.file(plan, 1, places[1], full(), texts);
        if (name == "file") {
            must_say(templates, name, request, "src/checked.cpp");
            must_say(templates, name, request, asked);
            must_say(templates, name, request, "the text of a header");
            (void)prompts.file(plan, 0, places[0], empty, {});
            return;
        }
        if (name == "declared") {
            const Prompts declared(templates, languages, "model", {}, "declared");
            const FileEdit edit{"its text as it is", "", ""};
            request = declared.file(plan, 1, places[1], full(), texts, &edit);
            for (const std::string_view said :
                 {std::string_view("src/checked.cpp"), asked, std::string_view("the text of a header"),
                  std::string_view("its text as it is")})
                must_say(templates, name, request, said);
            (void)declared.file(plan, 0, places[0], empty, {});
            return;
        }
        if (name == "edit") {
            const FileEdit edit{"its text as it is", std::string(asked_change), "what changes in it"};
            request = prompts.file(plan, 1, places[1], full(), texts, &edit);
            for (const std::string_view said :
                 {std::string_view("src/checked.cpp"), std::string_view("the text of a header"),
                  std::string_view("its text as it is"), asked_change,
                  std::string_view("what changes in it")})
                must_say(templates, name, request, said);
            const FileEdit bare{"its text as it is", "", ""};
            must_say(templates, name, prompts.file(plan, 0, places[0], empty, {}, &bare),
                     "its text as it is");
            return;
        }
        const Error error(Exit::rejected, "answer.empty", "line 7", "Nothing was there.", "");
        request = prompts.again(std::move(request), "", error);
        for (const std::string_view said : {"answer.empty", "line 7", "Nothing was there."})
            must_say(templates, name, request, said);
    }
}

}  // namespace aibuild
