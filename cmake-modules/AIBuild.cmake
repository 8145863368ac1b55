#[=======================================================================[
AIBuild: what projects call after find_package(AIBuild)

Script that runs when a project is configured: it needs no aibuild-gen, no model, no key and no network. Each public
function has its reference page where it is defined:

  aibuild_project                                 AIBuildProject.cmake
  aibuild_add_library, aibuild_add_executable,
  aibuild_target_sources, aibuild_add_file        AIBuildSources.cmake
  aibuild_import_plan                             AIBuildPlan.cmake
  aibuild_add_report                              AIBuildTargets.cmake

Functions see the variables of whoever calls them, and where a variable has no value they see the cache's. So what they
read they have set before; and what get_property gives, which is no value at all where there is no property, is in
variables whose names begin with aibuild_, and is read in quotes.
#]=======================================================================]

cmake_policy(PUSH)
cmake_policy(VERSION 3.25...3.31)

define_property(TARGET PROPERTY AIBUILD_OUTPUTS
                BRIEF_DOCS "The generated files of a target, from the directory of its project()"
                FULL_DOCS "Set by aibuild_add_library, aibuild_add_executable and aibuild_target_sources.")
foreach(_aibuild_module Arguments Paths Lock Prompt State Record Declare Project Sources Plan Targets)
  include("${CMAKE_CURRENT_LIST_DIR}/AIBuild${_aibuild_module}.cmake")
endforeach()
unset(_aibuild_module)

cmake_policy(POP)
