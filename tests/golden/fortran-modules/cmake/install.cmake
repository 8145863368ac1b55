# Written by aibuild-gen from aibuild.json; needs no AIBuild. Edits are merged when it is written again.
install(TARGETS shapes EXPORT waves-targets INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/shapes)
install(DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}/modules/shapes/"
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/shapes)
install(TARGETS waves)

# find_package(waves) gives the libraries above as waves::NAME.
include(CMakePackageConfigHelpers)
install(EXPORT waves-targets NAMESPACE waves:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/waves)
file(CONFIGURE OUTPUT waves-config.cmake @ONLY CONTENT [=[
include("${CMAKE_CURRENT_LIST_DIR}/waves-targets.cmake")
]=])
write_basic_package_version_file(
  "${CMAKE_CURRENT_BINARY_DIR}/waves-config-version.cmake" COMPATIBILITY SameMajorVersion)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/waves-config.cmake"
              "${CMAKE_CURRENT_BINARY_DIR}/waves-config-version.cmake"
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/waves)
