#include "tool/inference/endpoint.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <boost/algorithm/string/replace.hpp>
#include <cstdlib>
#include <memory>

#include "ninja-gen/error.h"
#include "tool/inference/libcurl.h"

namespace aibuild {

namespace {

std::string part_of(CURLU* url, CURLUPart part) {
    char* text = nullptr;
    if (libcurl().url_get(url, part, &text, 0) != CURLUE_OK) return {};
    std::string out = text;
    libcurl().free(text);
    return out;
}

// By address and not by prefix: 127.0.0.1.example.com is somebody else.
bool is_loopback(const std::string& host) {
    in_addr address{};
    if (inet_pton(AF_INET, host.c_str(), &address) == 1) return (ntohl(address.s_addr) >> 24U) == 127;
    return host == "localhost" || host == "[::1]";
}

void check_key(const std::string& key, const std::string& variable) {
    const bool printable = std::ranges::all_of(key, [](char c) { return c > ' ' && c < 0x7f; });
    if (printable) return;
    throw Error(Exit::key, "key.malformed", variable,
                "The key contains a space, a line end or another character that no key has.",
                "Set it again, without quotes or a newline around it.");
}

// What a person calls a deployment may have any character; in a path it is one word.
std::string encoded(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                           c == '-' || c == '_' || c == '.' || c == '~';
        out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
}

Endpoint checked(const OpenAiSettings& settings) {
    const std::string in_key = key_place(settings), in_url = url_place(settings);
    check_key(settings.key, in_key);
    const auto refuse = [&](std::string why) {
        return Error(
            Exit::usage, "provider.url", settings.base_url, std::move(why),
            fmt::format("Set {} to something like https://api.openai.com/v1 or http://127.0.0.1:8080/v1.",
                        in_url));
    };
    const std::unique_ptr<CURLU, decltype(LibCurl::url_cleanup)> url(libcurl().url(), libcurl().url_cleanup);
    if (libcurl().url_set(url.get(), CURLUPART_URL, settings.base_url.c_str(), 0) != CURLUE_OK) {
        throw refuse("This is no URL.");
    }
    const std::string scheme = part_of(url.get(), CURLUPART_SCHEME);
    if (scheme != "http" && scheme != "https") throw refuse("Only http and https are spoken.");
    if (!part_of(url.get(), CURLUPART_USER).empty() || !part_of(url.get(), CURLUPART_PASSWORD).empty()) {
        // The place would show the password.
        throw Error(Exit::usage, "provider.url", in_url, "A URL is shown in messages; a password in it too.",
                    fmt::format("Give the URL without a user, and the key in {}.", in_key));
    }
    if (!part_of(url.get(), CURLUPART_QUERY).empty() || !part_of(url.get(), CURLUPART_FRAGMENT).empty()) {
        throw refuse("A path is added to the base URL, so it can't have a query or a fragment.");
    }
    Endpoint out;
    out.https = scheme == "https";
    out.loopback = is_loopback(part_of(url.get(), CURLUPART_HOST));
    if (!out.https && !out.loopback && !settings.allow_http) {
        throw Error(
            Exit::usage, "provider.plain-http", settings.base_url,
            "Plain http would send the key and the prompt readable through the network.",
            "Use https, or a tunnel that ends on this machine: ssh -L 8080:localhost:8080 SERVER. In a "
            "network where nobody else listens, --allow-http.");
    }
    return out;
}

std::string filled(std::string form, const OpenAiSettings& settings, const std::string& model) {
    std::string base = settings.base_url;
    while (base.ends_with('/')) base.pop_back();
    const std::string& version =
        settings.api_version.empty() ? settings.server.api_version : settings.api_version;
    boost::algorithm::replace_all(form, "{model}", encoded(model));
    boost::algorithm::replace_all(form, "{api_version}", encoded(version));
    boost::algorithm::replace_all(form, "{base_url}", base);
    return form;
}

std::string first_of(const std::string& said, const std::string& variable, std::string_view otherwise) {
    if (!said.empty()) return said;
    return variable.empty() ? std::string(otherwise) : variable;
}

}  // namespace

std::string url_place(const OpenAiSettings& settings) {
    return first_of(settings.url_place, settings.server.base_url_environment, "its base URL");
}

std::string key_place(const OpenAiSettings& settings) {
    return first_of(settings.key_place, settings.server.key_environment,
                    "\"key_file\" of a server in your settings");
}

Asked asked_of(const OpenAiSettings& settings, std::string url, std::string model) {
    const std::string named =
        settings.name.empty() ? "The server" : fmt::format("The server {}", settings.name);
    return {.url = std::move(url),
            .model = std::move(model),
            .with_key = !settings.key.empty(),
            .server = settings.name.empty() && !settings.server.title.empty() ? settings.server.title : named,
            .url_place = url_place(settings),
            .key_place = key_place(settings)};
}

Endpoint endpoint_of(const OpenAiSettings& settings, Api api, const std::string& model) {
    Endpoint out = checked(settings);
    const ServerPreset& server = settings.server;
    out.url = filled(api == Api::chat ? server.chat_url : server.responses_url, settings, model);
    return out;
}

Endpoint models_endpoint_of(const OpenAiSettings& settings) {
    Endpoint out = checked(settings);
    out.url = filled(settings.server.models_url, settings, "");
    return out;
}

std::vector<std::string> headers_of(const OpenAiSettings& settings) {
    std::vector<std::string> out = {"Content-Type: application/json"};
    if (!settings.key.empty())
        out.push_back(settings.server.key_header + ": " + settings.server.key_prefix + settings.key);
    for (const auto& [name, value] : settings.headers) out.push_back(name + ": " + value);
    return out;
}

OpenAiSettings openai_settings_for(const ServerPreset& server) {
    const auto environment = [](const std::string& name) -> std::string {
        const char* value = name.empty() ? nullptr : std::getenv(name.c_str());
        return value != nullptr ? value : "";
    };
    OpenAiSettings settings;
    settings.server = server;
    settings.base_url = environment(server.base_url_environment);
    if (settings.base_url.empty()) settings.base_url = server.base_url;
    settings.key = environment(server.key_environment);
    settings.api_version = environment(server.api_version_environment);
    endpoint_of(settings);
    return settings;
}

OpenAiSettings openai_settings_from_environment() {
    OpenAiSettings settings;
    if (const char* url = std::getenv("OPENAI_BASE_URL"); url != nullptr && *url != '\0')
        settings.base_url = url;
    if (const char* key = std::getenv("OPENAI_API_KEY"); key != nullptr) settings.key = key;
    // OpenSSL's own variable, which libcurl does not read.
    if (const char* file = std::getenv("SSL_CERT_FILE"); file != nullptr) settings.ca_file = file;
    endpoint_of(settings);
    return settings;
}

}  // namespace aibuild
