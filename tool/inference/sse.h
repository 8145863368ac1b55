#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace aibuild {

// Server-sent events, decoded as they arrive: lines ended by CR, LF or CRLF, a byte order mark at the start,
// comments, several `data` fields in one event. Only `data` is given; the other fields mean nothing to a
// model's answer. An event without its blank line at the end of the stream is dropped, as the specification
// wants.
class SseDecoder {
  public:
    static constexpr std::size_t max_line = 1U << 20U;
    static constexpr std::size_t max_event = 8U << 20U;

    // Calls `event` with the data of each event that `bytes` complete. Throws Error `provider.too-large`.
    void feed(std::string_view bytes, const std::function<void(std::string_view data)>& event);

  private:
    void end_line(const std::function<void(std::string_view data)>& event);

    std::string line_, data_;
    bool first_line_ = true;
    bool after_cr_ = false;
    bool has_data_ = false;
};

}  // namespace aibuild
