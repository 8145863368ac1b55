#pragma once

// Does a header say what the plan promised? Other files are written from the plan's interface at the same
// time: a function that is missing, or has another number of parameters, would only be found by a linker,
// after all of them were paid for.
//
// Only what both texts write as a declaration of C or C++ is compared (`name(...)` before a `;`), and only
// names and numbers of parameters: spelling, default arguments and overloads are the header's business.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aibuild {

// What `headers`, all of a target, lack of `interface`: "`greeting_write` with 3 parameters; a header
// declares it with 2". Nothing where they lack nothing.
std::optional<std::string> interface_problem(std::string_view interface,
                                             const std::vector<std::string>& headers);

}  // namespace aibuild
