#include "tool/inference/dialect.h"

#include <algorithm>

#include "tool/inference/chat.h"
#include "tool/inference/responses.h"

namespace aibuild {

std::string_view name_of(Format format) {
    switch (format) {
        case Format::json_schema_strict:
            return "json_schema_strict";
        case Format::json_schema:
            return "json_schema";
        case Format::json_object:
            return "json_object";
        default:
            return "text";
    }
}

std::string_view name_of(Api api) {
    return api == Api::chat ? "chat" : "responses";
}

Format next(Format format, const Rungs& rungs) {
    const auto found = std::upper_bound(rungs.begin(), rungs.end(), format);
    return found == rungs.end() ? Format::text : *found;
}

Format without_schema(Format format, const Rungs& rungs) {
    return next(std::max(format, Format::json_schema), rungs);
}

std::string body_of(const Request& request, const Dialect& dialect) {
    return dialect.api == Api::chat ? chat_body(request, dialect) : responses_body(request, dialect);
}

}  // namespace aibuild
