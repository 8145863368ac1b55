#include "tool/inference/builtin/files.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <utility>
#include <vector>

#include "ninja-gen/error.h"
#include "ninja-gen/lower.h"
#include "ninja-gen/small_letters.h"
#include "starter.h"
#include "tool/inference/builtin/language.h"
#include "tool/inference/builtin/planning.h"
#include "tool/text/template.h"

namespace aibuild {

namespace {

using kainjow::mustache::list;

bool contains(const std::vector<std::string>& texts, std::string_view text) {
    return std::find(texts.begin(), texts.end(), text) != texts.end();
}

std::string_view stem_of(std::string_view path) {
    path.remove_prefix(path.rfind('/') + 1);
    return path.substr(0, path.find('.'));
}

std::string text_of(const std::string& name, const TemplateData& data) {
    return render(name, data,
                  [](std::string_view each) { return embedded::starter(std::string(each) + ".mustache"); });
}

class Writer {
  public:
    Writer(const Plan& plan, std::string_view path) : plan_(plan), path_(path) {}

    std::string text() {
        if (path_ == "README.md") return readme();
        for (const Target& target : plan_.targets) {
            if (contains(target.data, path_)) return text_of("sample.txt", TemplateData());
            if (!contains(target.sources, path_) && !contains(target.headers, path_)) continue;
            if (target.kind == Kind::test) return test(target);
            if (target.kind != Kind::executable) return unit(target, identifier(target.name));
            if (target.sources.front() == path_) return program(target);
            return unit(target, std::string(stem_of(path_)));
        }
        refuse();
    }

  private:
    [[noreturn]] void refuse() const {
        throw Error(Exit::usage, "builtin.file", std::string(path_),
                    "The built-in planner, which needs no model, only writes the files of starters that it "
                    "planned itself.",
                    "Write the file yourself, or let a model write it: set OPENAI_API_KEY, or "
                    "OPENAI_BASE_URL to a server of your own.");
    }

    // --- the plan, asked

    const StarterLanguage& language(const Target& target) const {
        const StarterLanguage* found = starter_language(small_letters(target.language));
        if (found == nullptr) refuse();
        return *found;
    }

    const Target& target(std::string_view name) const {
        const auto named = [&](const Target& each) { return each.name == name; };
        return *std::find_if(plan_.targets.begin(), plan_.targets.end(),
                             named);  // read_plan has seen that it is there
    }

    std::vector<const Target*> used(const Target& user, bool programs) const {
        std::vector<const Target*> out;
        for (const std::string& name : user.uses) {
            if (const Target& each = target(name); (each.kind == Kind::executable) == programs)
                out.push_back(&each);
        }
        return out;
    }

    // Libraries, and programs that count by themselves, call libraries to split texts; a program calls one
    // that counts.
    static bool counts(const Target& target) {
        return target.kind != Kind::test && (target.kind != Kind::executable || target.sources.size() > 1);
    }

    bool is_splitter(const Target& library) const {
        const auto uses_it = [&](const Target& each) {
            return counts(each) && contains(each.uses, library.name);
        };
        return std::any_of(plan_.targets.begin(), plan_.targets.end(), uses_it);
    }

    static bool is_report(const Target& target, const StarterLanguage& language) {
        return target.kind == Kind::executable && !language.compiled && target.sources.size() == 1 &&
               target.uses.empty();
    }

    bool native(const StarterLanguage& user, const Target& library) const {
        return calls_natively(user, language(library), library.kind);
    }

    // As an #include names it.
    static std::string spelling(const Target& target, std::string_view header) {
        std::size_t longest = 0;
        for (const std::string& directory : target.include_directories) {
            if (header.starts_with(directory + "/")) longest = std::max(longest, directory.size() + 1);
        }
        return std::string(header.substr(longest));
    }

    std::string include(const Target& target, std::string_view extension) const {
        for (const std::string& header : target.headers) {
            if (header.ends_with(fmt::format(".{}", extension))) return spelling(target, header);
        }
        refuse();
    }

    // The header by which `user` knows a library; empty where its language needs none.
    std::string include_for(const StarterLanguage& user, const Target& library) const {
        if (!native(user, library)) return include(library, "h");
        return user.header.empty() ? "" : include(library, user.header);
    }

    TemplateData common(const Target& target) const {
        TemplateData data;
        data.set("project", plan_.name);
        data.set("target", target.name);
        return data;
    }

    // --- files

    // A file of a library, or of what a program has instead of one.
    std::string unit(const Target& target, const std::string& id) const {
        const StarterLanguage& spoken = language(target);
        const bool splits = counts(target) && target.kind != Kind::executable && is_splitter(target);
        const bool c_header = path_.ends_with(".h");
        const auto source = std::find(target.sources.begin(), target.sources.end(), path_);
        const bool c_source = source != target.sources.end() && source - target.sources.begin() == 1 &&
                              target.kind != Kind::executable;
        // What is behind its headers is in the header itself, but for the interface that C reads.
        const bool in_header = target.kind == Kind::interface_library && (!c_header || spoken.header == "h");

        TemplateData data = common(target);
        data.set("id", id);
        data.set("inline", TemplateData(in_header));
        if (!spoken.header.empty()) {
            data.set("include", include(target, c_source ? "h" : spoken.header));
            data.set("native_include", include(target, spoken.header));
        } else if (!target.headers.empty()) {
            data.set("include", include(target, "h"));
        }
        data.set("c_interface", TemplateData(spoken.header.empty() && !target.headers.empty()));
        std::string guard = c_header ? spelling(target, path_) : "";
        for (char& c : guard)
            c = std::isalnum(static_cast<unsigned char>(c)) != 0
                    ? static_cast<char>(std::toupper(static_cast<unsigned char>(c)))
                    : '_';
        data.set("guard", guard);

        const bool c = spoken.header == "h";
        data.set("prefix", in_header ? id + "_" : "");
        data.set("detail", in_header ? "detail " : "");
        data.set("detail_end", in_header ? " detail" : "");
        data.set("local", c ? (in_header ? "static inline " : "static ") : (in_header ? "detail::" : ""));
        data.set("next_linkage", in_header ? "static inline " : splits ? "" : "static ");
        data.set("next_name", splits ? id + "_next" : (in_header ? id + "_" : "") + "next_word");
        call_splitters(data, target, spoken, in_header ? id + "_" : "", in_header && !c ? "detail::" : "");

        const std::string role = splits ? "splitter" : "counter";
        if (c_header) return text_of(role + ".h", data);
        if (contains(target.headers, path_)) return text_of(fmt::format("{}.{}", role, spoken.header), data);
        return text_of(fmt::format("{}{}.{}", role, c_source ? "_api" : "", spoken.extension), data);
    }

    // Several splitters work one after the other: each cuts up what the one before it found.
    void call_splitters(TemplateData& data, const Target& target, const StarterLanguage& spoken,
                        const std::string& prefix, const std::string& detail) const {
        list calls, foreign, passes;
        std::string previous;
        for (const Target* splitter : used(target, false)) {
            const std::string id = identifier(splitter->name);
            const bool is_native = native(spoken, *splitter);
            TemplateData call;
            call.set("id", id);
            call.set("include", include_for(spoken, *splitter));
            if (spoken.name == "c++")
                call.set("next", is_native ? id + "::next" : fmt::format("{}through_c<{}_next>", detail, id));
            if (spoken.name == "rust") {
                const std::string words = id + (is_native ? "::words" : "_words");
                call.set("next", calls.empty() ? words + "(text)" : fmt::format("    .flat_map({})", words));
            }
            calls.push_back(call);
            if (!is_native) foreign.push_back(call);
            if (!previous.empty()) {
                TemplateData pass;
                pass.set("previous", previous);
                pass.set("next", id + "_next");
                pass.set("name", fmt::format("{}split_{}", prefix, calls.size()));
                passes.push_back(pass);
                previous = fmt::format("{}split_{}", prefix, calls.size());
            } else {
                previous = id + "_next";
            }
        }
        data.set("any_splitter", TemplateData(!calls.empty()));
        data.set("any_c_splitter", TemplateData(!foreign.empty()));
        data.set("next_word", calls.empty() ? prefix + "next_word" : previous);
        data.set("splitters", TemplateData(calls));
        data.set("foreign_splitters", TemplateData(foreign));
        data.set("passes", TemplateData(passes));
    }

    std::string program(const Target& target) const {
        const StarterLanguage& spoken = language(target);
        TemplateData data = common(target);
        if (is_report(target, spoken)) return text_of(fmt::format("report.{}", spoken.extension), data);
        const bool alone = target.sources.size() > 1;
        const auto libraries = used(target, false);
        if (!alone && libraries.empty()) refuse();
        const Target& counter = alone ? target : *libraries.front();
        data.set("id", alone ? std::string(stem_of(target.sources[1])) : identifier(counter.name));
        data.set("module", TemplateData(alone));
        data.set("native", TemplateData(alone || native(spoken, counter)));
        data.set("include", alone ? (spoken.header.empty() ? "" : include(target, spoken.header))
                                  : include_for(spoken, counter));
        return text_of(fmt::format("program.{}", spoken.extension), data);
    }

    std::string test(const Target& target) const {
        const StarterLanguage& spoken = language(target);
        TemplateData data = common(target);
        const auto programs = used(target, true);
        if (!programs.empty()) {
            const Target& last = *programs.back();
            const bool report = is_report(last, language(last));
            data.set("program", last.name);
            data.set("pipeline", TemplateData(programs.size() > 1));
            data.set("python_program", TemplateData(!language(*programs.front()).compiled));
            return text_of(fmt::format("{}.{}", report ? "report_test" : "program_test", spoken.extension),
                           data);
        }
        if (target.uses.empty()) refuse();
        const Target& library = *used(target, false).front();
        data.set("uses", library.name);
        data.set("id", identifier(library.name));
        data.set("native", TemplateData(native(spoken, library)));
        data.set("words", native(spoken, library) ? "words" : identifier(library.name) + "_words");
        data.set("include", include_for(spoken, library));
        return text_of(
            fmt::format("{}_test.{}", is_splitter(library) ? "splitter" : "counter", spoken.extension), data);
    }

    std::string readme() const {
        TemplateData data;
        data.set("project", plan_.name);
        data.set("description", plan_.description);
        list targets, advice;
        for (const Target& each : plan_.targets) {
            const std::string& main = each.sources.empty() ? each.headers.front() : each.sources.front();
            const auto file = std::find_if(plan_.files.begin(), plan_.files.end(),
                                           [&](const PlannedFile& planned) { return planned.path == main; });
            TemplateData row;
            row.set("name", each.name);
            row.set("kind", std::string(name_of(each.kind)));
            row.set("language", std::string(language(each).title));
            row.set("does", file == plan_.files.end() ? "" : file->purpose);
            targets.push_back(row);
            if (each.kind == Kind::test) continue;
            std::vector<std::string> paths(each.headers);
            paths.insert(paths.end(), each.sources.begin(), each.sources.end());
            for (std::string& path : paths) path = "`" + path + "`";
            advice.emplace_back(fmt::format("{}: {}.", fmt::join(paths, ", "), replacement(each)));
        }
        data.set("targets", TemplateData(targets));
        data.set("advice", TemplateData(advice));
        return text_of("README.md", data);
    }

    std::string replacement(const Target& target) const {
        if (is_report(target, language(target))) return "put your own report in place of the table";
        if (target.kind == Kind::executable) return "give the program its own command line";
        if (is_splitter(target))
            return "put what this library is to do in place of splitting a text into words";
        return "put what this library is to do in place of counting words, its interface first";
    }

    const Plan& plan_;
    std::string_view path_;
};

}  // namespace

std::string starter_file(const Plan& plan, std::string_view path) {
    return Writer(plan, path).text();
}

}  // namespace aibuild
