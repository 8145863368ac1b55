#pragma once

// A header or module that "is not there" may be somebody's package that this machine lacks, or a slip of the
// pen: tools print the same. What tells them apart are the names that are here: a compiler's headers, a
// language's own modules, installed ones, the project's files. A name that one slip makes of one of these is
// a slip; a name that a known package brings (tool/diagnostics/packages.h) is that package's.

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "tool/diagnostics/diagnostic.h"

namespace aibuild {

// Does one slip make `name` into `word`: a letter left out, put in or taken for another, two exchanged, or
// small for capital letters? The first letter stays, and so does the end where a letter is put in or taken
// for another: people call packages of their own after others in that way (httpx, ujson, urllib3, typer).
bool one_slip(std::string_view word, std::string_view name);

// The name that is here and that the missing one of `diagnostic` was to be. `files`: the project's, in
// `root`.
std::optional<std::string> meant_name(const Diagnostic& diagnostic, const std::filesystem::path& root,
                                      const std::set<std::string>& files);

}  // namespace aibuild
