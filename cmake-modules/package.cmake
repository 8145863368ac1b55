# What others get of AIBuild, from the build directory (AIBuild_DIR) and from where it was installed or moved to: the
# functions of AIBuild.cmake, and the program as AIBuild::aibuild-gen. For add_subdirectory see in-tree.cmake.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(aibuild_modules AIBuild.cmake AIBuildArguments.cmake AIBuildDeclare.cmake AIBuildLock.cmake AIBuildPaths.cmake
    AIBuildPlan.cmake AIBuildProject.cmake AIBuildPrompt.cmake AIBuildRecord.cmake AIBuildSources.cmake AIBuildState.cmake AIBuildTargets.cmake)

write_basic_package_version_file("${PROJECT_BINARY_DIR}/AIBuildConfigVersion.cmake"
                                 COMPATIBILITY SameMajorVersion ARCH_INDEPENDENT)

# _aibuild_write_config(<file> <directory that it is used in> <prefix>): paths in it are relative to where it is.
function(_aibuild_write_config file directory prefix)
  configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake-modules/AIBuildConfig.cmake.in" "${file}"
    INSTALL_DESTINATION "${directory}" INSTALL_PREFIX "${prefix}"
    PATH_VARS AIBUILD_MODULES AIBUILD_PROGRAMS
    NO_SET_AND_CHECK_MACRO NO_CHECK_REQUIRED_COMPONENTS_MACRO)
endfunction()

set(AIBUILD_MODULES "${PROJECT_SOURCE_DIR}/cmake-modules")
set(AIBUILD_PROGRAMS "${PROJECT_BINARY_DIR}")
set(AIBUILD_SUFFIXES ${CMAKE_CONFIGURATION_TYPES})
_aibuild_write_config("${PROJECT_BINARY_DIR}/AIBuildConfig.cmake" "${PROJECT_BINARY_DIR}" "${PROJECT_BINARY_DIR}")

set(AIBUILD_MODULES "${CMAKE_INSTALL_DATAROOTDIR}/cmake/AIBuild")
set(AIBUILD_PROGRAMS "${CMAKE_INSTALL_BINDIR}")
set(AIBUILD_SUFFIXES "")
_aibuild_write_config("${PROJECT_BINARY_DIR}/install/AIBuildConfig.cmake" "${AIBUILD_MODULES}" "${CMAKE_INSTALL_PREFIX}")

install(TARGETS aibuild-gen)
list(TRANSFORM aibuild_modules PREPEND "${PROJECT_SOURCE_DIR}/cmake-modules/")
install(FILES ${aibuild_modules}
              "${PROJECT_BINARY_DIR}/install/AIBuildConfig.cmake"
              "${PROJECT_BINARY_DIR}/AIBuildConfigVersion.cmake"
        DESTINATION "${AIBUILD_MODULES}")

set(aibuild_documentation "${CMAKE_INSTALL_DATAROOTDIR}/doc/aibuild")
configure_file("${PROJECT_SOURCE_DIR}/cmake-modules/debian/changelog.in" "${PROJECT_BINARY_DIR}/install/changelog" @ONLY)
configure_file("${PROJECT_SOURCE_DIR}/tool/cli/aibuild-gen.1" "${PROJECT_BINARY_DIR}/install/aibuild-gen.1" COPYONLY)
foreach(page changelog aibuild-gen.1)
  execute_process(COMMAND gzip -9nc "${PROJECT_BINARY_DIR}/install/${page}"
                  OUTPUT_FILE "${PROJECT_BINARY_DIR}/install/${page}.gz" COMMAND_ERROR_IS_FATAL ANY)
endforeach()
install(FILES "${PROJECT_BINARY_DIR}/install/aibuild-gen.1.gz" DESTINATION "${CMAKE_INSTALL_MANDIR}/man1")
install(FILES "${PROJECT_SOURCE_DIR}/README.md" "${PROJECT_SOURCE_DIR}/cmake-modules/debian/copyright"
              "${PROJECT_BINARY_DIR}/install/changelog.gz"
        DESTINATION "${aibuild_documentation}")

include("${CMAKE_CURRENT_LIST_DIR}/reference.cmake")
_aibuild_write_reference("${PROJECT_BINARY_DIR}/reference" ${aibuild_modules})
install(DIRECTORY "${PROJECT_BINARY_DIR}/reference/" DESTINATION "${aibuild_documentation}/cmake")

include("${CMAKE_CURRENT_LIST_DIR}/cpack.cmake")
