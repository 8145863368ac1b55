#[=======================================================================[
What aibuild-gen is to know: BUILD/.aibuild/declared.jsonl

One line for each declaration, written at the call, so that a later error loses none. The root's own line, which comes
before them, and what is known only at the end of its directory are written by AIBuildLock.cmake.
#]=======================================================================]

# What aibuild-gen calls what CMake calls:
set_property(GLOBAL PROPERTY AIBUILD_KIND:STATIC_LIBRARY static-library)
set_property(GLOBAL PROPERTY AIBUILD_KIND:OBJECT_LIBRARY static-library)
set_property(GLOBAL PROPERTY AIBUILD_KIND:SHARED_LIBRARY shared-library)
set_property(GLOBAL PROPERTY AIBUILD_KIND:MODULE_LIBRARY shared-library)
set_property(GLOBAL PROPERTY AIBUILD_KIND:INTERFACE_LIBRARY interface-library)
set_property(GLOBAL PROPERTY AIBUILD_KIND:EXECUTABLE executable)

# One line for aibuild-gen.
function(_aibuild_write_declaration)
  get_property(aibuild_list GLOBAL PROPERTY "AIBUILD_LIST:${root}:${CMAKE_CURRENT_LIST_FILE}")
  if("${aibuild_list}" STREQUAL "")
    _aibuild_describe_list()
  endif()
  set(more "")
  if(declaration STREQUAL "" OR "CONTEXT" IN_LIST given OR "VALIDATE" IN_LIST given)
    _aibuild_describe_more()
  endif()
  if(NOT target STREQUAL "")
    get_property(kind GLOBAL PROPERTY AIBUILD_KIND:${type})
    string(APPEND more ",\"target\":\"${target}\",\"kind\":\"${kind}\"")
    if(NOT directories STREQUAL "")
      list(JOIN directories "\",\"" directories)
      string(APPEND more ",\"include_directories\":[\"${directories}\"]")
    endif()
  endif()
  file(APPEND "${PROJECT_BINARY_DIR}/aibuild.declared.jsonl"
       "{\"declaration\":\"${declaration}\",\"function\":\"${function}\",${aibuild_list},\"outputs\":[${outputs_json}],${prompt_json}${more}}\n")
endfunction()

# The fields that most declarations don't have, and a name that is a path: without its quotes.
function(_aibuild_describe_more)
  if(declaration STREQUAL "")
    string(REGEX MATCH "^\"(([^\"\\]|\\\\.)*)\"" name "${outputs_json}")
    set(name "${CMAKE_MATCH_1}")
    if(NOT target STREQUAL "")
      set(name "${target}/${name}")
    endif()
    set(declaration "${name}" PARENT_SCOPE)
  endif()
  if("CONTEXT" IN_LIST given)
    _aibuild_quote_list("${shown}" quoted)
    string(APPEND more ",\"context\":[${quoted}]")
  endif()
  if("VALIDATE" IN_LIST given)
    set(words "")
    foreach(number RANGE ${first_VALIDATE} ${last_VALIDATE})
      _aibuild_quote("${arg_${number}}" quoted)
      string(APPEND words ",${quoted}")
    endforeach()
    string(SUBSTRING "${words}" 1 -1 words)
    string(APPEND more ",\"validate\":[${words}]")
  endif()
  set(more "${more}" PARENT_SCOPE)
endfunction()

# Gives `aibuild_list`: the fields of the list file that the call is in.
function(_aibuild_describe_list)
  # What cmake_language(EVAL) runs has a name of its own: FILE:LINE:EVAL.
  string(REGEX REPLACE "(:[0-9]+:EVAL)+$" "" file "${CMAKE_CURRENT_LIST_FILE}")
  file(SHA256 "${file}" hash)
  string(FIND "${file}" "${root}/" at)
  if(at EQUAL 0)
    string(LENGTH "${root}/" length)
    string(SUBSTRING "${file}" ${length} -1 file)
  endif()
  _aibuild_quote("${file}" file)
  set(list "\"list\":${file},\"list_sha256\":\"${hash}\"")
  set_property(GLOBAL PROPERTY "AIBUILD_LIST:${root}:${CMAKE_CURRENT_LIST_FILE}" "${list}")
  set(aibuild_list "${list}" PARENT_SCOPE)
endfunction()
