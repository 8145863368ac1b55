#pragma once

// What is asked of a model and what it answers, before and after any server's dialect.

#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace aibuild {

struct Message {
    std::string role;  // "system", "user", or "assistant" for an answer that did not pass
    std::string text;
};

// Hard limits of one call (law 11).
struct Limits {
    int max_output_tokens = 16384;
    std::size_t max_bytes = 4U << 20U;  // of the answer's text, counted here, whatever the server does
};

// One logical request. Its key covers everything that can change the answer, and nothing else: neither
// server, key nor clock.
struct Request {
    std::string stage;             // "brief", "plan" or "file": which template made it
    std::string subject;           // for people and logs: "brief", "plan", or the file's path
    std::string template_version;  // of the template that made the messages
    std::string model;             // "builtin" for the built-in planner
    std::vector<Message> messages;
    boost::json::value
        schema;  // of the answer, already in its strict subset; null where plain text is wanted
    Limits limits;

    // What the template was filled with. Not part of the key: the messages say the same. The built-in
    // planner reads this instead of prose.
    boost::json::object context;
};

// The SHA-256 of the canonical JSON of stage, template_version, model, messages, schema and limits.
std::string key_of(const Request& request);

// Tokens as the server counted them; nothing where it did not say. Unknown is never 0 (law 11).
struct Usage {
    std::optional<std::int64_t> input_tokens;
    std::optional<std::int64_t> output_tokens;
    std::optional<std::int64_t> cached_tokens;  // those of the input that the server had cached
};

// Of two answers together: unknown where one of them is.
Usage operator+(const Usage& one, const Usage& other);

// How an answer ended. Only `complete` is one: the others are outcomes that the caller acts on.
enum class Outcome : std::uint8_t {
    complete,    // a terminal finish reason was seen
    incomplete,  // the stream ended, broke or fell silent before the answer did
    cut,         // a limit of length ended it: the server's, the request's or the client's
    refused,     // the model declined; text says how
    filtered,    // the server's content filter took the answer
};

struct Response {
    Outcome outcome = Outcome::incomplete;
    std::string text;
    std::string provider;  // who answered: "openai" or "builtin", also where a replay reads it back
    std::string model;     // as the server resolved it; the request's where it did not say
    Usage usage;
    int attempts = 1;
    // What its server did wrong and what did no harm to the text, as sentences for people. Not stored.
    std::vector<std::string> warnings;
    bool from_store = false;
    std::string key;  // of the request that it answers, where a store gave or kept it; else empty
    std::optional<double> cost = {};  // by the price of the server that just answered; is not stored
};

}  // namespace aibuild
