#include "tool/engine/repair_spelling.h"

#include <algorithm>
#include <boost/algorithm/string/join.hpp>
#include <boost/algorithm/string/split.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <boost/system/error_code.hpp>
#include <chrono>
#include <vector>

#include "ninja-gen/error.h"
#include "ninja-gen/small_letters.h"
#include "ninja-gen/toolchain.h"
#include "tool/diagnostics/packages.h"
#include "tool/workspace/root.h"

namespace aibuild {

namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

Names split(std::string_view text, char separator) {
    Names out;
    boost::algorithm::split(out, text, [=](char c) { return c == separator; });
    return out;
}

// Without its extension, which says more of what a file is than of its name.
std::string_view stem(std::string_view name) {
    return name.substr(0, std::min(name.find('.', 1), name.size()));
}

bool file_slip(const std::string& word, const std::string& name) {
    const std::string_view end = std::string_view(word).substr(stem(word).size());
    return std::string_view(name).substr(stem(name).size()) == end && one_slip(stem(word), stem(name));
}

// The one of `names` that differs from `word` in one of its parts, by a slip.
template <class Slip>
std::optional<std::string> closest(const std::string& word, const Names& names, char separator, Slip slip) {
    const Names parts = split(word, separator);
    for (const std::string& name : names) {
        const Names others = split(name, separator);
        if (others.size() != parts.size()) continue;
        const auto [first, second] = std::mismatch(parts.begin(), parts.end(), others.begin());
        if (first != parts.end() && slip(*first, *second) && std::equal(first + 1, parts.end(), second + 1))
            return name;
    }
    return std::nullopt;
}

// Where this machine's compiler looks for headers. It says so among its errors, which only a shell can turn.
std::vector<fs::path> header_directories() {
    for (const char* compiler : {"c++", "g++", "clang++", "cc", "gcc", "clang"}) {
        const std::string program = find_program(compiler);
        if (program.empty()) continue;
        const auto told = output_of(
            {find_program("sh"), "-c", "LC_ALL=C exec \"$0\" -E -v -x c++ /dev/null 2>&1", program});
        std::vector<fs::path> out;
        for (const std::string& line : split(told.value_or(""), '\n')) {
            if (line.starts_with(" /")) out.emplace_back(line.substr(1));
            if (line.starts_with("End of search list")) return out;
        }
    }
    return {"/usr/local/include", "/usr/include"};
}

Names entries(const std::vector<fs::path>& directories) {
    Names out;
    for (const fs::path& directory : directories) {
        std::error_code error;
        for (fs::directory_iterator each(directory, error), end; !error && each != end; each.increment(error))
            out.push_back(each->path().filename().string());
    }
    return out;
}

// Those of `directories` that have `name`.
std::vector<fs::path> below(const std::vector<fs::path>& directories, const std::string& name) {
    std::vector<fs::path> out;
    for (const fs::path& directory : directories) {
        std::error_code ignored;
        if (fs::exists(directory / name, ignored)) out.push_back(directory / name);
    }
    return out;
}

std::optional<std::string> installed_header(const std::string& header) {
    std::vector<fs::path> here = header_directories();
    Names path = split(header, '/');
    bool slipped = false;
    for (std::string& part : path) {
        std::vector<fs::path> next = below(here, part);
        if (next.empty()) {
            // Of a package that is here, with all that is on the way to the header, it is none.
            if (slipped || (&part != &path.back() && package_of(PackagePart::header, header) != nullptr))
                return std::nullopt;
            const auto meant = closest(part, entries(here), '/', file_slip);
            if (!meant) return std::nullopt;
            slipped = true;
            part = *meant;
            next = below(here, part);
        }
        here = std::move(next);
    }
    return slipped ? std::optional(boost::algorithm::join(path, "/")) : std::nullopt;
}

// By as much of its end as `header` has: of the project's own nobody knows which directories are looked in.
std::optional<std::string> own_header(const std::string& header, const std::set<std::string>& files) {
    const auto depth = std::count(header.begin(), header.end(), '/');
    Names ends;
    for (const std::string& file : files) {
        std::size_t at = file.size();
        for (auto n = depth; n >= 0 && at != file.npos; --n) at = at == 0 ? at : file.rfind('/', at - 1);
        ends.push_back(at == file.npos ? file : file.substr(at + 1));
    }
    return closest(header, ends, '/', file_slip);
}

std::optional<std::string> meant_header(const std::string& header, const std::set<std::string>& files) {
    // A name of its own, and no directory that a package has.
    if (header.find('/') == header.npos && package_of(PackagePart::header, header) != nullptr)
        return std::nullopt;
    if (auto own = own_header(header, files)) return own;
    return installed_header(header);
}

// The names that the project's files with this extension can be imported as: their own and their folders'.
Names own_modules(const std::set<std::string>& files, std::string_view extension) {
    std::set<std::string> out;
    for (const std::string& file : files) {
        if (!file.ends_with(extension)) continue;
        for (const std::string& part : split(file, '/')) out.emplace(stem(part));
    }
    return {out.begin(), out.end()};
}

std::optional<std::string> meant_python(const std::string& module, const std::set<std::string>& files) {
    const std::string top = module.substr(0, module.find('.'));
    if (package_of(PackagePart::python, top) != nullptr) return std::nullopt;
    // Isolated: neither the project nor its environment says what is run here.
    const auto told =
        output_of({find_program("python3"), "-I", "-c",
                   "import pkgutil, sys\n"
                   "print(*sys.stdlib_module_names, *(m.name for m in pkgutil.iter_modules()))"});
    Names names = own_modules(files, ".py");
    for (std::string& name : split(told.value_or(""), ' ')) names.push_back(std::move(name));
    const auto meant = closest(top, names, '.', one_slip);
    return meant ? std::optional(*meant + module.substr(top.size())) : std::nullopt;
}

// What package.json asks for, there or not: npm installs it.
Names npm_dependencies(const fs::path& root) {
    Names out;
    try {
        const auto text = Root(root).read("package.json");
        boost::system::error_code error;
        const boost::json::value package = boost::json::parse(text.value_or(""), error);
        if (error || !package.is_object()) return out;
        for (const char* kind : {"dependencies", "devDependencies"}) {
            const boost::json::value* list = package.get_object().if_contains(kind);
            if (list == nullptr || !list->is_object()) continue;
            for (const auto& each : list->get_object()) out.emplace_back(each.key());
        }
    } catch (const Error&) {
        // A link in its place tells nothing.
    }
    return out;
}

std::optional<std::string> meant_node(const std::string& module, const fs::path& root) {
    Names names = npm_dependencies(root);
    if (std::find(names.begin(), names.end(), module) != names.end()) return std::nullopt;
    const auto told = output_of({find_program("node"), "-p", "require('module').builtinModules.join('\\n')"});
    for (std::string& name : split(told.value_or(""), '\n')) names.push_back(std::move(name));
    return closest(module, names, '/', one_slip);
}

// As javac tells it: what is called so on PATH is a wrapper of a version manager as often as not.
fs::path java_home() {
    constexpr std::string_view key = "java.home = ";
    const std::string told =
        run_program({"sh", "-c", "exec javac -J-XshowSettings:properties -version 2>&1"}).text;
    const std::size_t at = told.find(key);
    if (at == told.npos) return {};
    return told.substr(at + key.size(), told.find('\n', at) - at - key.size());
}

// Packages of the JDK and of the project's own sources.
Names java_packages(const fs::path& root, const std::set<std::string>& files) {
    std::set<std::string> out;
    std::error_code ignored;
    const fs::path java = java_home();
    if (!java.empty()) {
        const ProgramOutput told = run_program({java / "bin/jimage", "list", java / "lib/modules"},
                                               {std::chrono::milliseconds(10'000), 16U << 20U});
        // "    java/util/List.class"
        for (std::string line : split(told.text, '\n')) {
            if (!line.starts_with("    ") || !line.ends_with(".class")) continue;
            line.resize(line.rfind('/') == line.npos ? 4 : line.rfind('/'));
            std::replace(line.begin(), line.end(), '/', '.');
            out.insert(line.substr(4));
        }
    }
    for (const std::string& file : files) {
        if (!file.ends_with(".java")) continue;
        try {
            for (const std::string& line : split(Root(root).read(file).value_or(""), '\n')) {
                if (line.starts_with("package ") && line.find(';') != line.npos)
                    out.insert(line.substr(8, line.find(';') - 8));
            }
        } catch (const Error&) {
            continue;  // a link, which is not read through
        }
    }
    return {out.begin(), out.end()};
}

}  // namespace

bool one_slip(std::string_view word, std::string_view name) {
    if (word.size() < 3 || name.size() < 3 || word == name) return false;
    const std::string mine = small_letters(word), other = small_letters(name);
    if (mine == other) return true;
    if (mine.front() != other.front()) return false;
    const auto [first, second] = std::mismatch(mine.begin(), mine.end(), other.begin(), other.end());
    const std::string a(first, mine.end()), b(second, other.end());  // from where they differ on
    if (a.size() == b.size() && a.size() > 1 && a[0] == b[1] && a[1] == b[0] && a.substr(2) == b.substr(2))
        return true;
    if (a.size() + 1 == b.size()) return a == b.substr(1);
    if (a.size() == b.size() + 1) return !b.empty() && a.substr(1) == b;
    return a.size() == b.size() && a.size() > 1 && a.substr(1) == b.substr(1);
}

std::optional<std::string> meant_name(const Diagnostic& diagnostic, const fs::path& root,
                                      const std::set<std::string>& files) {
    const std::string& what = diagnostic.subject;
    if (what.empty()) return std::nullopt;
    if (diagnostic.code == "missing-header") return meant_header(what, files);
    if (diagnostic.code != "missing-module") return std::nullopt;
    if (diagnostic.tool == "python") return meant_python(what, files);
    if (diagnostic.tool == "node" || diagnostic.tool == "tsc") return meant_node(what, root);
    if (diagnostic.tool == "javac" && package_of(PackagePart::java, what) == nullptr)
        return closest(what, java_packages(root, files), '.', one_slip);
    return std::nullopt;
}

}  // namespace aibuild
