#[=======================================================================[
What is asked: a prompt, and the files that are shown with it

What is hashed is what aibuild-gen hashes too:

  aibuild declaration 1
  prompt <SHA-256 of the prompt>
  context <path> <SHA-256>      for each file that is shown

A shown file that was generated itself counts as it was generated: to edit it makes nothing stale.

The functions here are parts of _aibuild_declare and aibuild_project, whose variables they read: `root`, `mode`, and
what AIBuildArguments.cmake gives.
#]=======================================================================]

# Gives `prompt_hash`, and `prompt_json`, the field of the record.
function(_aibuild_read_prompt_file)
  _aibuild_place("${arg_PROMPT_FILE}" PROMPT_FILE file)
  set(hash "")
  if(EXISTS "${root}/${file}" AND NOT IS_DIRECTORY "${root}/${file}")
    _aibuild_watch("${root}/${file}")
    file(SHA256 "${root}/${file}" hash)
    file(SIZE "${root}/${file}" size)
    if(size EQUAL 0)
      _aibuild_error("${function}" "${thing}" "The PROMPT_FILE ${file} is empty." "Write into it what is wanted.")
    endif()
  elseif(NOT mode STREQUAL "FROZEN")
    _aibuild_error("${function}" "${thing}" "There is no file ${file}, which PROMPT_FILE names."
                   "Paths count from ${CMAKE_CURRENT_SOURCE_DIR}.")
  endif()
  _aibuild_quote("${file}" file)
  set(prompt_hash "${hash}" PARENT_SCOPE)
  set(prompt_json "\"prompt_file\":${file}" PARENT_SCOPE)
endfunction()

# Adds all that stands after CONTEXT to `context`, and gives it as `shown`.
macro(_aibuild_show_context)
  set(shown "")
  if("CONTEXT" IN_LIST given)
    foreach(number RANGE ${first_CONTEXT} ${last_CONTEXT})
      _aibuild_show("${arg_${number}}")
    endforeach()
  endif()
endmacro()

# _aibuild_show(<file or target>): adds it to `context`, as it is hashed, and to `shown`.
function(_aibuild_show value)
  _aibuild_place("${value}" CONTEXT file)
  if(TARGET "${value}" AND (NOT EXISTS "${root}/${file}" OR IS_DIRECTORY "${root}/${file}"))
    get_property(aibuild_files TARGET "${value}" PROPERTY AIBUILD_OUTPUTS)
    get_property(aibuild_root TARGET "${value}" PROPERTY _AIBUILD_ROOT)
    set(files "${aibuild_files}")
    if(files STREQUAL "")
      _aibuild_error("${function}" "${thing}" "CONTEXT has the target ${value}, of which nothing is generated." "Name the files to show.")
    endif()
    set(headers "${files}")
    list(FILTER headers INCLUDE REGEX "\\.(h|hh|hpp|hxx|h\\+\\+|inc|ipp|tpp)$")
    if(NOT headers STREQUAL "")
      set(files "${headers}")
    endif()
    foreach(each IN LISTS files)
      _aibuild_place("${aibuild_root}/${each}" CONTEXT file)
      _aibuild_show_file()
    endforeach()
  else()
    _aibuild_show_file()
  endif()
  set(context "${context}" PARENT_SCOPE)
  set(shown "${shown}" PARENT_SCOPE)
endfunction()

macro(_aibuild_show_file)
  get_property(aibuild_line GLOBAL PROPERTY "AIBUILD_SHOWN:${root}/${file}")
  if("${aibuild_line}" STREQUAL "")
    _aibuild_hash_shown()
  endif()
  string(FIND "\n${context}" "\n${aibuild_line}" at)
  if(at EQUAL -1)
    string(APPEND context "${aibuild_line}")
  endif()
  string(REPLACE ";" "\\;" each "${file}")
  if(NOT each IN_LIST shown)
    list(APPEND shown "${each}")
  endif()
endmacro()

# Gives `aibuild_line` of a file that is shown.
function(_aibuild_hash_shown)
  get_property(aibuild_entry GLOBAL PROPERTY "AIBUILD_LOCK:${root}/${file}")
  get_property(aibuild_owner GLOBAL PROPERTY "AIBUILD_OUTPUT:${root}/${file}")
  set(hash missing)
  if(mode STREQUAL "FROZEN")
    set(hash frozen)
  elseif(EXISTS "${root}/${file}" AND NOT IS_DIRECTORY "${root}/${file}")
    _aibuild_watch("${root}/${file}")
    file(SHA256 "${root}/${file}" hash)
  elseif("${aibuild_owner}" STREQUAL "")
    set(why "There is no file and no target ${value}, which CONTEXT names.")
    if(IS_DIRECTORY "${root}/${file}")
      set(why "CONTEXT has ${value}, which is a directory.")
    endif()
    _aibuild_error("${function}" "${thing}" "${why}" "Name files, which count from ${CMAKE_CURRENT_SOURCE_DIR}, or targets; what is generated is declared before it is shown.")
  endif()
  if("${aibuild_entry}" MATCHES "^([0-9a-f]+)(;|$)")
    set(hash ${CMAKE_MATCH_1})
  endif()
  set(line "context ${file} ${hash}\n")
  if(NOT mode STREQUAL "FROZEN") # another directory may be in another mode
    set_property(GLOBAL PROPERTY "AIBUILD_SHOWN:${root}/${file}" "${line}")
  endif()
  set(aibuild_line "${line}" PARENT_SCOPE)
endfunction()
