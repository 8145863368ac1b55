#pragma once

// Command templates of language files.
//
// A word may hold placeholders: {name}, {a,b} for one list after another, {list|:} for a list joined with a
// colon. A placeholder stands for a list of texts. A word with a list repeats once for each of its elements,
// and disappears where the list is empty: "-I{includes}" becomes as many words as there are directories. At
// most one list of a word may have other than one element.

#include <functional>
#include <string>
#include <string_view>

#include "ninja-gen/language.h"

namespace aibuild {

// The values of a placeholder; nothing where the name is unknown.
using Values = std::function<const Words*(std::string_view name)>;

// Throws Error `language.template`, whose place is `where`.
Words expand(const Words& words, const Values& values, std::string_view where);

}  // namespace aibuild
