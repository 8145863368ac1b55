#pragma once

// A hold: one AIBuild command at a time changes a directory (and no ninja that it did not start itself).
//
// It is an open file description lock on DIR/.aibuild/hold: it ends with its process, however that ends, so
// that there is no stale one to remove by hand, and, unlike a POSIX lock, it doesn't end when some other
// descriptor of the file is closed. The file is there only while it is held, and a .aibuild that is empty
// without it goes too: a refused command leaves the directory as it was. Whoever removes a file can leave two
// processes with locks on two files of one name, so that a lock counts only where the locked file still is
// the one that the name leads to.
//
// The file tells others who its holder is, which is a write. `build` in a directory where nothing is to be
// done writes nothing (law 8), not even a name: in build directories the file stays, empty, and who holds it
// is told by a second lock, on the byte of the process's number.
//
// Who takes the directory removes what killed holders left half written there.

#include <functional>
#include <string>
#include <string_view>

#include "tool/workspace/beneath.h"
#include "tool/workspace/root.h"

namespace aibuild {

// Told once for each holder that is waited for: "`aibuild-gen build` (process 1234) is working in DIR:
// waiting until it has ended".
using SayWaiting = std::function<void(const std::string& line)>;

enum class HoldFile : unsigned char {
    goes,   // with the hold
    stays,  // where .aibuild has anything else
};

class Hold {
  public:
    // `command` is what others are told: "aibuild-gen new". With `wait` it waits for whoever has the
    // directory, as long as that takes: the kernel wakes it. Without, throws Error `hold.busy`, naming the
    // process and the command; also `path.symlink`, `path.type`, `disk.full`, `disk.write`, and `interrupted`
    // where a signal that somebody handles ends the wait.
    Hold(const Root& root, std::string_view command, const SayWaiting& wait = {},
         HoldFile file = HoldFile::goes);
    ~Hold();
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;

  private:
    bool has_more() const noexcept;

    Fd root_, above_, file_;
    bool stays_ = false;
};

}  // namespace aibuild
