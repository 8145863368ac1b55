#pragma once

// `aibuild-gen verify`: is what was generated what was answered? Plan and files are made again from the
// description, the lock and the responses that the project brings, and nothing else - no socket, no cache of
// this person's - and every byte is compared with what the lock recorded. What people edited, accepted or
// took over since is listed, and no failure: it is not what was generated that they changed.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace aibuild {

enum class VerifyVerdict : std::uint8_t {
    same,      // on disk byte for byte as it was made again
    edited,    // made again as recorded; a person changed it since
    accepted,  // made again as recorded; a person's text is its base
    theirs,    // a person has taken it over
    missing,   // made again as recorded; it is not on disk
    differs,   // it can't be made again, or came out otherwise than recorded
};

std::string_view name_of(VerifyVerdict verdict);

struct Verified {
    std::string path;
    VerifyVerdict verdict = VerifyVerdict::same;
    std::string why;                // of what differs, and what is to be known of others
    std::string recorded, rebuilt;  // SHA-256; empty where there is none
};

// aibuild.json first, then by path. Throws what reading plan and lock throws, and `verify.lock` where there
// is nothing that was generated.
std::vector<Verified> verify(const std::filesystem::path& root, const std::filesystem::path& build = {});

}  // namespace aibuild
