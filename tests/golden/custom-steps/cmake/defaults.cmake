# Written by aibuild-gen from aibuild.json; needs no AIBuild. Edits are merged when it is written again.
# What holds for all targets of this project, and for nobody else's.

get_property(multi_config GLOBAL PROPERTY GENERATOR_IS_MULTI_CONFIG)
if(PROJECT_IS_TOP_LEVEL)
  set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
  if(NOT multi_config AND NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "Debug, Release, RelWithDebInfo or MinSizeRel" FORCE)
  endif()
endif()

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)

# Build types beside CMake's own: -D CMAKE_BUILD_TYPE=Sanitize or =Coverage
set(CMAKE_CXX_FLAGS_SANITIZE "-g -O1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all")
set(CMAKE_C_FLAGS_SANITIZE "-g -O1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all")
set(CMAKE_CXX_FLAGS_COVERAGE "-g -O0 --coverage")
set(CMAKE_C_FLAGS_COVERAGE "-g -O0 --coverage")

include(GNUInstallDirs)

# Where products are: where a generator has several configurations, each has its own.
set(products "${CMAKE_CURRENT_BINARY_DIR}")
if(multi_config)
  string(APPEND products "/$<CONFIG>")
endif()
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${products}/bin")
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY "${products}/lib")
set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY "${products}/lib")
