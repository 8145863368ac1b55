#[=======================================================================[
AIBuild: what projects call after find_package(AIBuild)

Script that runs when a project is configured: it needs no aibuild-gen, no model, no key and no network.

  aibuild_import_plan(<plan>)

Adds the targets of a plan to the project. <plan> is the path of an aibuild.json, from the current source
directory. Beside it lie the files that `aibuild-gen emit` wrote from it:

  find_package(AIBuild 1.0 REQUIRED)
  aibuild_import_plan(wordfreq/aibuild.json)
  target_link_libraries(app PRIVATE wordfreq::counter)

- Its targets are there as NAME, its libraries also as PROJECT::NAME, in whatever language they are written.
  They are built with everything else, in <current binary directory>/aibuild-plans/PROJECT.
- Its tests are in the CTest of this project, unless BUILD_TESTING or PROJECT_TESTS is off.
- Its install rules are not in the install of this project, unless PROJECT_INSTALL is on.
- PROJECT is the project's name in the plan; in the names of options it is in capitals, with _ for - . and +.

An error, with the command that helps, where what lies beside the plan was not made from it as it is now, and
where the plan, or another one of the same name, was imported before. A plan that changes configures anew.
#]=======================================================================]

cmake_policy(PUSH)
cmake_policy(VERSION 3.25)

function(aibuild_import_plan)
  if(ARGC EQUAL 0)
    _aibuild_error(aibuild_import_plan "arguments" "The path of a plan is missing."
                   "aibuild_import_plan(<path of an aibuild.json>); a variable in its place may be empty.")
  elseif(ARGC GREATER 1)
    _aibuild_error(aibuild_import_plan "arguments" "It takes one plan and no other argument: ${ARGV1} is too much."
                   "Call it once for each plan.")
  endif()
  _aibuild_check_plan("${ARGV0}" aibuild_plan_directory aibuild_plan_name)

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

  add_subdirectory("${aibuild_plan_directory}" "${CMAKE_CURRENT_BINARY_DIR}/aibuild-plans/${aibuild_plan_name}")
endfunction()

# Gives the directory of a plan and its project's name, once everything in the way of importing it is ruled out.
function(_aibuild_check_plan argument directory_variable name_variable)
  set(plan "${argument}")
  cmake_path(ABSOLUTE_PATH plan BASE_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}" NORMALIZE)
  cmake_path(GET plan FILENAME file)
  cmake_path(GET plan PARENT_PATH directory)
  set(lock "${directory}/aibuild.lock.json")
  set(index "${directory}/aibuild.lock.cmake")

  if(argument STREQUAL "")
    _aibuild_error(aibuild_import_plan "arguments" "The path of the plan is empty."
                   "aibuild_import_plan(<path of an aibuild.json>)")
  elseif(IS_DIRECTORY "${plan}")
    _aibuild_error(aibuild_import_plan "${plan}" "This is a directory."
                   "Did you mean ${argument}/aibuild.json?")
  elseif(NOT file STREQUAL "aibuild.json")
    _aibuild_error(aibuild_import_plan "${plan}" "A plan is a file with the name aibuild.json."
                   "Name the aibuild.json of the project to import.")
  elseif(NOT EXISTS "${plan}")
    _aibuild_error(aibuild_import_plan "${plan}" "There is no such file."
                   "Correct the path: it counts from ${CMAKE_CURRENT_SOURCE_DIR}.")
  endif()

  # What comes true when somebody helps; the index is included, so CMake watches it anyway.
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${plan}" "${lock}")

  set(word "${directory}")
  if(word MATCHES "[^A-Za-z0-9_@%+=:,./-]")
    string(REPLACE "'" "'\\''" word "${word}")
    set(word "'${word}'")
  endif()
  set(emit "aibuild-gen emit -C ${word}")
  foreach(emitted "${index}" "${lock}" "${directory}/CMakeLists.txt")
    if(NOT EXISTS "${emitted}")
      _aibuild_error(aibuild_import_plan "${emitted}" "It is missing: it is written from ${plan}." "${emit}")
    endif()
  endforeach()

  # The index sets global properties; what is left of one plan's must not be taken for another's.
  include("${index}")
  foreach(property FORMAT SHA256 PLAN_SHA256)
    get_property(lock_${property} GLOBAL PROPERTY AIBUILD_LOCK_${property})
    set_property(GLOBAL PROPERTY AIBUILD_LOCK_${property})
  endforeach()
  file(SHA256 "${lock}" lock_hash)
  file(SHA256 "${plan}" plan_hash)
  if(lock_FORMAT GREATER 2)
    _aibuild_error(aibuild_import_plan "${index}"
                   "This lock has format ${lock_FORMAT}, and the AIBuild in ${CMAKE_CURRENT_FUNCTION_LIST_DIR} knows formats up to 2."
                   "Let find_package find the AIBuild that wrote it, or a newer one.")
  elseif(NOT lock_SHA256 STREQUAL lock_hash)
    _aibuild_error(aibuild_import_plan "${lock}" "It is not the lock that ${index} was written from." "${emit}")
  elseif(NOT lock_PLAN_SHA256 STREQUAL plan_hash)
    _aibuild_error(aibuild_import_plan "${plan}" "It changed since its build files were written." "${emit}")
  endif()

  file(READ "${plan}" text)
  string(JSON name GET "${text}" project name)
  get_property(before GLOBAL PROPERTY "AIBUILD_PLAN:${name}")
  if(NOT "${before}" STREQUAL "")
    _aibuild_error(aibuild_import_plan "${plan}" "A plan with the name ${name} was imported before: ${before}."
                   "Import it once; its targets are there for the whole project.")
  endif()
  set_property(GLOBAL PROPERTY "AIBUILD_PLAN:${name}" "${plan} in ${CMAKE_CURRENT_LIST_FILE}")

  set(${directory_variable} "${directory}" PARENT_SCOPE)
  set(${name_variable} "${name}" PARENT_SCOPE)
endfunction()

# CTest finds the tests of a directory where testing is enabled in all directories above it too. enable_testing()
# sets a variable, which a function would keep to itself; deferred, it is called by the directories themselves.
function(_aibuild_enable_testing)
  set(directory "${CMAKE_CURRENT_SOURCE_DIR}")
  while(directory)
    cmake_language(DEFER DIRECTORY "${directory}" CALL enable_testing)
    get_property(directory DIRECTORY "${directory}" PROPERTY PARENT_DIRECTORY)
  endwhile()
endfunction()

# A refusal that teaches. Indented lines are shown as they are; CMake adds where the call is.
function(_aibuild_error function place why fix)
  message(FATAL_ERROR " ${function}: ${place}\n   why:   ${why}\n   fix:   ${fix}\n")
endfunction()

cmake_policy(POP)
