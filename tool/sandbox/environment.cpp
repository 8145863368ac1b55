#include "tool/sandbox/environment.h"

#include <algorithm>
#include <cstdlib>

extern char** environ;

namespace aibuild {

namespace {

constexpr std::string_view words[] = {"KEY",        "TOKEN",      "SECRET",   "PASSWORD", "PASSWD",
                                      "PASSPHRASE", "CREDENTIAL", "_AUTH",    "COOKIE",   "_PAT",
                                      "_PASS",      "_PW",        "SIGNATURE"};
constexpr std::string_view beginnings[] = {"AIBUILD_", "OPENAI_", "ANTHROPIC_", "AZURE_", "AWS_", "GOOGLE_",
                                           "GCP_",     "GEMINI_", "MISTRAL_",   "HF_",    "NPM_", "DOCKER_",
                                           "VAULT_",   "KUBE",    "XDG_",       "SSH_",   "GPG_", "GNUPG",
                                           "DBUS_",    "SUDO_",   "AUTH"};

bool ends_a_word(std::string_view name, std::string_view word, std::size_t at) {
    const std::size_t end = at + word.size();
    return end == name.size() || name[end] == '_' || name[end] == 'S';
}

// `scheme://user:password@host`
bool has_password(std::string_view value) {
    const std::size_t scheme = value.find("://");
    if (scheme == value.npos) return false;
    const std::string_view authority = value.substr(scheme + 3, value.find('/', scheme + 3) - scheme - 3);
    const std::size_t at = authority.rfind('@');
    return at != authority.npos && authority.substr(0, at).find(':') != authority.npos;
}

}  // namespace

bool is_withheld(std::string_view name, std::string_view value) {
    std::string upper(name);
    for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    for (const std::string_view begin : beginnings) {
        if (upper.starts_with(begin)) return true;
    }
    for (const std::string_view word : words) {
        const std::size_t at = upper.find(word);
        // Those with an underscore are parts of other words too: _PATH is no _PAT.
        if (at != upper.npos && (word.front() != '_' || ends_a_word(upper, word, at))) return true;
    }
    return has_password(value);
}

std::vector<std::string> sandbox_environment(const std::vector<std::string>& variables,
                                             const std::vector<std::string>& further,
                                             const std::vector<std::string>& kept) {
    const auto name_of = [](std::string_view variable) { return variable.substr(0, variable.find('=')); };
    std::vector<std::string> out;
    for (const std::string& variable : variables) {
        const std::string_view name = name_of(variable);
        if (name.size() == variable.size()) continue;
        const auto is_name = [&](const std::string& other) { return name_of(other) == name; };
        if (std::any_of(further.begin(), further.end(), is_name)) continue;
        const bool keep = std::find(kept.begin(), kept.end(), name) != kept.end();
        if (keep || !is_withheld(name, std::string_view(variable).substr(name.size() + 1)))
            out.push_back(variable);
    }
    out.insert(out.end(), further.begin(), further.end());
    return out;
}

std::vector<std::string> own_environment() {
    std::vector<std::string> out;
    for (char** each = environ; *each != nullptr; ++each) out.emplace_back(*each);
    return out;
}

std::optional<std::string> own_variable(const std::string& name) {
    const char* value = std::getenv(name.c_str());
    return value != nullptr && *value != '\0' ? std::optional<std::string>(value) : std::nullopt;
}

}  // namespace aibuild
