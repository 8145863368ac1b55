# Written by aibuild-gen from aibuild.json; needs no AIBuild. Edits are merged when it is written again.
install(TARGETS ring EXPORT pack-targets FILE_SET HEADERS)
install(TARGETS squeeze EXPORT pack-targets FILE_SET HEADERS)
install(TARGETS pack)

# find_package(pack) gives the libraries above as pack::NAME.
include(CMakePackageConfigHelpers)
install(EXPORT pack-targets NAMESPACE pack:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/pack)
file(CONFIGURE OUTPUT pack-config.cmake @ONLY CONTENT [=[
include(CMakeFindDependencyMacro)
find_dependency(Threads)
find_dependency(PkgConfig)
pkg_check_modules(Z QUIET IMPORTED_TARGET zlib)
if(NOT Z_FOUND)
  set(pack_FOUND FALSE)
  set(pack_NOT_FOUND_MESSAGE "it needs zlib, which pkg-config doesn't find")
  return()
endif()
include("${CMAKE_CURRENT_LIST_DIR}/pack-targets.cmake")
]=])
write_basic_package_version_file(
  "${CMAKE_CURRENT_BINARY_DIR}/pack-config-version.cmake" COMPATIBILITY SameMajorVersion)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/pack-config.cmake"
              "${CMAKE_CURRENT_BINARY_DIR}/pack-config-version.cmake"
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/pack)
