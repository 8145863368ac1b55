# Written by aibuild-gen from aibuild.json; needs no AIBuild. Edits are merged when it is written again.
install(TARGETS word-split EXPORT tally-targets)
install(TARGETS tokenizer EXPORT tally-targets FILE_SET HEADERS)
install(TARGETS tally)
install(FILES "${products}/lib/libtokenizer.a" DESTINATION ${CMAKE_INSTALL_LIBDIR})

# find_package(tally) gives the libraries above as tally::NAME.
include(CMakePackageConfigHelpers)
install(EXPORT tally-targets NAMESPACE tally:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/tally)
file(CONFIGURE OUTPUT tally-config.cmake @ONLY CONTENT [=[
include("${CMAKE_CURRENT_LIST_DIR}/tally-targets.cmake")
]=])
write_basic_package_version_file(
  "${CMAKE_CURRENT_BINARY_DIR}/tally-config-version.cmake" COMPATIBILITY SameMajorVersion)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/tally-config.cmake"
              "${CMAKE_CURRENT_BINARY_DIR}/tally-config-version.cmake"
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/tally)
