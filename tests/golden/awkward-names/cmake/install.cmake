# Written by aibuild-gen from aibuild.json; needs no AIBuild. Edits are merged when it is written again.
install(TARGETS c++-odds EXPORT awkward-targets FILE_SET HEADERS)
install(TARGETS plain)

# find_package(awkward) gives the libraries above as awkward::NAME.
include(CMakePackageConfigHelpers)
install(EXPORT awkward-targets NAMESPACE awkward:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/awkward)
file(CONFIGURE OUTPUT awkward-config.cmake @ONLY CONTENT [=[
include("${CMAKE_CURRENT_LIST_DIR}/awkward-targets.cmake")
]=])
write_basic_package_version_file(
  "${CMAKE_CURRENT_BINARY_DIR}/awkward-config-version.cmake" COMPATIBILITY SameMajorVersion)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/awkward-config.cmake"
              "${CMAKE_CURRENT_BINARY_DIR}/awkward-config-version.cmake"
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/awkward)
