#pragma once

// Errors as servers word them, and what can be left out of a request because of one.

#include <string>
#include <string_view>

#include "tool/inference/dialect.h"

namespace aibuild {

// What a server said when it failed, out of any of the envelopes that servers use.
struct ServerError {
    std::string message;  // in one line; empty where the body said nothing
    std::string type;
    std::string code;
    std::string param;
};

ServerError server_error(std::string_view body);

// `dialect` without what a 400 with `error` says the server does not know; the same where it names nothing
// that can be left out of `request`.
Dialect simpler(const Dialect& dialect, const ServerError& error, const Request& request,
                const Rungs& rungs = all_rungs);

// Does a failure with this status and error say that there is no such path, rather than no such model?
bool names_the_path(long status, const ServerError& error);

}  // namespace aibuild
