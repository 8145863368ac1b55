#pragma once

// A hold: one AIBuild command at a time changes a directory (and no ninja that it did not start itself).
//
// It is an open file description lock on DIR/.aibuild/hold: it ends with its process, however that ends, so
// that there is no stale one to remove by hand, and, unlike a POSIX lock, it doesn't end when some other
// descriptor of the file is closed. The file is there only while it is held, and a .aibuild that is empty
// without it goes too: a refused command leaves the directory as it was. Whoever removes a file can leave two
// processes with locks on two files of one name, so that a lock counts only where the locked file still is
// the one that the name leads to.

#include <string_view>

#include "tool/workspace/beneath.h"
#include "tool/workspace/root.h"

namespace aibuild {

class Hold {
  public:
    // `command` is what others are told: "aibuild-gen new". Throws Error `hold.busy`, naming the process and
    // the command that has the directory; `path.symlink`, `path.type`, `disk.full`, `disk.write`.
    Hold(const Root& root, std::string_view command);
    ~Hold();
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;

  private:
    Fd root_, above_, file_;
};

}  // namespace aibuild
