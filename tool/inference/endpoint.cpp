#include "tool/inference/endpoint.h"

#include <arpa/inet.h>

#include <algorithm>
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

void check_key(const std::string& key) {
    const bool printable = std::ranges::all_of(key, [](char c) { return c > ' ' && c < 0x7f; });
    if (printable) return;
    throw Error(Exit::key, "key.malformed", "OPENAI_API_KEY",
                "The key contains a space, a line end or another character that no key has.",
                "Set it again, without quotes or a newline around it.");
}

}  // namespace

Endpoint endpoint_of(const OpenAiSettings& settings) {
    check_key(settings.key);
    const auto refuse = [&](std::string why) {
        return Error(
            Exit::usage, "provider.url", settings.base_url, std::move(why),
            "Set OPENAI_BASE_URL to something like https://api.openai.com/v1 or http://127.0.0.1:8080/v1.");
    };
    const std::unique_ptr<CURLU, decltype(LibCurl::url_cleanup)> url(libcurl().url(), libcurl().url_cleanup);
    if (libcurl().url_set(url.get(), CURLUPART_URL, settings.base_url.c_str(), 0) != CURLUE_OK) {
        throw refuse("This is no URL.");
    }
    const std::string scheme = part_of(url.get(), CURLUPART_SCHEME);
    if (scheme != "http" && scheme != "https") throw refuse("Only http and https are spoken.");
    if (!part_of(url.get(), CURLUPART_USER).empty() || !part_of(url.get(), CURLUPART_PASSWORD).empty()) {
        // The place would show the password.
        throw Error(Exit::usage, "provider.url", "OPENAI_BASE_URL",
                    "A URL is shown in messages; a password in it too.",
                    "Give the URL without a user, and the key in OPENAI_API_KEY.");
    }
    if (!part_of(url.get(), CURLUPART_QUERY).empty() || !part_of(url.get(), CURLUPART_FRAGMENT).empty()) {
        throw refuse("A path is added to the base URL, so it can't have a query or a fragment.");
    }
    Endpoint out;
    out.https = scheme == "https";
    out.loopback = is_loopback(part_of(url.get(), CURLUPART_HOST));
    if (!out.https && !out.loopback) {
        throw Error(Exit::usage, "provider.plain-http", settings.base_url,
                    "Plain http would send the key and the prompt readable through the network.",
                    "Use https, or a tunnel that ends on this machine: ssh -L 8080:localhost:8080 SERVER.");
    }
    out.url = settings.base_url;
    while (out.url.ends_with('/')) out.url.pop_back();
    out.url += "/chat/completions";
    return out;
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
