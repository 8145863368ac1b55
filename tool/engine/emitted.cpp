#include "tool/engine/emitted.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/value_to.hpp>

#include "ninja-gen/error.h"
#include "ninja-gen/hash.h"
#include "ninja-gen/json.h"
#include "ninja-gen/machine.h"
#include "tool/engine/launcher.h"
#include "tool/workspace/consent.h"

namespace aibuild {

namespace {

namespace bj = boost::json;
namespace fs = std::filesystem;

constexpr int emitted_format = 2;

fs::path file_of(const fs::path& build) {
    return build / ".aibuild/emitted.json";
}

}  // namespace

Emitted read_emitted(const fs::path& build) {
    const auto text = read_file(file_of(build));
    if (!text) return {};
    try {
        const bj::value document = json::parse(*text, "emitted.json");
        const bj::object& object = document.as_object();
        if (object.at("format").as_int64() != emitted_format) return {};
        Emitted out;
        out.inputs = bj::value_to<std::string>(object.at("inputs"));
        out.languages = bj::value_to<std::vector<std::string>>(object.at("languages"));
        for (const auto& member : object.at("packages").as_object())
            out.packages.push_back({std::string(member.key()), bj::value_to<std::string>(member.value())});
        out.programs = bj::value_to<std::vector<std::string>>(object.at("programs"));
        out.scripts = bj::value_to<std::vector<std::string>>(object.at("scripts"));
        out.consents = bj::value_to<std::vector<std::string>>(object.at("consents"));
        out.outputs = bj::value_to<std::map<std::string, std::string>>(object.at("outputs"));
        out.steps = bj::value_to<std::size_t>(object.at("steps"));
        out.tests = bj::value_to<std::size_t>(object.at("tests"));
        return out;
    } catch (const std::exception&) {
        return {};  // somebody else wrote it
    }
}

void write_emitted(const fs::path& build, const Emitted& emitted) {
    bj::object packages, outputs;
    const auto list = [](const std::vector<std::string>& texts) {
        return bj::array(texts.begin(), texts.end());
    };
    for (const Package& package : emitted.packages) packages[package.name] = package.pkg_config;
    for (const auto& [path, print] : emitted.outputs) outputs[path] = print;
    const bj::object object{{"format", emitted_format},
                            {"inputs", emitted.inputs},
                            {"languages", list(emitted.languages)},
                            {"packages", std::move(packages)},
                            {"programs", list(emitted.programs)},
                            {"scripts", list(emitted.scripts)},
                            {"consents", list(emitted.consents)},
                            {"steps", emitted.steps},
                            {"tests", emitted.tests},
                            {"outputs", std::move(outputs)}};
    write_derived(file_of(build), json::pretty(object));
}

std::string inputs_hash(const BuildDirectory& directory, std::string_view plan_sha256,
                        const KnownLanguages& known, const Emitted& of, Toolchain& toolchain) {
    // A line each, so that no two lists read the same.
    std::string text = fmt::format("{}\n{}\n{}\n{}\n{}\n", plan_sha256, resolved(directory.root).string(),
                                   directory.configuration, directory.program, build_memory());
    text += fingerprint("/proc/self/exe") + "\n";
    for (const std::string& word : launcher_words(directory.launcher)) text += word + "\n";
    if (is_distributed(directory.launcher)) text += fmt::format("{}\n", local_cores());
    for (const auto& [file, origin] : known.origins) {
        for (const fs::path& path : origin.files) text += path.string() + " " + fingerprint(path) + "\n";
    }
    for (const std::string& name : of.languages) {
        const Language* language = known.languages.find(name);
        if (language == nullptr) continue;
        for (const Tool& tool : language->tools) {
            const std::string& path = toolchain.path(tool);
            text += path + " " + fingerprint(path) + "\n";
        }
    }
    for (const std::string& program : of.programs) {
        const std::string path = find_program(program);
        text += path + " " + fingerprint(path) + "\n";
    }
    for (const std::string& script : of.scripts)
        text += script + " " + fingerprint(directory.root / script) + "\n";
    for (const Package& package : of.packages) {
        const PackageFlags& flags = toolchain.flags(package);
        for (const Words* words : {&flags.compile, &flags.link}) {
            for (const std::string& word : *words) text += word + "\n";
            text += "\n";
        }
    }
    return sha256(text);
}

std::vector<std::string> programs_of(const Emitted& of, const KnownLanguages& known, Toolchain& toolchain) {
    std::vector<std::string> out;
    for (const std::string& name : of.languages) {
        const Language* language = known.languages.find(name);
        if (language == nullptr) continue;
        for (const Tool& tool : language->tools) {
            try {
                out.push_back(toolchain.path(tool));
            } catch (const Error&) {
                continue;  // whoever needs it says so
            }
        }
    }
    for (const std::string& program : of.programs) {
        if (std::string path = find_program(program); !path.empty()) out.push_back(std::move(path));
    }
    return out;
}

bool holds(const Emitted& emitted, const BuildDirectory& directory, std::string_view plan_sha256,
           const KnownLanguages& known, Toolchain& toolchain) {
    const auto same = [&](const auto& output) {
        return fingerprint(directory.build / output.first) == output.second;
    };
    if (emitted.inputs.empty() || !std::all_of(emitted.outputs.begin(), emitted.outputs.end(), same))
        return false;
    try {
        return inputs_hash(directory, plan_sha256, known, emitted, toolchain) == emitted.inputs &&
               Consents(directory.root).agreed(emitted.consents);
    } catch (const Error&) {
        return false;  // a tool, a package or a consent is gone: whoever works it out says so
    }
}

std::string fingerprint(const fs::path& path) {
    struct stat info {};
    if (stat(path.c_str(), &info) != 0) return {};
    return fmt::format("{} {}.{} {}", info.st_size, info.st_mtim.tv_sec, info.st_mtim.tv_nsec, info.st_ino);
}

}  // namespace aibuild
