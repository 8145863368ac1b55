#[=======================================================================[
The targets by which a build tool runs aibuild-gen, none of them in ALL

They are for the whole build, with all projects in it that declare or import something, so they are made when its top
directory ends. What is known there of the program is in global properties: an imported target is known only in the
directory that found it.

  AIBUILD_PROGRAM         the path of aibuild-gen
  AIBUILD_PROGRAM_TARGET  the target that builds it, where AIBuild is part of the build
  AIBUILD_PLACES          where to run it: --build BUILD, -C PLAN
#]=======================================================================]

# _aibuild_want_utility_targets([<option> <directory>])
function(_aibuild_want_utility_targets)
  get_property(aibuild_wanted GLOBAL PROPERTY AIBUILD_UTILITY_TARGETS)
  if("${aibuild_wanted}" STREQUAL "")
    set_property(GLOBAL PROPERTY AIBUILD_UTILITY_TARGETS wanted)
    _aibuild_top(top)
    cmake_language(DEFER DIRECTORY "${top}" CALL _aibuild_add_utility_targets)
  endif()
  if(ARGC EQUAL 2)
    string(REPLACE ";" "\\;" directory "${ARGV1}")
    set_property(GLOBAL APPEND PROPERTY AIBUILD_PLACES ${ARGV0} "${directory}")
  endif()
endfunction()

function(_aibuild_add_utility_targets)
  get_property(aibuild_places GLOBAL PROPERTY AIBUILD_PLACES)
  _aibuild_program(program)
  _aibuild_top_build(top)
  string(REPLACE ";" "\\;" top "${top}")
  set(targets aibuild-update aibuild-check aibuild-status)
  if("${aibuild_places}" STREQUAL "")
    set(targets "") # the build has a report and nothing that is generated
  endif()
  foreach(target IN LISTS targets)
    string(REGEX REPLACE "aibuild-" "" verb ${target})
    string(REPLACE update generate verb ${verb})
    set(commands "")
    foreach(word IN LISTS aibuild_places)
      if(word MATCHES "^-")
        list(APPEND commands COMMAND "${program}" ${verb} ${word})
      else()
        string(REPLACE ";" "\\;" word "${word}")
        list(APPEND commands "${word}")
      endif()
    endforeach()
    _aibuild_add_target(${target})
  endforeach()
  set(commands COMMAND "${program}" report --build "${top}")
  _aibuild_add_target(aibuild-report)
endfunction()

# _aibuild_add_target(<name>): it runs `commands`, or says why it can't.
function(_aibuild_add_target name)
  if(TARGET ${name})
    return() # a name that the project took for itself
  elseif(program STREQUAL "")
    set(commands COMMAND "${CMAKE_COMMAND}" -E echo
                 "${name}: this build knows no aibuild-gen that runs on this machine. Install AIBuild for it, and configure again."
                 COMMAND "${CMAKE_COMMAND}" -E false)
  endif()
  add_custom_target(${name} ${commands} USES_TERMINAL VERBATIM)
  get_property(aibuild_target GLOBAL PROPERTY AIBUILD_PROGRAM_TARGET)
  if(NOT "${aibuild_target}" STREQUAL "")
    add_dependencies(${name} ${aibuild_target})
  endif()
endfunction()

# _aibuild_program(<variable>): aibuild-gen as the first word of a command in a list, or nothing.
function(_aibuild_program variable)
  get_property(aibuild_program GLOBAL PROPERTY AIBUILD_PROGRAM)
  string(REPLACE ";" "\\;" program "${aibuild_program}")
  set(${variable} "${program}" PARENT_SCOPE)
endfunction()

# Where there is no lock yet, there is none to watch: aibuild-gen touches this file when it has generated something.
function(_aibuild_watch_update)
  if(NOT EXISTS "${PROJECT_BINARY_DIR}/aibuild.updated")
    file(WRITE "${PROJECT_BINARY_DIR}/aibuild.updated" "")
  endif()
  _aibuild_watch("${PROJECT_BINARY_DIR}/aibuild.updated")
endfunction()

#[=======================================================================[.md: aibuild_add_report
# aibuild_add_report

Adds a target that writes a report of the project and its last build.

```
aibuild_add_report(<target> [FORMATS <HTML|JSON|MARKDOWN|TRACE>...] [OUTPUT_DIR <directory>])
```

It runs `aibuild-gen report` for the whole build when somebody asks for the target; it is not in `ALL`. The report says
where the time went, what was built again and why, and what was generated from what. `aibuild-report` is there without
this call, with all formats, in the directory `report` of the build.

## Arguments

`FORMATS`
: What to write: `report.html`, `report.json`, `report.md`, `trace.json`. All of them unless said.

`OUTPUT_DIR`
: Where to write it, from the current binary directory; `report` unless said.

## Example

```cmake
cmake_minimum_required(VERSION 3.25)
project(demo LANGUAGES CXX)
find_package(AIBuild 1.0 REQUIRED)

add_executable(demo main.cpp)
aibuild_add_report(demo-report FORMATS HTML MARKDOWN OUTPUT_DIR for-the-wiki)
```
#]=======================================================================]
function(aibuild_add_report)
  set(function aibuild_add_report)
  set(count ${ARGC})
  set(what "name of the target")
  set(flags "")
  set(singles OUTPUT_DIR)
  set(keywords FORMATS OUTPUT_DIR)
  set(shape "")
  _aibuild_parse()
  _aibuild_check_new_target()
  set(directory report)
  if("OUTPUT_DIR" IN_LIST given)
    set(directory "${arg_OUTPUT_DIR}")
  endif()
  cmake_path(ABSOLUTE_PATH directory BASE_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}" NORMALIZE)
  string(REPLACE ";" "\\;" directory "${directory}")

  set(formats HTML JSON MARKDOWN TRACE)
  set(files report.html report.json report.md trace.json)
  set(asked "")
  if("FORMATS" IN_LIST given)
    foreach(number RANGE ${first_FORMATS} ${last_FORMATS})
      list(FIND formats "${arg_${number}}" at)
      if(at EQUAL -1)
        _aibuild_refuse_format("${arg_${number}}")
      elseif(at IN_LIST asked)
        _aibuild_error("${function}" "${thing}" "The format ${arg_${number}} is there twice." "Name it once.")
      endif()
      list(APPEND asked ${at})
    endforeach()
  endif()

  _aibuild_want_utility_targets()
  _aibuild_program(program)
  _aibuild_top_build(top)
  string(REPLACE ";" "\\;" top "${top}")
  set(commands COMMAND "${program}" report --build "${top}")
  if(asked STREQUAL "")
    list(APPEND commands -o "${directory}")
  endif()
  foreach(at IN LISTS asked)
    list(GET formats ${at} format)
    list(GET files ${at} file)
    string(TOLOWER ${format} format)
    list(APPEND commands --${format} "${directory}/${file}")
  endforeach()
  _aibuild_add_target(${thing})
endfunction()

function(_aibuild_refuse_format format)
  string(TOUPPER "${format}" word)
  _aibuild_nearest("${word}" "${formats}" nearest)
  set(fix "The formats are HTML, JSON, MARKDOWN and TRACE.")
  if(NOT nearest STREQUAL "")
    set(fix "Did you mean ${nearest}?")
  endif()
  _aibuild_error("${function}" "${thing}" "There is no format ${format}." "${fix}")
endfunction()
