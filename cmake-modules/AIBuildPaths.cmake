#[=======================================================================[
Paths and texts, as CMake, JSON and a shell each want them
#]=======================================================================]

# _aibuild_place(<path> <keyword> <variable>): from the root, normalised; the path of something beneath it.
function(_aibuild_place path keyword variable)
  set(place "${path}")
  cmake_path(ABSOLUTE_PATH place BASE_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}" NORMALIZE)
  cmake_path(IS_PREFIX PROJECT_SOURCE_DIR "${place}" beneath)
  if(path MATCHES "[\n\r]")
    _aibuild_error("${function}" "${thing}" "A path in ${keyword} has a line break in it." "A list of paths is one argument for each.")
  elseif(NOT beneath OR place STREQUAL PROJECT_SOURCE_DIR)
    _aibuild_error("${function}" "${thing}" "${keyword} has ${path}, which is not in ${PROJECT_SOURCE_DIR}."
                   "Paths count from ${CMAKE_CURRENT_SOURCE_DIR}, and only files of the project are shown to a model or written.")
  endif()
  string(LENGTH "${PROJECT_SOURCE_DIR}/" length)
  string(SUBSTRING "${place}" ${length} -1 place)
  set(${variable} "${place}" PARENT_SCOPE)
endfunction()

# _aibuild_quote(<text> <variable>): as a JSON string.
function(_aibuild_quote text variable)
  # Printable ASCII but \ and " is most of what comes, and is as it is.
  if(text MATCHES "[^] !#-[^-~]")
    string(REPLACE "\\" "\\\\" text "${text}")
    string(REPLACE "\"" "\\\"" text "${text}")
    string(REPLACE "\n" "\\n" text "${text}")
    string(ASCII 1 first)
    string(ASCII 31 last)
    if(text MATCHES "[${first}-${last}]")
      foreach(code RANGE 1 31)
        string(ASCII ${code} character)
        math(EXPR hex "${code}" OUTPUT_FORMAT HEXADECIMAL)
        string(REGEX REPLACE "^0x(.)$" "0\\1" hex "${hex}")
        string(REGEX REPLACE "^0x" "" hex "${hex}")
        string(REPLACE "${character}" "\\u00${hex}" text "${text}")
      endforeach()
    endif()
  endif()
  set(${variable} "\"${text}\"" PARENT_SCOPE)
endfunction()

# _aibuild_quote_list(<list> <variable>): the elements, with commas between them.
function(_aibuild_quote_list list variable)
  set(elements "")
  foreach(element IN LISTS list)
    _aibuild_quote("${element}" element)
    string(APPEND elements ",${element}")
  endforeach()
  string(REGEX REPLACE "^," "" elements "${elements}")
  set(${variable} "${elements}" PARENT_SCOPE)
endfunction()

# _aibuild_escape(<path> <variable>): as an element of a list, and in a generator expression.
function(_aibuild_escape path variable)
  string(REPLACE ";" "\\;" path "${path}")
  string(REPLACE ">" "$<ANGLE-R>" path "${path}")
  set(${variable} "${path}" PARENT_SCOPE)
endfunction()

# _aibuild_word(<text> <variable>): as a word of a POSIX shell.
function(_aibuild_word text variable)
  if(text MATCHES "[^A-Za-z0-9_@%+=:,./-]")
    string(REPLACE "'" "'\\''" text "${text}")
    set(text "'${text}'")
  endif()
  set(${variable} "${text}" PARENT_SCOPE)
endfunction()

# _aibuild_top(<variable>): the top directory of the build. The variable of that name may have been set by anybody.
function(_aibuild_top variable)
  set(aibuild_directory "${CMAKE_CURRENT_SOURCE_DIR}")
  while(NOT "${aibuild_directory}" STREQUAL "")
    set(top "${aibuild_directory}")
    get_property(aibuild_directory DIRECTORY "${top}" PROPERTY PARENT_DIRECTORY)
  endwhile()
  set(${variable} "${top}" PARENT_SCOPE)
endfunction()

# _aibuild_top_build(<variable>): the binary directory of it.
function(_aibuild_top_build variable)
  _aibuild_top(top)
  get_property(top DIRECTORY "${top}" PROPERTY BINARY_DIR)
  set(${variable} "${top}" PARENT_SCOPE)
endfunction()

# _aibuild_watch(<file>): configure again when it changes.
function(_aibuild_watch file)
  if(file MATCHES "[][;]")
    # Nothing of a list may be in a list of paths; a file that is copied is watched, whatever its name is.
    string(SHA256 name "${file}")
    configure_file("${file}" "${PROJECT_BINARY_DIR}/.aibuild/watched/${name}" COPYONLY)
  else()
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${file}")
  endif()
endfunction()
