#pragma once

// libcurl's transfers on one Asio executor, as straight-line coroutines.
//
// libcurl says which sockets it waits for and when it wants to be woken (its multi-socket interface); Asio
// does the waiting. So transfers, timers, signals and child processes share one event loop and one thread.

#include <curl/curl.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <functional>
#include <memory>

namespace aibuild {

class CurlLoop {
  public:
    using Deadline = std::function<std::chrono::steady_clock::time_point()>;

    // Everything runs on `executor`, which has one thread.
    explicit CurlLoop(boost::asio::any_io_executor executor);
    ~CurlLoop();
    CurlLoop(const CurlLoop&) = delete;
    CurlLoop& operator=(const CurlLoop&) = delete;

    // Runs one transfer and gives what libcurl says of it, or CURLE_OPERATION_TIMEDOUT once `deadline` has
    // passed. The deadline is asked for again after every activity: it may move both ways while the transfer
    // makes progress. Ending this coroutine in any way takes the handle out of the loop; a transfer that has
    // not ended by itself has its connection closed. Cancelled, it throws operation_aborted.
    boost::asio::awaitable<CURLcode> perform(CURL* easy, Deadline deadline);

  private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace aibuild
