#include "tool/diagnostics/packages.h"

#include <fmt/format.h>

#include <array>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <iterator>
#include <vector>

#include "ninja-gen/toolchain.h"
#include "packages_data.h"

namespace aibuild {

namespace {

namespace bj = boost::json;

constexpr std::array parts = {"headers", "libraries", "programs", "cmake", "python", "java"};

struct Table {
    std::vector<SystemPackage> packages;
    // By part: a name, and what brings it.
    std::array<std::map<std::string, std::size_t, std::less<>>, parts.size()> names;
};

Table read_table() {
    Table out;
    const bj::value document = bj::parse(embedded::packages_data("packages.json"));
    for (const bj::value& each : document.at("packages").as_array()) {
        const bj::object& entry = each.as_object();
        SystemPackage package;
        if (const bj::value* module = entry.if_contains("pkg_config"))
            package.pkg_config = module->as_string();
        for (const auto& system : entry.at("packages").as_object())
            package.packages.emplace(system.key(), system.value().as_string());
        for (std::size_t n = 0; n < parts.size(); ++n) {
            const bj::value* names = entry.if_contains(parts[n]);
            if (names == nullptr) continue;
            for (const bj::value& name : names->as_array())
                out.names[n].emplace(std::string(name.as_string()), out.packages.size());
        }
        out.packages.push_back(std::move(package));
    }
    return out;
}

const Table& table() {
    static const Table out = read_table();
    return out;
}

// "debian/": what begins with it.
std::string_view shorter(std::string_view name, char separator) {
    if (!name.empty()) name.remove_suffix(1);
    const std::size_t at = name.rfind(separator);
    if (at == name.npos) return {};
    return name.substr(0, separator == '/' ? at + 1 : at);
}

std::string_view top_of(std::string_view module) {
    return module.substr(0, module.find('.'));
}

const SystemPackage* package_for(const Diagnostic& diagnostic) {
    const std::string& what = diagnostic.subject;
    if (diagnostic.code == "missing-header") return package_of(PackagePart::header, what);
    if (diagnostic.code == "missing-library") return package_of(PackagePart::library, what);
    if (diagnostic.tool == "cmake") return package_of(PackagePart::cmake, what);
    if (diagnostic.tool == "python") return package_of(PackagePart::python, top_of(what));
    if (diagnostic.tool == "javac") return package_of(PackagePart::java, what);
    return nullptr;
}

std::string install_program(std::string_view program, const Languages& languages) {
    for (const Language& language : languages.all()) {
        for (const Tool& tool : language.tools) {
            for (const std::string& command : tool.commands) {
                if (command == program && !tool.packages.empty()) return install_command(tool.packages);
            }
        }
    }
    if (const SystemPackage* found = package_of(PackagePart::program, program))
        return install_command(found->packages);
    return fmt::format("apt-file search bin/{}, or put it on PATH", program);
}

}  // namespace

const SystemPackage* package_of(PackagePart part, std::string_view name) {
    const auto& names = table().names[static_cast<std::size_t>(part)];
    const char separator = part == PackagePart::header ? '/' : part == PackagePart::java ? '.' : '\0';
    while (!name.empty()) {
        if (const auto found = names.find(name); found != names.end())
            return &table().packages[found->second];
        if (separator == '\0') break;
        name = shorter(name, separator);
    }
    return nullptr;
}

bool known_package(const Diagnostic& diagnostic) {
    return package_for(diagnostic) != nullptr;
}

std::string install_of(const Diagnostic& diagnostic, const Languages& languages) {
    const std::string& what = diagnostic.subject;
    if (diagnostic.kind == DiagnosticKind::missing_toolchain) return install_program(what, languages);
    if (diagnostic.kind != DiagnosticKind::missing_package) return {};
    if (const SystemPackage* found = package_for(diagnostic)) return install_command(found->packages);
    if (diagnostic.code == "missing-header") return fmt::format("apt-file search {}", what);
    if (diagnostic.code == "missing-library") return fmt::format("apt-file search lib{}.so", what);
    if (diagnostic.tool == "cmake") return fmt::format("apt-file search {0}Config.cmake, or {0}.pc", what);
    if (diagnostic.tool == "python") return fmt::format("python3 -m pip install {}", top_of(what));
    if (diagnostic.tool == "javac") return fmt::format("put the library that has {} on the class path", what);
    if (diagnostic.tool == "rustc") return fmt::format("cargo add {}, in a project of cargo's", what);
    if (diagnostic.tool == "go") return fmt::format("go get {}", what);
    if (diagnostic.tool == "tsc" || diagnostic.tool == "node") return fmt::format("npm install {}", what);
    return {};
}

}  // namespace aibuild
