#include "tool/inference/server_error.h"

#include <boost/algorithm/string/predicate.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "tool/inference/failure.h"

namespace aibuild {

namespace bj = boost::json;

namespace {

std::string plain(const bj::value* value) {
    if (value == nullptr || value->is_null()) return {};
    if (const auto* text = value->if_string()) return std::string(*text);
    return bj::serialize(*value);
}

// FastAPI's validation: [{"loc": ["body", "stream"], "msg": "..."}]. Its places name what is not understood.
std::string listed(const bj::array& entries) {
    std::string out;
    for (const auto& entry : entries) {
        if (!out.empty()) out += "; ";
        const auto* object = entry.if_object();
        if (object == nullptr) {
            out += plain(&entry);
            continue;
        }
        const bj::value* text = object->if_contains("msg");
        if (text == nullptr) text = object->if_contains("message");
        out += text == nullptr ? bj::serialize(entry) : plain(text);
        if (const auto* place = object->if_contains("loc")) out += " " + plain(place);
    }
    return out;
}

void read(const bj::value& value, ServerError& into) {
    if (const auto* text = value.if_string()) {
        into.message = *text;
    } else if (const auto* entries = value.if_array()) {
        // Gemini wraps its envelope in an array; others list several errors.
        if (entries->size() == 1 && entries->front().is_object() &&
            !entries->front().get_object().contains("msg")) {
            return read(entries->front(), into);
        }
        into.message = listed(*entries);
    } else if (const auto* object = value.if_object()) {
        for (auto [name, field] :
             {std::pair{"type", &into.type}, {"code", &into.code}, {"param", &into.param}}) {
            if (const auto* found = object->if_contains(name)) *field = plain(found);
        }
        for (const char* name :
             {"error", "message", "errors", "detail", "error_description", "msg", "title"}) {
            const auto* found = object->if_contains(name);
            if (found == nullptr || found->is_null() || !into.message.empty()) continue;
            // {"error": "invalid_request", "message": "what it means"}: the message says more.
            const bool label = std::string_view(name) == "error" && found->is_string() &&
                               (object->contains("message") || object->contains("error_description"));
            if (label)
                into.code = plain(found);
            else
                read(*found, into);
        }
    }
}

// What a proxy's page calls itself says enough: "502 Bad Gateway".
std::string page_title(std::string_view html) {
    const auto open = boost::algorithm::ifind_first(html, "<title");
    if (open.empty()) return "an HTML page";
    const std::size_t from = html.find('>', static_cast<std::size_t>(open.begin() - html.begin()));
    if (from == std::string_view::npos) return "an HTML page";
    const std::string_view rest = html.substr(from + 1);
    return "an HTML page, \"" + std::string(rest.substr(0, rest.find('<'))) + "\"";
}

}  // namespace

ServerError server_error(std::string_view body) {
    ServerError out;
    const std::size_t begin = body.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos) return out;
    body.remove_prefix(begin);
    boost::system::error_code failed;
    const bj::value value = bj::parse({body.data(), body.size()}, failed);
    if (!failed) {
        read(value, out);
        if (out.message.empty()) out.message = bj::serialize(value);
    } else {
        out.message = body.front() == '<' ? page_title(body) : std::string(body);
    }
    out.message = one_line(out.message);
    return out;
}

Dialect simpler(const Dialect& dialect, const ServerError& error, const Request& request,
                const Rungs& rungs) {
    const std::string said = error.message + " " + error.param;
    const auto names = [&](std::string_view what) { return boost::algorithm::icontains(said, what); };
    Dialect out = dialect;
    if (names("max_completion_tokens")) out.max_completion_tokens = false;
    if (names("stream_options")) out.stream_options = false;
    const bool format =
        names("response_format") || names("text.format") || names("json_schema") || names("json schema");
    if (format && !request.schema.is_null()) out.format = next(out.format, rungs);
    return out;
}

bool names_the_path(long status, const ServerError& error) {
    if (status == 405) return true;
    const auto says = [&](std::string_view word) {
        return boost::algorithm::icontains(error.message + " " + error.code + " " + error.param, word);
    };
    return status == 404 && !says("model") && !says("deployment");
}

}  // namespace aibuild
