# AIBuild inside of another project, by add_subdirectory or FetchContent.
#
# The functions are pure CMake and there at once. The program is not: it needs a C++20 compiler and libraries that the
# project may not have, and nothing but aibuild-update and the like ever runs it. So it isn't part of the project's own
# build at all: the target aibuild-gen configures and builds it in a build directory of its own, for this machine, when
# somebody asks for it. Nothing of AIBuild's comes into the project's cache, tests, installation or flags, nor does
# anything of the project's (a toolchain file, sanitizers, -Werror) come into the program.
include(CMakePackageConfigHelpers)

get_property(loaded_version GLOBAL PROPERTY AIBUILD_LOADED_VERSION)
if(loaded_version STREQUAL aibuild_version)
  return()
elseif(loaded_version)
  get_property(loaded_from GLOBAL PROPERTY AIBUILD_LOADED_FROM)
  message(FATAL_ERROR " AIBuild ${aibuild_version}: ${CMAKE_CURRENT_SOURCE_DIR}\n"
    "   why:   This build already uses AIBuild ${loaded_version} from ${loaded_from}, and only one can have its functions.\n"
    "   fix:   Let all of it use one. Where this one is added first, every find_package(AIBuild) finds it.\n")
endif()

set(aibuild_program "${CMAKE_CURRENT_BINARY_DIR}/program")
# What a cross build has in its environment would make a program that doesn't run here.
set(aibuild_environment "${CMAKE_COMMAND}" -E env --unset=CMAKE_TOOLCHAIN_FILE)
if(CMAKE_CROSSCOMPILING)
  list(APPEND aibuild_environment --unset=CC --unset=CXX --unset=CFLAGS --unset=CXXFLAGS --unset=LDFLAGS)
endif()
add_custom_target(aibuild-gen
  COMMAND ${aibuild_environment} "${CMAKE_COMMAND}" -S "${CMAKE_CURRENT_SOURCE_DIR}" -B "${aibuild_program}" -G Ninja
          -D CMAKE_BUILD_TYPE=Release -D AIBUILD_BUILD_TESTS=OFF
  COMMAND ${aibuild_environment} "${CMAKE_COMMAND}" --build "${aibuild_program}" --config Release --target aibuild-gen
  COMMENT "Building aibuild-gen for this machine (what that needs is installed by ${CMAKE_CURRENT_SOURCE_DIR}/tool/setup build)"
  USES_TERMINAL VERBATIM)
add_executable(AIBuild::aibuild-gen IMPORTED GLOBAL)
set_property(TARGET AIBuild::aibuild-gen PROPERTY IMPORTED_LOCATION "${aibuild_program}/aibuild-gen")
add_dependencies(AIBuild::aibuild-gen aibuild-gen)
set_property(GLOBAL PROPERTY AIBUILD_PROGRAM "${aibuild_program}/aibuild-gen")
set_property(GLOBAL PROPERTY AIBUILD_PROGRAM_TARGET aibuild-gen)

# From here on find_package(AIBuild) finds this one, whichever is installed. FetchContent's OVERRIDE_FIND_PACKAGE would
# accept any version and any component; these are the files that it looks for.
set(AIBUILD_MODULES "${CMAKE_CURRENT_LIST_DIR}")
set(AIBUILD_PROGRAMS "${aibuild_program}")
configure_package_config_file("${CMAKE_CURRENT_LIST_DIR}/AIBuildConfig.cmake.in" "${CMAKE_FIND_PACKAGE_REDIRECTS_DIR}/aibuild-config.cmake"
  INSTALL_DESTINATION "${CMAKE_FIND_PACKAGE_REDIRECTS_DIR}" INSTALL_PREFIX "${CMAKE_FIND_PACKAGE_REDIRECTS_DIR}"
  PATH_VARS AIBUILD_MODULES AIBUILD_PROGRAMS NO_SET_AND_CHECK_MACRO NO_CHECK_REQUIRED_COMPONENTS_MACRO)
write_basic_package_version_file("${CMAKE_FIND_PACKAGE_REDIRECTS_DIR}/aibuild-config-version.cmake"
  VERSION "${aibuild_version}" COMPATIBILITY SameMajorVersion ARCH_INDEPENDENT)
include("${CMAKE_FIND_PACKAGE_REDIRECTS_DIR}/aibuild-config.cmake")
