#include "tests/fuzz/properties.h"

#include <boost/json/serialize.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "ninja-gen/error.h"
#include "tool/inference/sse.h"
#include "tool/prompting/structure.h"

namespace aibuild::fuzz {

namespace {

void must(bool holds, const char* what) {
    if (!holds) throw std::logic_error(what);
}

struct Decoded {
    std::vector<std::string> events;
    bool refused = false;
    bool operator==(const Decoded&) const = default;
};

Decoded decoded(std::string_view bytes, std::size_t piece) {
    Decoded out;
    SseDecoder decoder;
    try {
        for (std::size_t at = 0; at < bytes.size(); at += piece)
            decoder.feed(bytes.substr(at, piece),
                         [&](std::string_view data) { out.events.emplace_back(data); });
    } catch (const Error& error) {
        must(error.rule() == "provider.too-large", "a stream is refused for its size alone");
        out.refused = true;
    }
    return out;
}

}  // namespace

void structure_holds(std::string_view text) {
    boost::json::value value;
    try {
        value = structure_in(text, "plan").value;
    } catch (const Error& error) {
        must(error.exit() == Exit::rejected && error.rule().starts_with("answer."),
             "a refusal is the model's to hear");
        must(!error.why().empty() && !error.place().empty(), "a refusal says where and why");
        return;
    }
    must(value.is_object(), "what is read is an object");
    const std::string again = boost::json::serialize(value);
    const StructureAnswer read = structure_in(again, "plan");
    must(read.repairs.empty(), "what was written as JSON needs no repair");
    must(read.value == value, "what was written is what was read");
}

void events_hold(std::string_view bytes) {
    if (bytes.empty()) return;
    const std::size_t piece = 1 + static_cast<unsigned char>(bytes.front()) % 32U;
    bytes.remove_prefix(1);
    const Decoded whole = decoded(bytes, bytes.size() + 1);
    must(decoded(bytes, 1) == whole, "byte by byte it is the same");
    must(decoded(bytes, piece) == whole, "in pieces it is the same");
}

}  // namespace aibuild::fuzz
