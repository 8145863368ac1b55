#include "tool/inference/failure.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/algorithm/string/replace.hpp>
#include <cmath>
#include <cstdlib>
#include <utility>

#include "tool/inference/libcurl.h"

namespace aibuild {

using std::chrono::milliseconds;

namespace {

// A 429 with one of these will not pass by waiting: there is no money left.
constexpr std::array quota_codes = {"insufficient_quota",
                                    "credit_balance_exhausted",
                                    "organization_spend_limit_exceeded",
                                    "project_spend_limit_exceeded",
                                    "organization_usage_limit_exceeded",
                                    "enforced_spend_limit_reached",
                                    "billing_hard_limit_reached",
                                    "billing_not_active"};

bool is_quota(const ServerError& error) {
    return std::ranges::any_of(
        quota_codes, [&](std::string_view code) { return error.code == code || error.type == code; });
}

bool is_context(const ServerError& error) {
    return error.code == "context_length_exceeded" || error.type == "exceed_context_size_error";
}

// "The server" within a sentence.
std::string lowered(const std::string& who) {
    return who.starts_with("The ") ? "t" + who.substr(1) : who;
}

struct Meaning {
    Exit exit = Exit::provider;
    std::string rule, why, fix;
    bool retry = false;
};

Meaning refused_key(const FailedAnswer& answer, const Asked& asked) {
    if (!asked.with_key) {
        return {Exit::key, "key.missing", fmt::format("{} wants a key, and none was given.", asked.server),
                fmt::format("Put a key of this server into {}, or use a server that needs none.",
                            asked.key_place),
                false};
    }
    const std::string why = answer.status == 401 ? "{} does not accept the key from {}."
                                                 : "{} accepts the key from {}, but not for this.";
    return {Exit::key, "key.refused", fmt::format(fmt::runtime(why), asked.server, asked.key_place),
            "Check that the key belongs to this server, is still valid, and may use the model.", false};
}

Meaning meaning(const FailedAnswer& answer, const Asked& asked) {
    const long status = answer.status;
    const std::string& who = asked.server;
    if (status == 401 || status == 403) return refused_key(answer, asked);
    if (status >= 300 && status < 400) {
        return {Exit::provider, "provider.redirect",
                fmt::format(
                    "{} sends the request on to {}. That is never followed: the key and the prompt are for "
                    "this server only.",
                    who, answer.location.empty() ? "somewhere else" : one_line(answer.location)),
                fmt::format("If that address is the right one, set {} to it.", asked.url_place), false};
    }
    switch (status) {
        case 402:
            return {Exit::provider, "provider.payment", who + " wants to be paid first.",
                    "Add credit to the account that the key belongs to.", false};
        case 404:
            return {
                Exit::provider, "provider.not-found",
                fmt::format("{} knows no such URL, or has no model \"{}\".", who, asked.model),
                fmt::format("Check {}, which mostly ends in /v1, and the model's name; `aibuild-gen models` "
                            "lists them.",
                            asked.url_place),
                false};
        case 413:
            return {Exit::provider, "provider.request-too-large",
                    fmt::format("The request is larger than what {} takes.", lowered(who)),
                    "Give less context: a shorter description, or fewer and smaller files.", false};
        case 429:
            if (is_quota(answer.error)) {
                return {Exit::provider, "provider.quota",
                        "The account's quota is used up. Waiting does not help, so it was not tried again.",
                        "Add credit or raise the limit of the account that the key belongs to.", false};
            }
            return {Exit::provider, "provider.rate-limit", who + " receives too many requests.",
                    "Wait a while, or run fewer calls at the same time.", true};
        case 408:
        case 409:
            return {Exit::provider, "provider.failed", who + " could not take the request now.", "Try again.",
                    true};
        default:
            break;
    }
    if (status >= 500) {
        return {Exit::provider, "provider.failed", who + " failed.",
                "Try again later, and look at the server's status or log.", true};
    }
    if (is_context(answer.error)) {
        return {Exit::provider, "provider.context", "The prompt is longer than the model's context.",
                "Use a model with a longer context, or start the server with one.", false};
    }
    return {Exit::provider, "provider.bad-request", who + " does not accept the request.",
            fmt::format("Check that the server can do what was asked of model \"{}\"; its words say more.",
                        asked.model),
            false};
}

}  // namespace

Failure http_failure(const FailedAnswer& answer, const Asked& asked) {
    Meaning means = meaning(answer, asked);
    means.why += fmt::format(" It answered with status {}", answer.status);
    means.why += answer.error.message.empty() ? " and no explanation." : ": " + answer.error.message;
    if (!answer.request_id.empty()) means.why += fmt::format(" (request {})", one_line(answer.request_id));

    const auto after =
        retry_after(answer.retry_after_ms, answer.retry_after, std::chrono::system_clock::now());
    if (answer.should_retry == "true" && means.exit != Exit::key) means.retry = true;
    if (answer.should_retry == "false") means.retry = false;
    if (means.retry && after && *after > longest_wait) {
        means.retry = false;
        means.why += fmt::format(" It asks to wait {} seconds.",
                                 std::chrono::duration_cast<std::chrono::seconds>(*after).count());
    }
    const bool scheduled = answer.status == 429 && after.has_value();
    return {.error = Error(means.exit, means.rule, asked.url, means.why, means.fix),
            .retry = means.retry,
            .after = after,
            .scheduled = scheduled};
}

Failure transfer_failure(CURLcode code, std::string_view detail, const Asked& asked) {
    const std::string said = detail.empty() ? libcurl().easy_strerror(code) : one_line(detail);
    const auto no_http = [&](const std::string& what, bool once) {
        return Failure{
            .error = Error(Exit::provider, "provider.protocol", asked.url,
                           "What answered does not speak HTTP as a model's server does: " + what + ".",
                           fmt::format("Check {} and its port.", asked.url_place)),
            .once = once};
    };
    // libcurl has no code of its own for these. It calls them errors of receiving, as it calls a connection
    // that breaks, and a single header of 400 kB "out of memory".
    if (detail.find("chunk") != std::string_view::npos) return no_http(said, true);
    if (detail.find("response headers") != std::string_view::npos) return no_http(said, false);
    if (code == CURLE_OUT_OF_MEMORY) return no_http("its headers are too large", false);
    switch (code) {
        case CURLE_COULDNT_RESOLVE_HOST:
        case CURLE_COULDNT_RESOLVE_PROXY:
        case CURLE_COULDNT_CONNECT:
            return {Error(Exit::provider, "provider.unreachable", asked.url,
                          fmt::format("No connection to {}: {}.", lowered(asked.server), said),
                          fmt::format("Check {} and the network, and that a local server is running.",
                                      asked.url_place)),
                    true,
                    {}};
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CACERT_BADFILE:
        case CURLE_SSL_ISSUER_ERROR:
            return {
                Error(Exit::provider, "provider.tls", asked.url,
                      fmt::format("{} can't prove who it is: {}.", asked.server, said),
                      fmt::format("Check {} and the clock; SSL_CERT_FILE names other trusted certificates.",
                                  asked.url_place)),
                false,
                {}};
        // A status line that is none is CURLE_UNSUPPORTED_PROTOCOL.
        case CURLE_UNSUPPORTED_PROTOCOL:
        case CURLE_WEIRD_SERVER_REPLY:
        case CURLE_BAD_CONTENT_ENCODING:
            return no_http(said, false);
        default:
            return {Error(Exit::provider, "provider.connection", asked.url,
                          "The connection broke before an answer came: " + said + ".",
                          "Try again, and look at the server's log."),
                    true,
                    {}};
    }
}

std::optional<milliseconds> retry_after(const std::string& milliseconds_text, const std::string& seconds,
                                        std::chrono::system_clock::time_point now) {
    const auto number = [](const std::string& text) -> std::optional<double> {
        char* end = nullptr;
        const double value = std::strtod(text.c_str(), &end);
        if (text.empty() || *end != '\0') return std::nullopt;
        return std::isfinite(value) ? value : -1.0;
    };
    const auto duration = [](double value) -> std::optional<milliseconds> {
        if (value <= 0.0) return std::nullopt;
        return milliseconds(std::llround(std::ceil(std::min(value, 1e12))));
    };
    if (const auto value = number(milliseconds_text); value && *value > 0) return duration(*value);
    if (const auto value = number(seconds)) return duration(*value * 1000.0);
    const std::time_t date = libcurl().getdate(seconds.c_str(), nullptr);
    if (seconds.empty() || date == -1) return std::nullopt;
    const auto until = std::chrono::system_clock::from_time_t(date) - now;
    return duration(std::chrono::duration<double, std::milli>(until).count());
}

milliseconds backoff(milliseconds first, int retry, double random) {
    const double most = std::min(8000.0, static_cast<double>(first.count()) * std::exp2(retry));
    return milliseconds(std::llround(most * random));
}

std::string one_line(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool blank = c == ' ' || c == '\n' || c == '\r' || c == '\t';
        if (blank && (out.empty() || out.back() == ' ')) continue;
        const bool character_begins = (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
        if (out.size() >= 500 && character_begins) {
            out += "...";
            break;
        }
        out += blank ? ' ' : c;
    }
    while (out.ends_with(' ')) out.pop_back();
    return out;
}

std::string without_key(const std::string& text, const std::string& key) {
    // Local servers are given words like "none" as keys, which are no secret and occur in sentences.
    return key.size() < 8 ? text : boost::algorithm::replace_all_copy(text, key, "[the key]");
}

Error without_key(const Error& error, const std::string& key) {
    const auto scrub = [&](const std::string& text) { return without_key(text, key); };
    return {error.exit(), error.rule(), scrub(error.place()), scrub(error.why()), scrub(error.fix())};
}

}  // namespace aibuild
