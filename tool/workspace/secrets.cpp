#include "tool/workspace/secrets.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>

#include "tool/workspace/protected.h"

namespace aibuild {

namespace {

constexpr std::array<std::string_view, 4> directories = {".ssh", ".gnupg", ".aibuild", ".aws"};
constexpr std::array<std::string_view, 13> files = {
    ".env",   ".envrc", ".netrc",   "_netrc",     ".npmrc",    ".pypirc",         ".pgpass",
    "id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", ".htpasswd", ".git-credentials"};
constexpr std::array<std::string_view, 7> endings = {".pem", ".key",      ".p12", ".pfx",
                                                     ".jks", ".keystore", ".kdbx"};
// What is published to be filled in.
constexpr std::array<std::string_view, 4> samples = {".env.example", ".env.sample", ".env.template",
                                                     ".env.dist"};

template <class Names>
bool has(const Names& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

std::optional<std::string> secret_problem(std::string_view path, std::string_view text) {
    const std::filesystem::path whole(path);
    std::string name;
    for (const std::filesystem::path& part : whole) {
        name = part.string();
        if (is_git(name)) return "It is git's own, and may have passwords in it";
        std::transform(name.begin(), name.end(), name.begin(),
                       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        if (has(directories, name)) return "It is in a directory that is kept from others";
    }
    const bool ends = std::any_of(endings.begin(), endings.end(),
                                  [&](std::string_view ending) { return name.ends_with(ending); });
    const bool env = name.starts_with(".env.") && !has(samples, name);
    if (has(files, name) || ends || env) return "Files of this name hold keys or passwords";
    const std::size_t begin = text.find("-----BEGIN ");
    if (begin != text.npos && text.substr(begin, 60).find("PRIVATE KEY-----") != text.npos)
        return "A private key stands in it";
    return std::nullopt;
}

}  // namespace aibuild
