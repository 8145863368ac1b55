#include "tool/inference/curl_loop.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <map>
#include <new>
#include <optional>
#include <set>
#include <utility>

#include "tool/inference/libcurl.h"

namespace aibuild {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;

namespace {

// A socket that libcurl owns and Asio watches. CURL_POLL_IN and CURL_POLL_OUT are bits, and the same ones as
// CURL_CSELECT_IN and CURL_CSELECT_OUT.
struct Watch {
    asio::posix::stream_descriptor descriptor;
    int wanted = 0;   // what libcurl waits for now
    int waiting = 0;  // what a handler is pending for
};

struct Transfer {
    asio::steady_timer wake;
    const CurlLoop::Deadline* deadline;
    std::optional<CURLcode> result;
};

}  // namespace

// Handlers hold it weakly: one that was queued when the loop died finds nothing and returns.
struct CurlLoop::State : std::enable_shared_from_this<State> {
    explicit State(asio::any_io_executor on) : executor(std::move(on)), timer(executor) {
        static const CURLcode initialised = libcurl().global_init(CURL_GLOBAL_DEFAULT);
        multi = initialised == CURLE_OK ? libcurl().multi_init() : nullptr;
        if (multi == nullptr) throw std::bad_alloc();
        libcurl().multi_setopt(multi, CURLMOPT_SOCKETDATA, this);
        libcurl().multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, &State::on_socket);
        libcurl().multi_setopt(multi, CURLMOPT_TIMERDATA, this);
        libcurl().multi_setopt(multi, CURLMOPT_TIMERFUNCTION, &State::on_timer);
    }

    ~State() {
        libcurl().multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, nullptr);
        libcurl().multi_setopt(multi, CURLMOPT_TIMERFUNCTION, nullptr);
        while (!watches.empty()) forget(watches.begin()->first);
        libcurl().multi_cleanup(multi);
    }

    State(const State&) = delete;
    State& operator=(const State&) = delete;

    // Called from C, through which nothing may be thrown; -1 ends the transfers.
    static int on_socket(CURL*, curl_socket_t socket, int what, void* self, void*) noexcept try {
        auto& state = *static_cast<State*>(self);
        if (what == CURL_POLL_REMOVE) {
            state.forget(socket);
            return 0;
        }
        auto& watch = state.watches[socket];
        if (!watch) {
            watch =
                std::make_shared<Watch>(Watch{asio::posix::stream_descriptor(state.executor, socket), 0, 0});
        }
        watch->wanted = what & CURL_POLL_INOUT;
        state.wait(socket, watch);
        return 0;
    } catch (...) {
        return -1;
    }

    static int on_timer(CURLM*, long milliseconds, void* self) noexcept try {
        auto& state = *static_cast<State*>(self);
        state.timer.cancel();
        if (milliseconds < 0) return 0;
        state.timer.expires_after(std::chrono::milliseconds(milliseconds));
        state.timer.async_wait([weak = state.weak_from_this()](boost::system::error_code error) {
            const auto alive = weak.lock();
            if (alive && !error) alive->act(CURL_SOCKET_TIMEOUT, 0);
        });
        return 0;
    } catch (...) {
        return -1;
    }

    // The descriptor is released and not closed: libcurl closes what it opened.
    void forget(curl_socket_t socket) {
        const auto found = watches.find(socket);
        if (found == watches.end()) return;
        found->second->wanted = 0;
        found->second->descriptor.release();
        watches.erase(found);
    }

    void wait(curl_socket_t socket, const std::shared_ptr<Watch>& watch) {
        for (const int direction : {CURL_POLL_IN, CURL_POLL_OUT}) {
            if ((watch->wanted & direction) == 0 || (watch->waiting & direction) != 0) continue;
            watch->waiting |= direction;
            watch->descriptor.async_wait(
                direction == CURL_POLL_IN ? asio::posix::stream_descriptor::wait_read
                                          : asio::posix::stream_descriptor::wait_write,
                [weak = weak_from_this(), watch, socket, direction](boost::system::error_code error) {
                    watch->waiting &= ~direction;
                    const auto alive = weak.lock();
                    if (!alive || error || (watch->wanted & direction) == 0) return;
                    alive->act(socket, direction);
                    alive->wait(socket, watch);
                });
        }
    }

    void act(curl_socket_t socket, int direction) {
        int running = 0;
        libcurl().multi_socket_action(multi, socket, direction, &running);
        int left = 0;
        while (const CURLMsg* message = libcurl().multi_info_read(multi, &left)) {
            void* done = nullptr;
            libcurl().easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &done);
            static_cast<Transfer*>(done)->result = message->data.result;
        }
        for (Transfer* transfer : transfers) {
            if (transfer->result || (*transfer->deadline)() < transfer->wake.expiry())
                transfer->wake.cancel();
        }
    }

    asio::any_io_executor executor;
    asio::steady_timer timer;
    CURLM* multi = nullptr;
    std::map<curl_socket_t, std::shared_ptr<Watch>> watches;
    std::set<Transfer*> transfers;
};

CurlLoop::CurlLoop(asio::any_io_executor executor) : state_(std::make_shared<State>(std::move(executor))) {}

CurlLoop::~CurlLoop() = default;

asio::awaitable<CURLcode> CurlLoop::perform(CURL* easy, Deadline deadline) {
    struct Joined {
        std::shared_ptr<State> state;
        CURL* handle;
        Transfer& transfer;

        Joined(std::shared_ptr<State> into, CURL* added, Transfer& of)
            : state(std::move(into)), handle(added), transfer(of) {
            state->transfers.insert(&transfer);
            libcurl().easy_setopt(handle, CURLOPT_PRIVATE, &transfer);
            libcurl().multi_add_handle(state->multi, handle);
        }
        ~Joined() {
            libcurl().multi_remove_handle(state->multi, handle);
            state->transfers.erase(&transfer);
        }
    };

    Transfer transfer{asio::steady_timer(state_->executor), &deadline, std::nullopt};
    const Joined joined(state_, easy, transfer);
    while (!transfer.result) {
        const auto until = deadline();
        if (Clock::now() >= until) co_return CURLE_OPERATION_TIMEDOUT;
        transfer.wake.expires_at(until);
        // Woken by the deadline, by act(), or by a cancellation, after which the next co_await throws.
        co_await transfer.wake.async_wait(asio::as_tuple(asio::use_awaitable));
    }
    co_return *transfer.result;
}

}  // namespace aibuild
