#pragma once

// Reading and writing JSON that people and machines share.
//
// Boost.JSON 1.81 keeps the last of two equal keys without a word, turns 1e400 into infinity and can't tell a
// line; measured on JSONTestSuite it is right about everything else. So it parses, and this file adds what is
// missing: duplicate keys and non-finite numbers are errors, and a JSON pointer can be found again in the
// text.

#include <boost/json/value.hpp>
#include <string>
#include <string_view>

namespace aibuild::json {

namespace bj = boost::json;

// Objects and arrays in each other; one more is `json.depth`.
inline constexpr std::size_t max_depth = 32;

// Parses a whole document. Throws Error (rule `json.syntax`, `json.duplicate`, `json.number`, `json.depth`)
// whose place names `file` and the line.
bj::value parse(std::string_view text, std::string_view file);

// The line, from 1, on which the value at an RFC 6901 `pointer` begins in `text`; 0 where there is none.
int line_of(std::string_view text, std::string_view pointer);

// A key as a part of a pointer: `/a~1b` for `a/b`.
std::string pointer_token(std::string_view key);

// `aibuild.json:14 (/targets/2/uses/0)`
std::string place(std::string_view file, std::string_view text, std::string_view pointer);

// Two spaces, one member a line, short arrays of plain values on one line, keys in the order they have, a
// final newline. The same value always gives the same bytes.
std::string pretty(const bj::value& value);

// One line without spaces, keys sorted at every depth: what hashes are taken of.
std::string canonical(const bj::value& value);

}  // namespace aibuild::json
