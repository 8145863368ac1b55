# `cpack` in a build directory makes aibuild_VERSION_ARCH.deb, for the Debian or Ubuntu that it was built on.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME aibuild)
set(CPACK_PACKAGE_CONTACT "The AIBuild contributors <contributors@aibuild.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "From a description to a project that CMake and Ninja build")
set(CPACK_PACKAGE_DESCRIPTION
"AIBuild turns a description into a project that builds, and keeps it building.
A language model is asked for data - a plan, and the text of source files -
and never for build files: those are made from the plan by a deterministic
generator, for Ninja and for CMake.

In a CMake project that exists, find_package(AIBuild) adds targets and files
that are described in prompts, generated once, locked and committed. A normal
build needs no model, no key and no network.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
# What dpkg-shlibdeps can't see: libcurl is loaded when a model is talked to; ninja builds, git merges what people edited.
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "libcurl4 (>= 7.87), ninja-build, git")
# Without bubblewrap a build is not shut in, which aibuild-gen asks about; CMake is for those whose projects use it; a key goes to
# servers that have a certificate; most projects have some C++.
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "bubblewrap, ca-certificates, cmake (>= 3.25), g++ | c++-compiler")

include(CPack)
