#pragma once

// What one server was found to understand of what is optional in its API.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tool/inference/request.h"

namespace aibuild {

// Two APIs do the same; most servers speak the older one, some both.
enum class Api : std::uint8_t { chat, responses };

// How the form of an answer is asked for, the most certain first. Where a server does not know one, the next
// is tried: the rungs of a ladder that only goes down.
enum class Format : std::uint8_t { json_schema_strict, json_schema, json_object, text };
using Rungs = std::vector<Format>;
inline const Rungs all_rungs = {Format::json_schema_strict, Format::json_schema, Format::json_object,
                                Format::text};

// As data files and people write them: "json_schema_strict", "responses".
std::string_view name_of(Format format);
std::string_view name_of(Api api);

struct Dialect {
    using Format = aibuild::Format;
    Format format = Format::json_schema_strict;
    bool max_completion_tokens = true;  // otherwise the older max_tokens
    bool stream_options = true;         // without them a server may not count tokens
    Api api = Api::chat;

    bool operator==(const Dialect&) const = default;
};

// What `format` becomes where a server does not know it: the next of `rungs`, which end with text.
Format next(Format format, const Rungs& rungs = all_rungs);

// What it becomes where a server takes a schema and then can't keep to it.
Format without_schema(Format format, const Rungs& rungs = all_rungs);

// The body to send. The same request and dialect always give the same bytes, which servers' prompt caches
// reward.
std::string body_of(const Request& request, const Dialect& dialect);

}  // namespace aibuild
