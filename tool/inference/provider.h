#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>

#include "tool/inference/request.h"

namespace aibuild {

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
    virtual boost::asio::awaitable<Response> answer(const Request& request) = 0;
};

}  // namespace aibuild
