#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <memory>
#include <string>

#include "tool/inference/provider.h"

namespace aibuild {

struct OpenAiSettings {
    std::string base_url = "https://api.openai.com/v1";
    std::string key;  // empty: no Authorization header is sent
    std::chrono::milliseconds connect_timeout{10'000};
    std::chrono::milliseconds first_byte_timeout{120'000};
    std::chrono::milliseconds idle_timeout{60'000};    // between two events that carry progress
    std::chrono::milliseconds total_timeout{600'000};  // --timeout
    int attempts = 3;                                  // the first one included
    std::chrono::milliseconds backoff{500};  // at most, before the first retry; then twice that, ...
    std::size_t max_body = 16U << 20U;       // bytes on the wire, of one answer
    std::string ca_file;                     // of trusted certificates; empty: the system's
};

// OPENAI_BASE_URL, OPENAI_API_KEY and SSL_CERT_FILE; throws Error `key.*` or `provider.*` for what can't be
// used: a base URL that is no http(s) URL, plain http to anything but loopback, a key with control
// characters.
OpenAiSettings openai_settings_from_environment();

// Chat Completions of any compatible server, streamed. Facts it relies on are in tool/inference/README.md.
std::unique_ptr<Provider> openai(boost::asio::any_io_executor executor, OpenAiSettings settings);

}  // namespace aibuild
