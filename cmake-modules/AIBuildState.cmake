#[=======================================================================[
How the outputs of a declaration stand, and what is said about it

  missing          an error that ends in the command that makes it
  not generated    a file is there of which the lock knows nothing: it isn't ours to write over, nor is it what was declared
  stale            the prompt, or what is shown with it, isn't what the output was made from: an error, with the command
  edited           it is not as it was generated: a line that says so. People may
  taken over       (aibuild-gen own) nothing: it is theirs

LOCKED, the default, has errors, and all declarations are looked at before configuring ends. WARN has warnings. FROZEN
looks only for what is missing. No mode generates anything.
#]=======================================================================]

# _aibuild_note(<missing|unknown|stale>): adds the output to the list of that name, and the name to `state`.
macro(_aibuild_note name)
  if(NOT "${name}" IN_LIST state)
    list(APPEND state ${name})
    set(${name} "")
  endif()
  string(REPLACE ";" "\\;" noted "${output}")
  list(APPEND ${name} "${noted}")
endmacro()

macro(_aibuild_note_missing)
  if(IS_DIRECTORY "${file}")
    _aibuild_error("${function}" "${thing}" "OUTPUTS has ${output}, which is a directory." "Name the files that are to be in it.")
  endif()
  _aibuild_note(missing)
endmacro()

macro(_aibuild_note_difference)
  set(entry "${aibuild_entry}")
  list(LENGTH entry length)
  if(length EQUAL 0)
    _aibuild_note(unknown)
  elseif(NOT entry STREQUAL "person")
    list(GET entry 0 base)
    if(NOT base STREQUAL hash)
      _aibuild_say_edited("${output}")
    endif()
    if(NOT entry STREQUAL "${base};${declared}")
      _aibuild_note(stale)
    endif()
  endif()
endmacro()

function(_aibuild_say_edited output)
  string(REGEX REPLACE "^aibuild_" "" name "${function}")
  list(APPEND CMAKE_MESSAGE_CONTEXT AIBuild ${name})
  message(STATUS "AIBuild: ${output} was edited since it was generated")
endfunction()

# Of the declaration as a whole: a list of its files for each that is wrong with them.
function(_aibuild_report_state)
  set(kind SEND_ERROR)
  if(mode STREQUAL "WARN")
    set(kind WARNING)
  endif()
  if("missing" IN_LIST state OR "stale" IN_LIST state)
    set(why "")
    if("missing" IN_LIST state)
      _aibuild_sentence("${missing}" "is missing" "are missing" why)
    endif()
    if("stale" IN_LIST state)
      set(changed "its prompt changed")
      if(NOT context STREQUAL "")
        set(changed "its prompt or what it is shown changed")
      endif()
      if("missing" IN_LIST state)
        string(APPEND why ", and ${changed}")
      else()
        string(REGEX REPLACE "^i" "I" why "${changed}")
      endif()
    endif()
    _aibuild_fix(fix)
    _aibuild_say(${kind} "${thing}" "${why}." "${fix}")
  endif()
  if("unknown" IN_LIST state)
    _aibuild_sentence("${unknown}" "was not generated: it is there, and the lock knows nothing of it"
                      "were not generated: they are there, and the lock knows nothing of them" why)
    _aibuild_say(${kind} "${thing}" "${why}." "Move it away, or take it out of OUTPUTS.")
  endif()
endfunction()

# _aibuild_sentence(<files> <end for one> <end for several> <variable>)
function(_aibuild_sentence files one several variable)
  list(POP_BACK files last)
  if(files STREQUAL "")
    set(${variable} "${last} ${one}" PARENT_SCOPE)
  else()
    list(JOIN files ", " files)
    set(${variable} "${files} and ${last} ${several}" PARENT_SCOPE)
  endif()
endfunction()
