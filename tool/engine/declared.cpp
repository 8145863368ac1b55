#include "tool/engine/declared.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <sstream>

#include "ninja-gen/error.h"
#include "ninja-gen/hash.h"
#include "ninja-gen/json.h"
#include "ninja-gen/names.h"
#include "tool/text/utf8.h"
#include "tool/workspace/fields.h"

namespace aibuild {

namespace {

namespace fs = std::filesystem;
namespace bj = boost::json;

constexpr std::int64_t declared_format = 1;

std::string configure(const fs::path& build) {
    return fmt::format("cmake {}", build.string());
}

[[noreturn]] void schema(const fs::path& build, std::size_t line, const std::string& why) {
    throw Error(Exit::usage, "declared.schema", fmt::format("{}:{}", (build / declared_file).string(), line),
                why, configure(build) + " writes it anew.");
}

std::string text_in(const fs::path& build) {
    std::error_code error;
    if (fs::is_directory(build, error)) {
        if (auto text = Root(build).read(declared_file)) return *std::move(text);
    }
    throw Error(
        Exit::usage, "declared.missing", (build / declared_file).string(),
        "No CMake project that uses AIBuild was configured in this directory.",
        "Configure it (`cmake -S SOURCE -B BUILD`; that may end in an error about missing files), then "
        "name its build directory with --build.");
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> out;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) out.push_back(std::move(line));
    return out;
}

Kind kind_of(const std::string& name, const Fields& fields, const Fields::Fail& fail) {
    for (const Kind kind :
         {Kind::executable, Kind::static_library, Kind::shared_library, Kind::interface_library}) {
        if (name_of(kind) == name) return kind;
    }
    fail(fields.pointer("kind"), fmt::format("\"{}\" is no kind of target.", name));
    return Kind::executable;
}

// Paths that are written or shown: relative, and beneath the root in every spelling.
std::vector<std::string> paths_in(Fields& fields, std::string_view name) {
    std::vector<std::string> out = fields.texts_or_none(name);
    for (const std::string& path : out) {
        if (const auto problem = path_problem(path))
            throw Error(Exit::usage, "declared.path", path, *problem, "Give the file another name or place.");
    }
    return out;
}

Declaration declaration_in(Fields& fields, const Fields::Fail& fail) {
    Declaration out;
    out.name = fields.text("declaration");
    out.function = fields.text("function");
    out.list = fields.text("list");
    out.list_sha256 = fields.text("list_sha256");
    out.target = fields.text_or_empty("target");
    if (!out.target.empty()) out.kind = kind_of(fields.text("kind"), fields, fail);
    out.outputs = paths_in(fields, "outputs");
    if (out.outputs.empty()) fail(fields.pointer("outputs"), "A declaration has at least one output.");
    out.include_directories = fields.texts_or_none("include_directories");
    out.prompt_file = fields.text_or_empty("prompt_file");
    if (out.prompt_file.empty()) out.prompt = fields.text("prompt");
    out.context = paths_in(fields, "context");
    out.validate = fields.texts_or_none("validate");
    return out;
}

std::string prompt_in(const Declaration& declaration, const Root& root) {
    const std::optional<std::string> text = root.read(declaration.prompt_file);
    if (text && is_utf8(*text)) return *text;
    throw Error(Exit::usage, "declared.prompt", declaration.prompt_file,
                text ? "It is not UTF-8: no model could be sent it."
                     : fmt::format("It is not there, and {} names it as its prompt.", declaration.name),
                text ? "Save it as UTF-8." : fmt::format("Restore it, or correct {}.", declaration.list));
}

// What a list said when CMake read it, and no longer says, would be generated for nothing.
void check_lists(const Declared& declared) {
    std::map<std::string, std::string> seen;
    for (const Declaration& each : declared.declarations) seen.emplace(each.list, each.list_sha256);
    for (const auto& [list, hash] : seen) {
        const fs::path path = declared.root / list;
        std::error_code error;
        const bool there = fs::is_regular_file(path, error);
        const Root directory(there ? path.parent_path() : declared.root);
        const auto text = there ? directory.read(path.filename().string()) : std::optional<std::string>();
        if (text && sha256(*text) == hash) continue;
        throw Error(Exit::usage, "declared.changed", list,
                    fmt::format("It {} since {} was configured.", text ? "changed" : "has gone",
                                declared.build.string()),
                    configure(declared.build) +
                        " (which may end in an error about missing files), then the "
                        "same command again.");
    }
}

bool is_header(std::string_view path) {
    constexpr std::array<std::string_view, 8> endings = {".h",   ".hh",  ".hpp", ".hxx",
                                                         ".h++", ".inc", ".ipp", ".tpp"};
    return std::any_of(endings.begin(), endings.end(),
                       [&](std::string_view ending) { return path.ends_with(ending); });
}

// By the sources; of headers alone nobody can tell but by what the project is written in.
std::string language_of(const std::vector<std::string>& outputs, const Declared& declared,
                        const Languages& languages) {
    for (const std::string& output : outputs) {
        for (const Language& language : languages.all()) {
            if (!is_header(output) && language.is_source(output)) return language.name;
        }
    }
    for (const std::string_view name : {"CXX", "C"}) {
        const auto& enabled = declared.languages;
        if (std::find(enabled.begin(), enabled.end(), name) != enabled.end())
            return name == "CXX" ? "c++" : "c";
    }
    return {};
}

}  // namespace

const Declaration* Declared::of(std::string_view output) const {
    for (const Declaration& each : declarations) {
        if (std::find(each.outputs.begin(), each.outputs.end(), output) != each.outputs.end()) return &each;
    }
    return nullptr;
}

std::vector<std::string> Declared::context_of(const Declaration& declaration) const {
    std::vector<std::string> out;
    for (const auto* list : {&context, &declaration.context}) {
        for (const std::string& path : *list) {
            if (std::find(out.begin(), out.end(), path) == out.end()) out.push_back(path);
        }
    }
    return out;
}

fs::path declared_root(const fs::path& build) {
    const std::string text = text_in(build);
    const std::string line = text.substr(0, text.find('\n'));
    const bj::value header = json::parse(line, (build / declared_file).string());
    const bj::value* root = header.is_object() ? header.get_object().if_contains("root") : nullptr;
    std::error_code error;
    if (root != nullptr && root->is_string() && !fs::is_directory(root->get_string().c_str(), error)) {
        throw Error(Exit::usage, "declared.moved", (build / declared_file).string(),
                    fmt::format("It is about {}, which is not there any more.", root->get_string().c_str()),
                    "Configure a build directory of the project where it is now.");
    }
    if (root == nullptr || !root->is_string() || !fs::path(root->get_string().c_str()).is_absolute())
        schema(build, 1, "The first line names no root.");
    return fs::path(root->get_string().c_str());
}

bool declares(const fs::path& build, const fs::path& root) {
    std::error_code error;
    return fs::is_regular_file(build / declared_file, error) &&
           fs::equivalent(declared_root(build), root, error);
}

Declared read_declared(const fs::path& build, const Root& root) {
    Declared out;
    out.build = fs::absolute(build).lexically_normal();
    out.root = root.path();
    out.text = text_in(out.build);
    std::size_t number = 0;
    for (const std::string& line : lines_of(out.text)) {
        ++number;
        const Fields::Fail fail = [&](const std::string& pointer, const std::string& why) {
            schema(out.build, number, pointer.empty() ? why : fmt::format("{}: {}", pointer, why));
        };
        if (!is_utf8(line)) {
            throw Error(Exit::usage, "declared.utf8", fmt::format("{}:{}", declared_file, number),
                        "What a CMake list declares here is not UTF-8: no model could be sent it.",
                        "Save the list as UTF-8, and configure again.");
        }
        bj::value value;
        try {
            value = json::parse(line, declared_file);
        } catch (const Error& error) {
            schema(out.build, number, error.why());
        }
        Fields fields(value, "", fail);
        if (number == 1) {
            const auto format = fields.number("format");
            if (!format) fail("/format", "The number of the file's format is missing.");
            if (*format > declared_format) {
                throw Error(Exit::usage, "declared.newer", (out.build / declared_file).string(),
                            fmt::format("It has format {}, and this AIBuild knows formats up to {}: the "
                                        "functions that CMake loaded are of a newer AIBuild.",
                                        *format, declared_format),
                            "Use the aibuild-gen that belongs to them.");
            }
            if (std::error_code error; !fs::equivalent(fields.text("root"), root.path(), error)) {
                throw Error(Exit::usage, "declared.root", (out.build / declared_file).string(),
                            fmt::format("It is about {}, and not about {}.", fields.text("root"),
                                        root.path().string()),
                            "Leave -C out, or name the build directory of the other project.");
            }
            out.project = fields.text("project");
            out.description = fields.text_or_empty("description");
            out.context = paths_in(fields, "context");
            out.languages = fields.texts_or_none("languages");
        } else if (fields.find("declaration") != nullptr) {
            Declaration declaration = declaration_in(fields, fail);
            for (const std::string& output : declaration.outputs) {
                if (out.of(output) != nullptr) fail("/outputs", output + " is declared twice.");
            }
            out.declarations.push_back(std::move(declaration));
        } else if (fields.find("target") != nullptr) {
            out.standards[fields.text("target")] = fields.text("standard");
        } else {
            fields.need("end");
            out.complete = true;
        }
        fields.done();
    }
    check_lists(out);
    for (Declaration& each : out.declarations) {
        if (!each.prompt_file.empty()) each.prompt = prompt_in(each, root);
    }
    return out;
}

Plan plan_of(const Declared& declared, const Languages& languages) {
    Plan out;
    out.name = declared.project;
    out.description = declared.description;
    std::vector<std::string> shown;
    for (const Declaration& declaration : declared.declarations) {
        const std::vector<std::string> context = declared.context_of(declaration);
        for (const std::string& output : declaration.outputs) {
            PlannedFile file{output, declaration.prompt, context};
            std::erase(file.needs, output);
            out.files.push_back(std::move(file));
        }
        shown.insert(shown.end(), context.begin(), context.end());
        if (declaration.target.empty()) continue;
        const auto same = [&](const Target& each) { return each.name == declaration.target; };
        auto target = std::find_if(out.targets.begin(), out.targets.end(), same);
        if (target == out.targets.end()) {
            target = out.targets.insert(target, Target());
            target->name = declaration.target;
            target->kind = declaration.kind;
            target->language = language_of(declaration.outputs, declared, languages);
            const auto standard = declared.standards.find(declaration.target);
            if (standard != declared.standards.end()) target->settings.standard = standard->second;
        }
        for (const std::string& output : declaration.outputs)
            (is_header(output) ? target->headers : target->sources).push_back(output);
        // Whoever is shown a header of another declaration is to include it.
        std::vector<std::string> directories = declaration.include_directories;
        for (const std::string& path : context) {
            const Declaration* other = is_header(path) ? declared.of(path) : nullptr;
            if (other == nullptr) continue;
            const auto& more = other->include_directories;
            directories.insert(directories.end(), more.begin(), more.end());
        }
        for (const std::string& directory : directories) {
            auto& all = target->include_directories;
            if (std::find(all.begin(), all.end(), directory) == all.end()) all.push_back(directory);
        }
    }
    for (const std::string& path : shown) {
        const auto same = [&](const PlannedFile& file) { return file.path == path; };
        if (std::none_of(out.files.begin(), out.files.end(), same)) out.files.push_back({path, "", {}});
    }
    return out;
}

std::string declared_hash(const Declaration& declaration, const Declared& declared, const Lock& lock,
                          const Root& root) {
    std::string text = fmt::format("aibuild declaration 1\nprompt {}\n", sha256(declaration.prompt));
    for (const std::string& path : declared.context_of(declaration)) {
        const auto entry = lock.files.find(path);
        const bool generated = entry != lock.files.end() && entry->second.origin != "person";
        text += fmt::format("context {} {}\n", path,
                            generated ? entry->second.base : sha256(root.read(path).value_or("")));
    }
    return sha256(text);
}

}  // namespace aibuild
