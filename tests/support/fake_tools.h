#pragma once

#include <filesystem>
#include <string>

#include "tests/support/variable.h"
#include "tests/unit/tool/workspace/directory.h"

namespace aibuild::test {

// A machine whose only programs are these, so that what is written does not depend on what is installed. None
// of them does anything, but for pkg-config, which knows zlib.
class FakeTools {
  public:
    FakeTools() : path_("PATH", directory_.path().string()) {
        for (const char* tool : {"cc", "c++", "ar", "rustc", "gfortran", "python3", "ninja"})
            program(tool, "");
        program("pkg-config",
                "#!/bin/sh\n"
                "case \"$*\" in\n"
                "'--cflags zlib') echo ' -I/opt/z/include ' ;;\n"
                "'--libs zlib') echo '-L/opt/z/lib -lz' ;;\n"
                "'--modversion zlib') echo 1.2.13 ;;\n"
                "*) exit 1 ;;\n"
                "esac\n");
    }

    std::filesystem::path directory() const { return directory_.path(); }

    void program(const std::string& name, const std::string& text) const {
        directory_.put(name, text);
        std::filesystem::permissions(directory_ / name, std::filesystem::perms::owner_all);
    }

  private:
    Directory directory_;
    Variable path_;
    Variable cc_{"CC"}, cxx_{"CXX"}, ar_{"AR"}, rustc_{"RUSTC"}, python_{"PYTHON"};
};

}  // namespace aibuild::test
