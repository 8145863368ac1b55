# Written by aibuild-gen from aibuild.json; needs no AIBuild. Edits are merged when it is written again.
install(TARGETS bits EXPORT codec-targets FILE_SET HEADERS)
install(TARGETS codec EXPORT codec-targets FILE_SET HEADERS)
install(TARGETS encode)

# find_package(codec) gives the libraries above as codec::NAME.
include(CMakePackageConfigHelpers)
install(EXPORT codec-targets NAMESPACE codec:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/codec)
file(CONFIGURE OUTPUT codec-config.cmake @ONLY CONTENT [=[
include("${CMAKE_CURRENT_LIST_DIR}/codec-targets.cmake")
]=])
write_basic_package_version_file(
  "${CMAKE_CURRENT_BINARY_DIR}/codec-config-version.cmake" COMPATIBILITY SameMajorVersion)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/codec-config.cmake"
              "${CMAKE_CURRENT_BINARY_DIR}/codec-config-version.cmake"
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/codec)
