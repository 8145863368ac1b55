#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "tool/inference/budget.h"
#include "tool/inference/provider.h"
#include "tool/inference/servers.h"

namespace aibuild {

struct OpenAiSettings {
    std::string base_url = "https://api.openai.com/v1";
    std::string key;                   // empty: none is sent
    std::string name;                  // of a server that the person's settings name; else empty
    std::string url_place, key_place;  // where both are said, for messages; empty: as the preset knows
    bool allow_http = false;           // plain http to another machine than this one
    ServerPreset server;
    std::optional<Api> api;                      // the server's first, and its other if it has no such path
    std::string api_version;                     // the server's
    std::map<std::string, std::string> headers;  // beside those that the client writes
    std::shared_ptr<Budget> budget;              // none: no limit
    Price price;
    std::int64_t requests_per_minute = 0, tokens_per_minute = 0;  // 0: unknown, until the server tells
    std::filesystem::path memory;  // a directory for what a server was found to understand; empty: no memory
    std::chrono::milliseconds connect_timeout{10'000};
    std::chrono::milliseconds first_byte_timeout{120'000};
    std::chrono::milliseconds idle_timeout{60'000};    // between two events that carry progress
    std::chrono::milliseconds total_timeout{600'000};  // --timeout
    int attempts = 3;                                  // the first one included
    std::chrono::milliseconds backoff{500};  // at most, before the first retry; then twice that, ...
    std::size_t max_body = 16U << 20U;       // bytes on the wire, of one answer
    std::string ca_file;                     // of trusted certificates; empty: the system's
};

// OPENAI_BASE_URL, OPENAI_API_KEY and SSL_CERT_FILE alone, without the settings; throws Error `key.*` or
// `provider.*` for what can't be used: a base URL that is no http(s) URL, plain http to anything but
// loopback, a key with control characters.
OpenAiSettings openai_settings_from_environment();

// The same of another server: its own variables, its default URL. Throws as above.
OpenAiSettings openai_settings_for(const ServerPreset& server);

// Chat Completions or Responses of any compatible server, streamed. Facts it relies on are in
// tool/inference/README.md.
std::unique_ptr<Provider> openai(boost::asio::any_io_executor executor, OpenAiSettings settings);

}  // namespace aibuild
