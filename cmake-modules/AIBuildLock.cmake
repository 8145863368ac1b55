#[=======================================================================[
Roots and locks: what the files of a project were generated from

A root is a source directory with a project() of its own. What was generated in it is in ROOT/aibuild.lock.json. To read
that here would take minutes: string(JSON) over a large document is quadratic. So aibuild-gen writes an index beside it,
of global properties that CMake includes in an instant, with the SHA-256 of the lock that it belongs to:

  set_property(GLOBAL PROPERTY "${AIBUILD_LOCK}src/greet.cpp" "<SHA-256 when generated>" "<SHA-256 of what was declared>")

An index comes with a repository and is code. So it is read before it is included: what has any other line in it, the
markers of a merge for one, is refused.

A function has no memory but global properties:

  AIBUILD_ROOT:<root>             how outputs begin that aren't allowed; there from the root's first call on
  AIBUILD_BASE:<root>             the root, as it is in a generator expression
  AIBUILD_INDEX:<root>            "read"; "read, oddly", where the root's name is nothing to put into an if(); or "refused",
                                  then that is all that is said about its files
  AIBUILD_LOCK:<root>/<output>    what the index says of an output
  AIBUILD_OUTPUT:<root>/<output>  whose output a file is, in a list that has one element
  AIBUILD_CONTEXT:<root>          what aibuild_project shows to every declaration, as it is hashed
  AIBUILD_TARGETS:<root>          the targets whose language standard is to be known
#]=======================================================================]

# _aibuild_open_root(): at the first call in a project; what it declared before is forgotten.
function(_aibuild_open_root)
  set(root "${PROJECT_SOURCE_DIR}")
  if(root STREQUAL "")
    _aibuild_error("${function}" "${thing}" "There is no project yet." "Call project() before it.")
  elseif(EXISTS "${root}/aibuild.json")
    _aibuild_error("${function}" "${root}/aibuild.json" "This project is made from a plan, which says all that is generated in it."
                   "Change the plan: aibuild-gen change. A project around this one imports it: aibuild_import_plan.")
  endif()
  _aibuild_refuse_keys()

  # In the binary directory nothing is generated. Where that is no directory of the project, or is its source directory
  # too, no path begins so.
  set(binary "//")
  string(FIND "${PROJECT_BINARY_DIR}/" "${root}/" at)
  if(at EQUAL 0 AND NOT PROJECT_BINARY_DIR STREQUAL root)
    string(LENGTH "${root}/" length)
    string(SUBSTRING "${PROJECT_BINARY_DIR}/" ${length} -1 binary)
  endif()
  set_property(GLOBAL PROPERTY "AIBUILD_ROOT:${root}" "${binary}")
  _aibuild_escape("${root}" base)
  set_property(GLOBAL PROPERTY "AIBUILD_BASE:${root}" "${base}")
  foreach(name aibuild.json aibuild.lock.json aibuild.lock.cmake)
    set_property(GLOBAL PROPERTY "AIBUILD_OUTPUT:${root}/${name}" "AIBuild")
  endforeach()
  cmake_language(DEFER DIRECTORY "${root}" CALL _aibuild_close_root)
  _aibuild_want_utility_targets("--build" "${PROJECT_BINARY_DIR}")
endfunction()

# _aibuild_write_root(<description> <context, as JSON>)
function(_aibuild_write_root description context)
  get_property(languages GLOBAL PROPERTY ENABLED_LANGUAGES)
  list(REMOVE_ITEM languages NONE)
  _aibuild_quote_list("${languages}" languages)
  _aibuild_quote("${PROJECT_SOURCE_DIR}" root)
  _aibuild_quote("${PROJECT_NAME}" name)
  _aibuild_quote("${description}" description)
  string(CONCAT record "{\"format\":1,\"root\":${root},\"project\":${name},\"description\":${description},"
                       "\"context\":[${context}],\"languages\":[${languages}]}\n")
  file(WRITE "${PROJECT_BINARY_DIR}/aibuild.declared.jsonl" "${record}")
endfunction()

# At the end of the root's directory: what was set after a call counts, as it does for CMake.
function(_aibuild_close_root)
  set(root "${CMAKE_CURRENT_SOURCE_DIR}")
  get_property(aibuild_targets GLOBAL PROPERTY "AIBUILD_TARGETS:${root}")
  set(targets "${aibuild_targets}")
  list(REMOVE_DUPLICATES targets)
  set(records "")
  foreach(target IN LISTS targets)
    get_property(aibuild_standard TARGET ${target} PROPERTY CXX_STANDARD)
    if("${aibuild_standard}" STREQUAL "")
      get_property(aibuild_standard TARGET ${target} PROPERTY C_STANDARD)
    endif()
    if("${aibuild_standard}" STREQUAL "")
      get_property(aibuild_features TARGET ${target} PROPERTY COMPILE_FEATURES)
      if("${aibuild_features}" MATCHES "(^|;)c(xx)?_std_([0-9]+)")
        set(aibuild_standard "${CMAKE_MATCH_3}")
      endif()
    endif()
    if(NOT "${aibuild_standard}" STREQUAL "")
      _aibuild_quote("${aibuild_standard}" standard)
      string(APPEND records "{\"target\":\"${target}\",\"standard\":${standard}}\n")
    endif()
  endforeach()
  file(APPEND "${PROJECT_BINARY_DIR}/aibuild.declared.jsonl" "${records}{\"end\":true}\n")
endfunction()

# Keys stay out of CMake: what comes in by -D is kept in CMakeCache.txt, and gets into logs and bug reports.
function(_aibuild_refuse_keys)
  foreach(key AIBUILD_API_KEY OPENAI_API_KEY)
    if(DEFINED CACHE{${key}})
      _aibuild_error("${function}" "${key}" "A key never goes through CMake: CMakeCache.txt keeps it, for everybody to read."
                     "cmake -U ${key} <build directory>; take a new key if others may have seen it, and set it in the environment of aibuild-gen.")
    endif()
  endforeach()
endfunction()

# Gives `mode`.
function(_aibuild_read_mode)
  if(NOT AIBUILD_MODE MATCHES "^(LOCKED|WARN|FROZEN)$")
    string(TOUPPER "${AIBUILD_MODE}" word)
    _aibuild_nearest("${word}" "LOCKED;WARN;FROZEN" nearest)
    set(fix "It is LOCKED, WARN or FROZEN.")
    if(NOT nearest STREQUAL "")
      set(fix "Did you mean ${nearest}?")
    endif()
    _aibuild_error("${function}" AIBUILD_MODE "There is no mode '${AIBUILD_MODE}'." "${fix}")
  endif()
  set(mode ${AIBUILD_MODE} PARENT_SCOPE)
endfunction()

# Includes the index of the root, where it is the one of its lock. Where it isn't, that is said once, and nothing is
# known then of the root's files. Gives `aibuild_index`, which is "read" or "refused".
function(_aibuild_read_index)
  set(root "${PROJECT_SOURCE_DIR}")
  set(lock "${root}/aibuild.lock.json")
  set(index "${root}/aibuild.lock.cmake")
  set(index_state read)
  if(root MATCHES "[][;\\$\"]")
    set(index_state "read, oddly")
  endif()
  set_property(GLOBAL PROPERTY "AIBUILD_INDEX:${root}" "${index_state}")
  set(aibuild_index "${index_state}" PARENT_SCOPE)
  if(EXISTS "${lock}" AND EXISTS "${index}")
    _aibuild_watch("${lock}")
    _aibuild_watch("${index}")
  else()
    _aibuild_watch_update()
    if(NOT EXISTS "${lock}" AND NOT EXISTS "${index}")
      return()
    endif()
  endif()

  set(AIBUILD_LOCK "AIBUILD_LOCK:${root}/")
  _aibuild_include_index("${lock}" "${index}" place why newer)
  if(NOT why STREQUAL "")
    set_property(GLOBAL PROPERTY "AIBUILD_INDEX:${root}" refused)
    set(aibuild_index refused PARENT_SCOPE)
    if(newer)
      set(fix "Let find_package find the AIBuild that wrote it, or a newer one.")
    else()
      _aibuild_fix(fix)
    endif()
    set(kind SEND_ERROR)
    if(mode STREQUAL "WARN")
      set(kind WARNING)
    endif()
    _aibuild_say(${kind} "${place}" "${why}" "${fix}")
  endif()
endfunction()

# _aibuild_include_index(<lock> <index> <variables: place, why, whether it is newer>): `why` is empty where it is good.
function(_aibuild_include_index lock index place_variable why_variable newer_variable)
  set(place "${index}")
  set(why "")
  set(newer FALSE)
  if(NOT EXISTS "${index}")
    set(why "It is missing, and ${lock} is there.")
  elseif(NOT EXISTS "${lock}")
    set(place "${lock}")
    set(why "It is missing, and ${index} is there.")
  else()
    file(READ "${index}" text)
    # Nothing but what aibuild-gen writes: an index is changed by merges, and read by few. Of a path's quotes the next
    # one ends it that has no backslash before it, and no variable is expanded in it.
    set(path "\"\\\${AIBUILD_LOCK}[^\"\\$]*(\\\\.[^\"\\$]*)*\"")
    string(REGEX REPLACE "^#[^\n]*\n" "" text "${text}")
    string(REGEX REPLACE "set_property\\(GLOBAL PROPERTY (AIBUILD_LOCK_(FORMAT|SHA256|PLAN_SHA256)|${path})( \"([0-9a-f]*|person)\")*\\)\n" "" text "${text}")
    if(text STREQUAL "")
      include("${index}")
      # What is left of one index must not be taken for another's.
      foreach(property FORMAT SHA256 PLAN_SHA256)
        get_property(aibuild_lock_${property} GLOBAL PROPERTY AIBUILD_LOCK_${property})
        set_property(GLOBAL PROPERTY AIBUILD_LOCK_${property})
      endforeach()
      file(SHA256 "${lock}" hash)
      if("${aibuild_lock_FORMAT}" GREATER 3)
        set(newer TRUE)
        set(why "This lock has format ${aibuild_lock_FORMAT}, and the AIBuild in ${CMAKE_CURRENT_FUNCTION_LIST_DIR} knows formats up to 3.")
      elseif(NOT "${aibuild_lock_SHA256}" STREQUAL hash)
        set(place "${lock}")
        set(why "It is not the lock that ${index} was written from.")
      endif()
    else()
      string(REGEX MATCH "^[^\n]*" line "${text}")
      string(SUBSTRING "${line}" 0 60 line)
      set(why "It is no index of a lock: it says '${line}'.")
    endif()
  endif()
  set(${place_variable} "${place}" PARENT_SCOPE)
  set(${why_variable} "${why}" PARENT_SCOPE)
  set(${newer_variable} ${newer} PARENT_SCOPE)
  set(aibuild_lock_plan "${aibuild_lock_PLAN_SHA256}" PARENT_SCOPE)
endfunction()

# _aibuild_fix(<variable>): the command that makes what is missing or stale in this project.
function(_aibuild_fix variable)
  get_property(aibuild_target GLOBAL PROPERTY AIBUILD_PROGRAM_TARGET)
  get_property(aibuild_program GLOBAL PROPERTY AIBUILD_PROGRAM)
  if(NOT "${aibuild_target}" STREQUAL "" AND NOT EXISTS "${aibuild_program}")
    # The program is yet to be built, with a build that is yet to be configured.
    _aibuild_top_build(top)
    _aibuild_word("${top}" top)
    set(fix "cmake -D AIBUILD_MODE=WARN ${top} && cmake --build ${top} --target aibuild-update && cmake -D AIBUILD_MODE=LOCKED ${top}")
  else()
    _aibuild_program_word(program)
    _aibuild_word("${PROJECT_BINARY_DIR}" build)
    set(fix "${program} generate --build ${build}")
  endif()
  set(${variable} "${fix}" PARENT_SCOPE)
endfunction()

# _aibuild_program_word(<variable>): how to call aibuild-gen from a shell.
function(_aibuild_program_word variable)
  get_property(aibuild_target GLOBAL PROPERTY AIBUILD_PROGRAM_TARGET)
  get_property(aibuild_program GLOBAL PROPERTY AIBUILD_PROGRAM)
  set(found found-NOTFOUND)
  if("${aibuild_target}" STREQUAL "") # the program that comes with the build is another than the one on PATH
    find_program(found aibuild-gen PATHS ENV PATH NO_DEFAULT_PATH NO_CMAKE_FIND_ROOT_PATH NO_CACHE)
  endif()
  set(word aibuild-gen)
  if(NOT found AND NOT "${aibuild_program}" STREQUAL "")
    _aibuild_word("${aibuild_program}" word)
  endif()
  set(${variable} "${word}" PARENT_SCOPE)
endfunction()
