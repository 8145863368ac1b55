// Commits a fixed set of files, or recovers, in the directory given: what commit_faults.sh kills and fails.

#include <cstdio>
#include <string_view>

#include "ninja-gen/error.h"
#include "tool/workspace/commit.h"

int main(int argc, char** argv) {
    using aibuild::StagedFile;
    if (argc != 3) return 2;
    try {
        const aibuild::Root root(argv[2]);
        if (argv[1] == std::string_view("recover")) {
            aibuild::recover(root);
            return 0;
        }
        aibuild::commit(root,
                        {
                            StagedFile{.path = "replaced", .text = "new\n", .may_replace = true},
                            StagedFile{.path = "made/deep/file", .text = "made\n"},
                            StagedFile{.path = "unchanged", .text = "unchanged\n"},
                            StagedFile{.path = "folder/replaced", .text = "new too\n", .may_replace = true},
                            StagedFile{.path = "script", .text = "#!/bin/sh\n", .executable = true},
                        });
        return 0;
    } catch (const aibuild::Error& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 10;
    }
}
