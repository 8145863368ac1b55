#include "tool/inference/sse.h"

#include <fmt/format.h>

#include "ninja-gen/error.h"

namespace aibuild {

namespace {

void check(std::size_t size, std::size_t limit, std::string_view what) {
    if (size <= limit) return;
    throw Error(Exit::provider, "provider.too-large", "",
                fmt::format("The server streamed {} of more than {} bytes; no model's answer needs that.",
                            what, limit),
                "Check that the base URL leads to an OpenAI-compatible server.");
}

}  // namespace

void SseDecoder::feed(std::string_view bytes, const std::function<void(std::string_view data)>& event) {
    while (!bytes.empty()) {
        if (after_cr_ && bytes.front() == '\n') bytes.remove_prefix(1);
        after_cr_ = false;
        const std::size_t end = bytes.find_first_of("\r\n");
        const std::string_view part = bytes.substr(0, end);
        check(line_.size() + part.size(), max_line, "a line");
        line_ += part;
        if (end == std::string_view::npos) return;
        after_cr_ = bytes[end] == '\r';
        bytes.remove_prefix(end + 1);
        end_line(event);
        line_.clear();
    }
}

void SseDecoder::end_line(const std::function<void(std::string_view data)>& event) {
    std::string_view line = line_;
    if (first_line_ && line.starts_with("\xef\xbb\xbf")) line.remove_prefix(3);
    first_line_ = false;
    if (line.empty()) {
        if (has_data_) event(data_);
        data_.clear();
        has_data_ = false;
        return;
    }
    const std::size_t colon = line.find(':');
    if (line.substr(0, colon) != "data") return;
    std::string_view value = colon == std::string_view::npos ? std::string_view{} : line.substr(colon + 1);
    if (value.starts_with(' ')) value.remove_prefix(1);
    check(data_.size() + value.size(), max_event, "an event");
    if (has_data_) data_ += '\n';
    data_ += value;
    has_data_ = true;
}

}  // namespace aibuild
