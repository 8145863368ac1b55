#pragma once

// What a language file must keep to and a grammar can't say. A file may come from anybody, so that what it
// can do is bounded here: it runs its own tools and scripts beside it, and makes files in the build
// directory. What these do is for the person to agree to.

#include <boost/json/object.hpp>
#include <string_view>

namespace aibuild {

// `top` has passed the schema. Throws Error with file, line and pointer:
//
//   language.text       a control character outside of `rules`
//   language.name       a name or alias that is none, or that is a file of cmake/ already
//   language.extension  one without a dot, or twice
//   language.tool       a tool's name, program, variable or package that is none
//   language.helper     a script that isn't a plain NAME.sh, or that no `helpers` lists
//   language.command    a command that begins with anything but a tool, a script, or `rm -f {out}`
//   language.output     a product that is outside the build directory, or is one of AIBuild's files in it
//   language.template   a placeholder that there isn't
//   language.counted    no regular expression
void check_language_rules(const boost::json::object& top, std::string_view text, std::string_view file);

}  // namespace aibuild
