# Written by aibuild-gen from aibuild.json; needs no AIBuild. Edits are merged when it is written again.
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(Z REQUIRED IMPORTED_TARGET zlib)
