#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <string>

#include "tool/inference/dialect.h"
#include "tool/inference/request.h"

namespace aibuild {

// Who wants to know how one call goes while it goes. Called on the provider's event loop; throws nothing, but
// for what `sent` throws.
class CallWatch {
  public:
    virtual ~CallWatch() = default;
    // A request is about to be sent; the first is number 1. What is thrown here keeps it back and ends the
    // call.
    virtual void sent(int /*number*/) {}
    // How that request is put; one that the server refuses for it is put otherwise next time.
    virtual void speaks(const Dialect& /*dialect*/) {}
    // So much of the answer's text is there, in bytes, of this request.
    virtual void received(std::size_t /*bytes*/) {}
    // Nothing is sent for so long, and why: "the server asks to wait", "a limit of requests a minute".
    virtual void waits(const std::string& /*why*/, std::chrono::milliseconds /*time*/) {}
};

// Somebody who answers requests. Calls of one provider may run at the same time on one event loop; the
// provider outlives them.
class Provider {
  public:
    virtual ~Provider() = default;

    virtual std::string name() const = 0;

    // Does a call cost money? Then it is never made without a person's yes.
    virtual bool costs() const = 0;

    // Answers, or throws Error: `provider.*` with Exit::provider, `key.*` with Exit::key, `policy.*` with
    // Exit::policy. Cancelling the coroutine closes its connection.
    // `watch`, where there is one, outlives the call.
    virtual boost::asio::awaitable<Response> answer(const Request& request, CallWatch* watch = nullptr) = 0;
};

}  // namespace aibuild
