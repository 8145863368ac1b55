#include "tool/inference/exchange.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/algorithm/string/predicate.hpp>
#include <new>

#include "tool/inference/transfer.h"

namespace aibuild {

namespace {

// An error's text is short; what a broken proxy sends after this is not read.
constexpr std::size_t max_error_body = 64U << 10U;

// After [DONE] only the end of the body is missing. Waiting for it keeps the connection for the next call.
constexpr std::chrono::milliseconds grace{250};

}  // namespace

Exchange::Exchange(const Request& request, const Dialect& dialect, const OpenAiSettings& settings,
                   const Endpoint& endpoint, Clock::time_point end, CallWatch* watch)
    : request_(request),
      settings_(settings),
      watch_(watch),
      dialect_(dialect),
      asked_(asked_of(settings, endpoint.url, request.model)),
      body_to_send_(body_of(request, dialect)),
      begun_(Clock::now()),
      end_(end),
      reader_(answer_of(dialect.api, request)),
      answer_(*reader_),
      headers_(header_list(settings), libcurl().slist_free_all),
      easy_(libcurl().easy_init(), libcurl().easy_cleanup) {
    CURL* easy = easy_.get();
    if (easy == nullptr || !headers_) throw std::bad_alloc();
    prepare(easy, endpoint, settings);
    libcurl().easy_setopt(easy, CURLOPT_HTTPHEADER, headers_.get());
    libcurl().easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body_to_send_.size()));
    libcurl().easy_setopt(easy, CURLOPT_POSTFIELDS, body_to_send_.c_str());
    libcurl().easy_setopt(easy, CURLOPT_PREREQFUNCTION, &Exchange::on_connected);
    libcurl().easy_setopt(easy, CURLOPT_PREREQDATA, this);
    libcurl().easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Exchange::on_bytes);
    libcurl().easy_setopt(easy, CURLOPT_WRITEDATA, this);
    libcurl().easy_setopt(easy, CURLOPT_ERRORBUFFER, detail_);
}

Exchange::Clock::time_point Exchange::deadline() const {
    if (done_) return std::min(*done_ + grace, end_);
    if (progressed_) return std::min(*progressed_ + settings_.idle_timeout, end_);
    if (connected_) return std::min(*connected_ + settings_.first_byte_timeout, end_);
    return std::min(begun_ + settings_.connect_timeout, end_);
}

int Exchange::on_connected(void* self, char*, char*, int, int) noexcept {
    static_cast<Exchange*>(self)->connected_ = Clock::now();
    return CURL_PREREQFUNC_OK;
}

std::size_t Exchange::on_bytes(char* bytes, std::size_t, std::size_t size, void* self) noexcept {
    auto& exchange = *static_cast<Exchange*>(self);
    try {
        exchange.take({bytes, size});
    } catch (...) {
        exchange.thrown_ = std::current_exception();
    }
    const bool enough = exchange.answer_.over() || exchange.answer_.flooded() || exchange.surplus_;
    const bool enough_error = exchange.status() >= 300 && exchange.body_.size() > max_error_body;
    return exchange.thrown_ || enough || enough_error ? CURL_WRITEFUNC_ERROR : size;
}

void Exchange::take(std::string_view bytes) {
    if (done_) {
        surplus_ = surplus_ || bytes.find_first_not_of(" \r\n") != std::string_view::npos;
        return;
    }
    bytes_ += bytes.size();
    if (bytes_ > settings_.max_body) {
        throw Error(Exit::provider, "provider.too-large", asked_.url,
                    fmt::format("The answer is larger than {} bytes and was not read to its end.",
                                settings_.max_body),
                    fmt::format("Check that {} leads to an OpenAI-compatible server.", asked_.url_place));
    }
    if (!stream_) stream_ = streamed();
    if (!*stream_) {
        // Growing by doubling, it would hold the largest body twice. What is not written to costs nothing.
        if (body_.empty()) body_.reserve(settings_.max_body);
        body_ += bytes;
        if (bytes.find_first_not_of(" \r\n") != std::string_view::npos) progressed_ = Clock::now();
        return;
    }
    decoder_.feed(bytes, [this](std::string_view data) {
        if (done_) {
            surplus_ = true;
            return;
        }
        if (answer_.add_event(data)) {
            progressed_ = Clock::now();
            if (watch_ != nullptr) watch_->received(answer_.bytes());
        }
        if (answer_.done()) done_ = Clock::now();
    });
}

Exchange::Result Exchange::result(CURLcode code) {
    if (thrown_) std::rethrow_exception(thrown_);
    if (status() >= 300) return refused();
    if (const auto failure = misframed()) return {.failure = failure};
    if (code == CURLE_OK && !streamed()) answer_.add_whole(body_);

    // A server that hangs up, or falls silent, after it gave its reason to stop has said all there is.
    const bool ended = answer_.finished() || answer_.done() || answer_.over() || answer_.flooded();
    if (code != CURLE_OK && !ended) {
        Failure failure = silent(code);
        // A connection that breaks in mid-answer leaves an incomplete one. Silence and bad framing are the
        // server's own failures.
        const bool broke = progressed_ && code != CURLE_OPERATION_TIMEDOUT && !failure.once;
        if (!broke) return {.failure = failure, .cut = failure.once};
    }

    Result result{.response = answer_.response(), .flooded = answer_.flooded()};
    result.cut = answer_.empty() || answer_.flooded() || (!answer_.finished() && !answer_.over());
    if (answer_.empty()) {
        result.failure = Failure{
            Error(Exit::provider, "provider.empty", asked_.url,
                  fmt::format("Model \"{}\" ended its answer normally and said nothing{}.", request_.model,
                              answer_.thought() ? "; it only thought, in a field beside the answer" : ""),
                  "Allow more output tokens, switch the model's thinking off, or use another model.")};
    }
    return result;
}

std::optional<Exchange::Used> Exchange::used() const {
    if (!connected_) return std::nullopt;
    if (status() >= 300) {
        return Used{.usage = {.input_tokens = 0, .output_tokens = 0, .cached_tokens = {}}, .refused = true};
    }
    return Used{answer_.usage(), answer_.bytes()};
}

Exchange::Result Exchange::refused() const {
    const FailedAnswer failed{status(),
                              server_error(body_),
                              header("location"),
                              header("x-request-id"),
                              header("retry-after-ms"),
                              header("retry-after"),
                              header("x-should-retry")};
    Result result{.failure = http_failure(failed, asked_)};
    if (failed.status == 400 || failed.status == 422) {
        const Dialect other = simpler(dialect_, failed.error, request_, settings_.server.rungs);
        if (other != dialect_) result.simpler = other;
    }
    if (dialect_.api == Api::responses && !settings_.api && names_the_path(failed.status, failed.error)) {
        result.simpler = dialect_;
        result.simpler->api = Api::chat;
    }
    return result;
}

// What libcurl lets pass. Of two lengths it takes the last, and a proxy before it perhaps the first; and it
// decodes only what it was told to ask for, which is nothing: a small bomb is decoded by nobody.
std::optional<Failure> Exchange::misframed() const {
    const auto failure = [&](std::string why) {
        return Failure{.error = Error(Exit::provider, "provider.protocol", asked_.url, std::move(why),
                                      fmt::format("Check {} and what stands between here and the server.",
                                                  asked_.url_place))};
    };
    const std::string length = header("content-length");
    for (std::size_t i = 1; !length.empty(); ++i) {
        const std::string other = header("content-length", i);
        if (other.empty()) break;
        if (other != length)
            return failure(fmt::format("The answer gives two lengths of its body, {} and {}.",
                                       one_line(length), one_line(other)));
    }
    const std::string encoding = header("content-encoding");
    if (!encoding.empty() && !boost::algorithm::iequals(encoding, "identity"))
        return failure(
            fmt::format("The answer is encoded as {}, and no encoding was asked for.", one_line(encoding)));
    return std::nullopt;
}

Failure Exchange::silent(CURLcode code) const {
    if (code != CURLE_OPERATION_TIMEDOUT) return transfer_failure(code, detail_, asked_);
    const auto timeout = [&](const char* rule, std::string_view what, std::chrono::milliseconds limit,
                             std::string_view fix) {
        return Failure{
            Error(Exit::provider, rule, asked_.url,
                  fmt::format("{} within {} seconds.", what, static_cast<double>(limit.count()) / 1000.0),
                  fmt::format("Check that the server runs and how busy it is; {}.", fix))};
    };
    if (Clock::now() >= end_) {
        return timeout("provider.total-timeout", "The answer was not complete", settings_.total_timeout,
                       "--timeout gives a slow model more time");
    }
    Failure out = [&] {
        if (!connected_) {
            return timeout("provider.connect-timeout", "There was no connection", settings_.connect_timeout,
                           "--connect-timeout gives a slow network more time");
        }
        if (progressed_) {
            return timeout("provider.idle-timeout", "The answer began, and then nothing more of it came",
                           settings_.idle_timeout, "--idle-timeout gives a slow model more time");
        }
        // Some servers send their headers at once and then read a long prompt: until its first event an
        // answer has as much time as if nothing had come.
        const bool head = status() >= 200;
        return timeout(head ? "provider.idle-timeout" : "provider.first-byte-timeout",
                       head ? "The server sent the head of an answer, and no answer began"
                            : "The server accepted the request, and no answer began",
                       settings_.first_byte_timeout, "--first-byte-timeout gives a slow model more time");
    }();
    out.retry = true;
    out.once = progressed_.has_value();
    return out;
}

std::string Exchange::header(const char* name, std::size_t number) const {
    curl_header* found = nullptr;
    const auto code = libcurl().easy_header(easy_.get(), name, number, CURLH_HEADER, -1, &found);
    return code == CURLHE_OK ? found->value : "";
}

long Exchange::status() const {
    long status = 0;
    libcurl().easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
    return status;
}

bool Exchange::streamed() const {
    const char* type = nullptr;
    libcurl().easy_getinfo(easy_.get(), CURLINFO_CONTENT_TYPE, &type);
    return status() / 100 == 2 && type != nullptr &&
           boost::algorithm::istarts_with(type, "text/event-stream");
}

}  // namespace aibuild
