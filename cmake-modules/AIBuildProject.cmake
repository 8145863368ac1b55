#[=======================================================================[.md: aibuild_project
# aibuild_project

Says what holds for all that is declared in a project. It is optional, and comes before the first declaration.

```
aibuild_project([DESCRIPTION <text>] [CONTEXT <file>...])
```

A project is what `project()` begins: the file `aibuild.lock.json`, which says what was generated from what, is in the
directory of that call. A project in a subdirectory, or one that FetchContent brought, has its own.

## Arguments

`DESCRIPTION`
: What the project is, for the model; the DESCRIPTION of `project()` unless given. It is said with every prompt; to
  change it makes nothing stale.

`CONTEXT`
: Files of the project that are shown with every prompt. What is generated changes with them: a file that changes every
  day belongs elsewhere.

## Example

```cmake
cmake_minimum_required(VERSION 3.25)
project(demo LANGUAGES CXX)
find_package(AIBuild 1.0 REQUIRED)

aibuild_project(
  DESCRIPTION "A command-line tool for people who keep bees."
  CONTEXT     docs/style.md)

aibuild_add_executable(hive
  OUTPUTS src/hive.cpp
  PROMPT  "A program that reads temperatures from standard input, one a line, and prints their mean.")
```
#]=======================================================================]
function(aibuild_project)
  set(function aibuild_project)
  set(thing "${PROJECT_NAME}")
  set(count ${ARGC})
  set(what "")
  set(flags "")
  set(singles DESCRIPTION)
  set(keywords DESCRIPTION CONTEXT)
  set(shape "")
  _aibuild_parse()
  set(root "${PROJECT_SOURCE_DIR}")
  get_property(aibuild_root GLOBAL PROPERTY "AIBUILD_ROOT:${root}")
  if(given STREQUAL "")
    _aibuild_misused("It says nothing.")
  elseif(NOT "${aibuild_root}" STREQUAL "")
    _aibuild_error("${function}" "${thing}" "Something was declared in this project before, or aibuild_project called."
                   "Call it once, after project() and before what it is for.")
  endif()
  _aibuild_open_root()
  set(mode LOCKED)
  if(DEFINED AIBUILD_MODE)
    _aibuild_read_mode()
  endif()
  if(NOT mode STREQUAL "FROZEN")
    _aibuild_read_index()
  endif()
  set(context "")
  _aibuild_show_context()
  set_property(GLOBAL PROPERTY "AIBUILD_CONTEXT:${root}" "${context}")
  foreach(file IN LISTS shown)
    set_property(GLOBAL PROPERTY "AIBUILD_OUTPUT:${root}/${file}" aibuild_project)
  endforeach()
  set(description "${PROJECT_DESCRIPTION}")
  if("DESCRIPTION" IN_LIST given)
    set(description "${arg_DESCRIPTION}")
  endif()
  _aibuild_quote_list("${shown}" shown)
  _aibuild_write_root("${description}" "${shown}")
endfunction()
