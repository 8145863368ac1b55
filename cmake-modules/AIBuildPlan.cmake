#[=======================================================================[.md: aibuild_import_plan
# aibuild_import_plan

Adds the targets of a plan to the project, whatever languages they are in.

```
aibuild_import_plan(<aibuild.json> [EXCLUDE_FROM_ALL] [IMPORTED_TARGETS <variable>])
```

`<aibuild.json>` is the plan, from the current source directory. Beside it lie the files that `aibuild-gen emit` wrote from
it, which are committed with it.

- Its targets are there as `NAME`, its libraries also as `PROJECT::NAME`. They are built with everything else, in
  `<current binary directory>/aibuild-plans/PROJECT`.
- Its tests are in the CTest of this project, unless `BUILD_TESTING` or `PROJECT_TESTS` is off.
- Its install rules are not in the install of this project, unless `PROJECT_INSTALL` is on.

`PROJECT` is the project's name in the plan; in the names of options it is in capitals, with `_` for `-`, `.` and `+`.

## Arguments

`EXCLUDE_FROM_ALL`
: Its targets are built only where something needs them.

`IMPORTED_TARGETS`
: A variable that gets the names of its targets.

## Errors

It is an error, with the command that helps, where what lies beside the plan was not made from it as it is now, and where
the plan, or another one of the same name, was imported before. A plan that changes configures anew.

## Example

```cmake
cmake_minimum_required(VERSION 3.25)
project(demo LANGUAGES C CXX)
find_package(AIBuild 1.0 REQUIRED)

aibuild_import_plan(wordfreq/aibuild.json IMPORTED_TARGETS imported)
message(STATUS "imported: ${imported}")

add_executable(demo main.cpp)
target_link_libraries(demo PRIVATE wordfreq::counter)
```
#]=======================================================================]
function(aibuild_import_plan)
  set(function aibuild_import_plan)
  set(count ${ARGC})
  set(what "path of a plan")
  set(flags EXCLUDE_FROM_ALL)
  set(singles IMPORTED_TARGETS)
  set(keywords ${flags} ${singles})
  set(shape "")
  _aibuild_parse()
  _aibuild_refuse_keys()
  if("IMPORTED_TARGETS" IN_LIST given AND NOT arg_IMPORTED_TARGETS MATCHES "^[A-Za-z0-9_.+-]+$")
    _aibuild_error("${function}" "${thing}" "IMPORTED_TARGETS has ${arg_IMPORTED_TARGETS}, which is no name of a variable."
                   "Take letters, digits and _ for it.")
  endif()
  _aibuild_check_plan("${thing}" aibuild_plan_directory aibuild_plan_name)
  set(aibuild_plan_exclude "")
  if("EXCLUDE_FROM_ALL" IN_LIST given)
    set(aibuild_plan_exclude EXCLUDE_FROM_ALL)
  endif()

  # Each option as the project has it, else what suits a plan that somebody asked for.
  string(TOUPPER "${aibuild_plan_name}" aibuild_plan_option)
  string(REGEX REPLACE "[-.+]" "_" aibuild_plan_option "${aibuild_plan_option}")
  if(NOT DEFINED ${aibuild_plan_option}_TESTS)
    set(${aibuild_plan_option}_TESTS ON)
    if(DEFINED BUILD_TESTING)
      set(${aibuild_plan_option}_TESTS "${BUILD_TESTING}")
    endif()
  endif()
  if(${aibuild_plan_option}_TESTS)
    _aibuild_enable_testing()
  endif()

  _aibuild_want_utility_targets(-C "${aibuild_plan_directory}")
  add_subdirectory("${aibuild_plan_directory}" "${CMAKE_CURRENT_BINARY_DIR}/aibuild-plans/${aibuild_plan_name}"
                   ${aibuild_plan_exclude})
  if("IMPORTED_TARGETS" IN_LIST given)
    _aibuild_targets_below("${aibuild_plan_directory}" targets)
    set(${arg_IMPORTED_TARGETS} "${targets}" PARENT_SCOPE)
  endif()
endfunction()

# _aibuild_targets_below(<directory> <variable>)
function(_aibuild_targets_below directory variable)
  get_property(aibuild_targets DIRECTORY "${directory}" PROPERTY BUILDSYSTEM_TARGETS)
  get_property(aibuild_below DIRECTORY "${directory}" PROPERTY SUBDIRECTORIES)
  set(targets "${aibuild_targets}")
  foreach(each IN LISTS aibuild_below)
    _aibuild_targets_below("${each}" more)
    list(APPEND targets ${more})
  endforeach()
  set(${variable} "${targets}" PARENT_SCOPE)
endfunction()

# Gives the directory of a plan and its project's name, once everything in the way of importing it is ruled out.
function(_aibuild_check_plan argument directory_variable name_variable)
  set(plan "${argument}")
  cmake_path(ABSOLUTE_PATH plan BASE_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}" NORMALIZE)
  cmake_path(GET plan FILENAME file)
  cmake_path(GET plan PARENT_PATH directory)
  set(lock "${directory}/aibuild.lock.json")
  set(index "${directory}/aibuild.lock.cmake")

  if(IS_DIRECTORY "${plan}")
    _aibuild_error(aibuild_import_plan "${plan}" "This is a directory."
                   "Did you mean ${argument}/aibuild.json?")
  elseif(NOT file STREQUAL "aibuild.json")
    _aibuild_error(aibuild_import_plan "${plan}" "A plan is a file with the name aibuild.json."
                   "Name the aibuild.json of the project to import.")
  elseif(NOT EXISTS "${plan}")
    _aibuild_error(aibuild_import_plan "${plan}" "There is no such file."
                   "Correct the path: it counts from ${CMAKE_CURRENT_SOURCE_DIR}.")
  endif()

  # What comes true when somebody helps.
  _aibuild_watch("${plan}")
  foreach(file "${lock}" "${index}")
    if(EXISTS "${file}")
      _aibuild_watch("${file}")
    endif()
  endforeach()

  _aibuild_word("${directory}" word)
  set(emit "aibuild-gen emit -C ${word}")
  foreach(emitted "${index}" "${lock}" "${directory}/CMakeLists.txt")
    if(NOT EXISTS "${emitted}")
      _aibuild_error(aibuild_import_plan "${emitted}" "It is missing: it is written from ${plan}." "${emit}")
    endif()
  endforeach()
  set(AIBUILD_LOCK "AIBUILD_LOCK:${directory}/")
  _aibuild_include_index("${lock}" "${index}" place why newer)
  file(SHA256 "${plan}" plan_hash)
  if(newer)
    _aibuild_error(aibuild_import_plan "${place}" "${why}" "Let find_package find the AIBuild that wrote it, or a newer one.")
  elseif(NOT why STREQUAL "")
    _aibuild_error(aibuild_import_plan "${place}" "${why}" "${emit}")
  elseif(NOT "${aibuild_lock_plan}" STREQUAL plan_hash)
    _aibuild_error(aibuild_import_plan "${plan}" "It changed since its build files were written." "${emit}")
  endif()

  file(READ "${plan}" text)
  string(JSON name GET "${text}" project name)
  get_property(aibuild_before GLOBAL PROPERTY "AIBUILD_PLAN:${name}")
  if(NOT "${aibuild_before}" STREQUAL "")
    _aibuild_error(aibuild_import_plan "${plan}" "A plan with the name ${name} was imported before: ${aibuild_before}."
                   "Import it once; its targets are there for the whole project.")
  endif()
  set_property(GLOBAL PROPERTY "AIBUILD_PLAN:${name}" "${plan} in ${CMAKE_CURRENT_LIST_FILE}")

  set(${directory_variable} "${directory}" PARENT_SCOPE)
  set(${name_variable} "${name}" PARENT_SCOPE)
endfunction()

# CTest finds the tests of a directory where testing is enabled in all directories above it too. enable_testing()
# sets a variable, which a function would keep to itself; deferred, it is called by the directories themselves.
function(_aibuild_enable_testing)
  set(aibuild_directory "${CMAKE_CURRENT_SOURCE_DIR}")
  while(NOT "${aibuild_directory}" STREQUAL "")
    cmake_language(DEFER DIRECTORY "${aibuild_directory}" CALL enable_testing)
    get_property(aibuild_directory DIRECTORY "${aibuild_directory}" PROPERTY PARENT_DIRECTORY)
  endwhile()
endfunction()
