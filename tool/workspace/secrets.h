#pragma once

// What a project has that is not for others: keys, and files that usually have some in them. Whatever is
// shown to a model leaves this machine, and stands in .aibuild/responses, which is committed.

#include <optional>
#include <string>
#include <string_view>

namespace aibuild {

// Why a file is never shown: by its name, in any spelling of case (`.env`, `id_rsa`, `*.pem`, what is in
// `.git` or `.ssh`), or because a private key stands in `text`. Nothing where it may be. The names are a
// guess: a secret in a file that is called otherwise is found by nobody but the person, who is told what
// would be shown.
std::optional<std::string> secret_problem(std::string_view path, std::string_view text);

}  // namespace aibuild
