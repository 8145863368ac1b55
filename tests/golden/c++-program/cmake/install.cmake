# Written by aibuild-gen from aibuild.json; needs no AIBuild. Edits are merged when it is written again.
install(TARGETS counter EXPORT words-targets FILE_SET HEADERS)
install(TARGETS words)

# find_package(words) gives the libraries above as words::NAME.
include(CMakePackageConfigHelpers)
install(EXPORT words-targets NAMESPACE words:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/words)
file(CONFIGURE OUTPUT words-config.cmake @ONLY CONTENT [=[
include("${CMAKE_CURRENT_LIST_DIR}/words-targets.cmake")
]=])
write_basic_package_version_file(
  "${CMAKE_CURRENT_BINARY_DIR}/words-config-version.cmake" COMPATIBILITY SameMajorVersion)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/words-config.cmake"
              "${CMAKE_CURRENT_BINARY_DIR}/words-config-version.cmake"
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/words)
