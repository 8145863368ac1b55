#pragma once

// One HTTP exchange with an OpenAI-compatible server: a request set up on a libcurl handle, the answer taken
// apart as it arrives, the clocks it must keep, and what it came to.
//
// libcurl has clocks and limits of its own, and none fits (measured with 7.88): its idle time is reset by
// every keep-alive comment, and its maximum file size does not see a chunked body. So bytes are counted and
// events timed here.

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "tool/inference/answer.h"
#include "tool/inference/endpoint.h"
#include "tool/inference/failure.h"
#include "tool/inference/libcurl.h"
#include "tool/inference/openai.h"
#include "tool/inference/sse.h"

namespace aibuild {

class Exchange {
  public:
    using Clock = std::chrono::steady_clock;

    // All arguments but the dialect outlive it.
    Exchange(const Request& request, const Dialect& dialect, const OpenAiSettings& settings,
             const Endpoint& endpoint, Clock::time_point end, CallWatch* watch = nullptr);
    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;

    CURL* handle() const { return easy_.get(); }

    // The earliest of the clocks that run now.
    Clock::time_point deadline() const;

    struct Result {
        std::optional<Response> response = {};  // what came, as far as it came
        std::optional<Failure> failure = {};    // nothing of use came
        std::optional<Dialect> simpler = {};    // the server does not know the dialect, and may know this one
        bool cut = false;                       // an answer began and was lost: worth one more request
        bool flooded = false;                   // it was cut here, since white space had no end
    };
    // To be asked once, when the transfer has ended with `code`. Throws Error for an answer that makes no
    // sense.
    Result result(CURLcode code);

    // What was used, once it has ended: nothing where no request went out.
    struct Used {
        Usage usage;            // as the server told; nothing at all of a request that it refused
        std::size_t bytes = 0;  // of the answer's text
        bool refused = false;   // with an error status
    };
    std::optional<Used> used() const;

    // A header of the answer, or "".
    std::string header(const char* name, std::size_t number = 0) const;

  private:
    static int on_connected(void* self, char*, char*, int, int) noexcept;
    static std::size_t on_bytes(char* bytes, std::size_t, std::size_t size, void* self) noexcept;
    void take(std::string_view bytes);
    Result refused() const;
    Failure silent(CURLcode code) const;
    std::optional<Failure> misframed() const;
    long status() const;
    bool streamed() const;

    const Request& request_;
    const OpenAiSettings& settings_;
    CallWatch* const watch_;
    const Dialect dialect_;
    const Asked asked_;
    const std::string body_to_send_;
    const Clock::time_point begun_, end_;
    std::optional<Clock::time_point> connected_, progressed_, done_;
    SseDecoder decoder_;
    const std::unique_ptr<Answer> reader_;
    Answer& answer_;
    std::string body_;            // of what is no stream
    std::optional<bool> stream_;  // streamed(), from the first bytes on: asked once, not for each event
    std::size_t bytes_ = 0;
    bool surplus_ = false;  // something follows the end: nobody knows what, so the connection is closed
    std::exception_ptr thrown_;
    char detail_[CURL_ERROR_SIZE] = {};
    std::unique_ptr<curl_slist, decltype(LibCurl::slist_free_all)> headers_;
    std::unique_ptr<CURL, decltype(LibCurl::easy_cleanup)> easy_;
};

}  // namespace aibuild
