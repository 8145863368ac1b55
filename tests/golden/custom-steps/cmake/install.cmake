# Written by aibuild-gen from aibuild.json; needs no AIBuild. Edits are merged when it is written again.
install(TARGETS embed)
install(TARGETS tables EXPORT steps-targets INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(FILES include/tables.h "${products}/gen/table/table.h"
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(TARGETS show)

# find_package(steps) gives the libraries above as steps::NAME.
include(CMakePackageConfigHelpers)
install(EXPORT steps-targets NAMESPACE steps:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/steps)
file(CONFIGURE OUTPUT steps-config.cmake @ONLY CONTENT [=[
include("${CMAKE_CURRENT_LIST_DIR}/steps-targets.cmake")
]=])
write_basic_package_version_file(
  "${CMAKE_CURRENT_BINARY_DIR}/steps-config-version.cmake" COMPATIBILITY SameMajorVersion)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/steps-config.cmake"
              "${CMAKE_CURRENT_BINARY_DIR}/steps-config-version.cmake"
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/steps)
