#[=======================================================================[.md: aibuild_add_library
# aibuild_add_library

Adds a library whose files are generated from a prompt.

```
aibuild_add_library(<target> [STATIC|SHARED|MODULE|OBJECT|INTERFACE] [EXCLUDE_FROM_ALL]
                    OUTPUTS <file>...
                    PROMPT <text> | PROMPT_FILE <file>
                    [CONTEXT <file|target>...]
                    [VALIDATE <command> [<argument>...]])
```

The target is what `add_library()` makes: it can be linked, installed, exported, given an alias, and its properties can be
set afterwards. The outputs are ordinary sources in the source directory. Nothing is generated when the project is
configured or built: that is asked for with `aibuild-gen generate --build BUILD`, or with the target `aibuild-update`.

## Arguments

`OUTPUTS`
: The files to generate, from the current source directory. They are committed, so they are in the project and not in its
  binary directory. A header among them adds an include directory to the target: the directory `include` that it is in,
  else its own. It is `PUBLIC`, or `INTERFACE` for an `INTERFACE` library.

`PROMPT`, `PROMPT_FILE`
: What is wanted, in words, or a file that says it. One of the two. A text between `[==[` and `]==]` arrives byte for byte.

`CONTEXT`
: What is shown with the prompt: files of the project, or targets that are generated, of which the headers are shown (all
  outputs where there are none).

`VALIDATE`
: A command that must accept an answer before it is taken. `<FILE>` in it is the file to look at, at its own path below
  `<ROOT>`, a scratch directory that has the other answers too. A rejected answer goes back with what the command said.

## What configuring says

The outputs, the prompt and the context are compared with `aibuild.lock.json`. By `AIBUILD_MODE`:

| | `LOCKED` (default) | `WARN` | `FROZEN` |
|---|---|---|---|
| an output is missing | error | warning | error |
| the prompt or its context changed | error | warning | - |
| an output is there, and the lock knows nothing of it | error | warning | - |
| an output was edited | status line | status line | - |

An error ends in the command that mends it. No mode generates.

## Example

```cmake
cmake_minimum_required(VERSION 3.25)
project(demo LANGUAGES CXX)
find_package(AIBuild 1.0 REQUIRED)

aibuild_add_library(greet STATIC
  OUTPUTS src/greet.cpp include/greet.hpp
  PROMPT  "A function std::string greet(std::string_view name).")

add_executable(demo main.cpp)
target_link_libraries(demo PRIVATE greet)
```
#]=======================================================================]
function(aibuild_add_library)
  set(function aibuild_add_library)
  set(count ${ARGC})
  set(what "name of the target")
  set(flags STATIC SHARED MODULE OBJECT INTERFACE EXCLUDE_FROM_ALL)
  set(shape "((;STATIC|;SHARED|;MODULE|;OBJECT|;INTERFACE)?(;EXCLUDE_FROM_ALL)?)")
  set(singles PROMPT PROMPT_FILE)
  set(keywords ${flags} OUTPUTS ${singles} CONTEXT VALIDATE)
  set(arguments "${ARGV}")
  _aibuild_parse()
  _aibuild_check_new_target()
  if(NOT options MATCHES "^(STATIC|SHARED|MODULE|OBJECT|INTERFACE)?(^|;|$)(EXCLUDE_FROM_ALL)?$")
    _aibuild_order_options()
  endif()
  _aibuild_declare("${thing}" "${thing}" "" add_library ${options})
endfunction()

#[=======================================================================[.md: aibuild_add_executable
# aibuild_add_executable

Adds an executable whose files are generated from a prompt.

```
aibuild_add_executable(<target> [WIN32] [MACOSX_BUNDLE] [EXCLUDE_FROM_ALL]
                       OUTPUTS <file>...
                       PROMPT <text> | PROMPT_FILE <file>
                       [CONTEXT <file|target>...]
                       [VALIDATE <command> [<argument>...]])
```

The target is what `add_executable()` makes. The arguments, and what configuring says, are those of
[aibuild_add_library](aibuild_add_library.md); the include directories of headers among the outputs are `PRIVATE`.

## Example

```cmake
cmake_minimum_required(VERSION 3.25)
project(demo LANGUAGES C)
find_package(AIBuild 1.0 REQUIRED)

aibuild_add_executable(count
  OUTPUTS  src/count.c
  PROMPT   "A program that prints how many lines its standard input has."
  VALIDATE cc -fsyntax-only <FILE>)

install(TARGETS count)
```
#]=======================================================================]
function(aibuild_add_executable)
  set(function aibuild_add_executable)
  set(count ${ARGC})
  set(what "name of the target")
  set(flags WIN32 MACOSX_BUNDLE EXCLUDE_FROM_ALL)
  set(shape "((;WIN32)?(;EXCLUDE_FROM_ALL)?)")
  set(singles PROMPT PROMPT_FILE)
  set(keywords ${flags} OUTPUTS ${singles} CONTEXT VALIDATE)
  set(arguments "${ARGV}")
  _aibuild_parse()
  _aibuild_check_new_target()
  _aibuild_declare("${thing}" "${thing}" "" add_executable ${options})
endfunction()

#[=======================================================================[.md: aibuild_target_sources
# aibuild_target_sources

Adds files that are generated from a prompt to a target of the project.

```
aibuild_target_sources(<target> PRIVATE|PUBLIC|INTERFACE
                       OUTPUTS <file>...
                       PROMPT <text> | PROMPT_FILE <file>
                       [CONTEXT <file|target>...]
                       [VALIDATE <command> [<argument>...]])
```

The outputs become sources of the target in this scope, as with `target_sources()`, and so do the include directories of
headers among them. A target may get outputs by several calls, each with a prompt of its own. An `INTERFACE` library has
only the scope `INTERFACE`. The other arguments, and what configuring says, are those of
[aibuild_add_library](aibuild_add_library.md).

## Example

```cmake
cmake_minimum_required(VERSION 3.25)
project(demo LANGUAGES CXX)
find_package(AIBuild 1.0 REQUIRED)

add_executable(demo main.cpp)
aibuild_target_sources(demo PRIVATE
  OUTPUTS src/roman.cpp src/roman.hpp
  PROMPT  "std::string roman(unsigned number): the number in Roman numerals, from 1 to 3999."
  CONTEXT main.cpp)
```
#]=======================================================================]
function(aibuild_target_sources)
  set(function aibuild_target_sources)
  set(count ${ARGC})
  set(what "name of the target")
  set(flags PRIVATE PUBLIC INTERFACE)
  set(shape "(((;PRIVATE|;PUBLIC|;INTERFACE)))")
  set(singles PROMPT PROMPT_FILE)
  set(keywords ${flags} OUTPUTS ${singles} CONTEXT VALIDATE)
  set(arguments "${ARGV}")
  _aibuild_parse()

  _aibuild_check_target()
  _aibuild_declare("" "${thing}" ${options})
endfunction()

#[=======================================================================[.md: aibuild_add_file
# aibuild_add_file

Declares a file that is generated from a prompt and belongs to no target.

```
aibuild_add_file(<output>
                 PROMPT <text> | PROMPT_FILE <file>
                 [CONTEXT <file|target>...]
                 [VALIDATE <command> [<argument>...]])
```

For documentation, data, scripts: whatever is committed and no target compiles. The arguments, and what configuring says,
are those of [aibuild_add_library](aibuild_add_library.md), with one output.

## Example

```cmake
cmake_minimum_required(VERSION 3.25)
project(demo LANGUAGES NONE)
find_package(AIBuild 1.0 REQUIRED)

aibuild_add_file(docs/install.md
  PROMPT   "How to build and install this project, for somebody who knows CMake. One page."
  CONTEXT  CMakeLists.txt
  VALIDATE grep -q "cmake --build" <FILE>)
```
#]=======================================================================]
function(aibuild_add_file)
  set(function aibuild_add_file)
  set(count ${ARGC})
  set(what output)
  set(flags "")
  set(shape "")
  set(singles PROMPT PROMPT_FILE)
  set(keywords ${singles} CONTEXT VALIDATE)
  _aibuild_parse()

  list(APPEND given OUTPUTS)
  set(arg_0 "${thing}")
  set(values_OUTPUTS "\n${thing}")
  set(first_OUTPUTS 0)
  set(last_OUTPUTS 0)
  _aibuild_declare("" "" "")
endfunction()

# add_library() wants the type first, and one.
function(_aibuild_order_options)
  list(REMOVE_ITEM options EXCLUDE_FROM_ALL)
  _aibuild_refuse_two()
  set(options ${options} EXCLUDE_FROM_ALL PARENT_SCOPE)
endfunction()

function(_aibuild_refuse_two)
  if(options MATCHES "^(.*);(.*)$")
    _aibuild_error("${function}" "${thing}" "It is ${CMAKE_MATCH_1} and ${CMAKE_MATCH_2} at once." "Choose one of them.")
  endif()
endfunction()

macro(_aibuild_check_new_target)
  if(TARGET "${thing}" OR NOT thing MATCHES "^[A-Za-z0-9_.+-]+$")
    _aibuild_refuse_target()
  endif()
endmacro()

function(_aibuild_refuse_target)
  if(TARGET "${thing}")
    _aibuild_error("${function}" "${thing}" "There is a target with this name." "Take another name; aibuild_target_sources adds to a target.")
  endif()
  _aibuild_error("${function}" "${thing}" "That is no name of a target." "Take letters, digits, and _ . + - for it.")
endfunction()

function(_aibuild_check_target)
  set(target "${thing}")
  if(NOT TARGET "${target}")
    _aibuild_error("${function}" "${target}" "There is no target with this name."
                   "Make it before: add_library, add_executable. Or with what is generated: aibuild_add_library, aibuild_add_executable.")
  endif()
  _aibuild_refuse_two()
  get_property(aibuild_alias TARGET "${target}" PROPERTY ALIASED_TARGET)
  get_property(aibuild_imported TARGET "${target}" PROPERTY IMPORTED)
  get_property(aibuild_type TARGET "${target}" PROPERTY TYPE)
  if(NOT "${aibuild_alias}" STREQUAL "")
    _aibuild_error("${function}" "${target}" "It is another name of ${aibuild_alias}." "Name ${aibuild_alias}.")
  elseif(aibuild_imported)
    _aibuild_error("${function}" "${target}" "It is imported: nothing is compiled into it." "Name a target of this project.")
  elseif(aibuild_type STREQUAL "UTILITY")
    _aibuild_error("${function}" "${target}" "It is a custom target, which has no sources to compile." "aibuild_add_file declares a file of no target.")
  elseif(options STREQUAL "")
    _aibuild_misused("PRIVATE, PUBLIC or INTERFACE is missing.")
  elseif(aibuild_type STREQUAL "INTERFACE_LIBRARY" AND NOT options STREQUAL "INTERFACE")
    _aibuild_error("${function}" "${target}" "It is an INTERFACE library, which compiles nothing itself: ${options} can't be." "Take INTERFACE.")
  endif()
endfunction()
