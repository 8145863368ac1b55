#[=======================================================================[
Arguments: what a call may say, and what it is told where it says something else

cmake_parse_arguments() lets through what costs people days: an unknown or misspelled keyword is swallowed by the list
before it, an empty value counts as none, the second of two equal keywords wins, and a text with a semicolon in it is
cut where it goes through a list. So the arguments are read here one by one, where CMake has them byte for byte: in
ARGV0, ARGV1, ... of the function that was called. A function that is called without arguments sees those of its caller.

Who calls _aibuild_parse has set these variables:

  function        its name
  count           how many arguments it got, ARGC
  what            what the first argument is; empty where there are only keywords
  flags, singles, keywords
                  the keywords without a value, those with one, and all; the others have a list
  shape           the flags as a regular expression with three groups, where OUTPUTS and PROMPT usually follow; or empty
  arguments       ARGV, where there is a shape

and finds these set then:

  thing           the first argument
  given, options  the keywords that were there, and of them the flags, in their order
  arg_<KEYWORD>   the value of a keyword that has one
  first_<KEYWORD> and last_<KEYWORD>
                  of a keyword with a list: the values are arg_<number>, from the first number to the last. A list in
                  one variable would take a path with a semicolon for two, and two with brackets for one.
  values_<KEYWORD>
                  the same with a line break before each: good for a look whether they are all as plain as names mostly are
  plain           the OUTPUTS as a list, in place of first_, last_ and values_, where one look was enough; or empty

What was not given is not set, and may be a variable of the caller's.

A thousand files are a thousand runs of the loop. A command takes a third of a microsecond, but if() two: a value meets two
of them.
#]=======================================================================]

function(_aibuild_parse)
  # Most calls are <target> [<flag>...] OUTPUTS <plain name>... PROMPT <text>: one look sees that. ARGV is cut at every
  # semicolon, but then it has more elements than there are arguments; where it has as many, it is exact. The look is not
  # for long calls: a regular expression with ten thousand repetitions uses up the stack.
  set(length 0)
  if(NOT shape STREQUAL "")
    string(LENGTH "${arguments}" length)
  endif()
  if(length GREATER 0 AND length LESS 20000)
    if(arguments MATCHES
       "^([A-Za-z0-9_.+-]*[a-z][A-Za-z0-9_.+-]*)${shape};OUTPUTS((;[A-Za-z0-9_+-]+([./][A-Za-z0-9_+-]+)*[.][A-Za-z0-9_+-]+)+);PROMPT;")
      set(head "${CMAKE_MATCH_0}")
      set(name "${CMAKE_MATCH_1}")
      set(options "${CMAKE_MATCH_2}")
      string(SUBSTRING "${CMAKE_MATCH_5}" 1 -1 plain)
      list(LENGTH head length)
      math(EXPR last "${count} - 1")
      if(length EQUAL count AND ARGV${last} MATCHES "[a-z ]")
        if(NOT options STREQUAL "")
          string(SUBSTRING "${options}" 1 -1 options)
        endif()
        set(thing "${name}" PARENT_SCOPE)
        set(given "OUTPUTS;PROMPT" PARENT_SCOPE)
        set(options "${options}" PARENT_SCOPE)
        set(plain "${plain}" PARENT_SCOPE)
        set(arg_PROMPT "${ARGV${last}}" PARENT_SCOPE)
        return()
      endif()
    endif()
  endif()

  set(plain "" PARENT_SCOPE)
  set(first 0)
  if(NOT what STREQUAL "")
    set(thing "")
    if(count EQUAL 0)
      _aibuild_misused("The ${what} is missing.")
    elseif("${ARGV0}" STREQUAL "")
      _aibuild_misused("The ${what} is empty: a variable in its place may have no value.")
    elseif(ARGV0 IN_LIST keywords)
      _aibuild_misused("The ${what} is missing: ${ARGV0} is in its place.")
    endif()
    set(thing "${ARGV0}")
    set(thing "${ARGV0}" PARENT_SCOPE)
    set(first 1)
  endif()

  set(given "")
  set(options "")
  set(open "")  # the keyword that takes values
  set(list "")  # the same, where it takes any number of them
  set(start -1) # the number of its first value
  math(EXPR last "${count} - 1")
  if(last LESS first)
    set(given "" PARENT_SCOPE)
    set(options "" PARENT_SCOPE)
    return()
  endif()
  foreach(number RANGE ${first} ${last})
    set(token "${ARGV${number}}")
    if(token MATCHES "^[A-Z0-9_]*$")
      if(NOT token IN_LIST keywords)
        _aibuild_check_capitals()
      else()
        if(start EQUAL number OR token IN_LIST given)
          _aibuild_refuse_keyword()
        elseif(list)
          math(EXPR end "${number} - 1")
          set(last_${list} ${end} PARENT_SCOPE)
          set(values_${list} "${values}" PARENT_SCOPE)
          set(list "")
        endif()
        list(APPEND given ${token})
        if(token IN_LIST flags)
          list(APPEND options ${token})
          set(open "")
        else()
          set(open ${token})
          math(EXPR start "${number} + 1")
          if(NOT token IN_LIST singles)
            set(list ${token})
            set(first_${list} ${start} PARENT_SCOPE)
            set(values "")
          endif()
        endif()
        continue()
      endif()
    endif()
    if(list)
      string(APPEND values "\n${token}")
      set(arg_${number} "${token}" PARENT_SCOPE)
    elseif(open)
      set(arg_${open} "${token}" PARENT_SCOPE)
      set(open "")
    else()
      _aibuild_refuse_value()
    endif()
  endforeach()
  if(start GREATER last)
    set(token "")
    _aibuild_refuse_keyword()
  elseif(list)
    set(last_${list} ${last} PARENT_SCOPE)
    set(values_${list} "${values}" PARENT_SCOPE)
  endif()
  set(given "${given}" PARENT_SCOPE)
  set(options "${options}" PARENT_SCOPE)
endfunction()

# What follows is for calls that are wrong, and may take its time.

# A keyword, or the end, which comes too soon or once too often.
function(_aibuild_refuse_keyword)
  if(token IN_LIST given)
    _aibuild_error("${function}" "${thing}" "${token} is there twice." "Give it once, with all that belongs to it.")
  elseif(token STREQUAL "")
    set(found "it is the last argument")
  else()
    set(found "${token} comes after it")
  endif()
  set(fix "Give it one; a variable in its place may be empty.")
  if(open STREQUAL "PROMPT" AND NOT token STREQUAL "")
    set(fix "${fix} A prompt that is this very word goes into a file: PROMPT_FILE.")
  endif()
  _aibuild_error("${function}" "${thing}" "${open} has no value: ${found}." "${fix}")
endfunction()

# A value that is empty, or that nothing asked for.
function(_aibuild_refuse_value)
  if(token STREQUAL "")
    set(why "There is an empty argument.")
    if(NOT list STREQUAL "")
      set(why "There is an empty value among ${list}.")
    elseif(NOT open STREQUAL "")
      set(why "The value of ${open} is empty.")
    endif()
    _aibuild_error("${function}" "${thing}" "${why}" "Take it out, or give it a value; a variable in its place may be empty.")
  endif()

  string(LENGTH "${token}" length)
  if(length GREATER 60)
    string(SUBSTRING "${token}" 0 60 token)
    string(APPEND token "...")
  endif()
  string(TOUPPER "${token}" word)
  _aibuild_nearest("${word}" "${keywords}" keyword)
  set(before "")
  if(NOT given STREQUAL "")
    list(GET given -1 before)
  endif()
  if(NOT keyword STREQUAL "")
    _aibuild_error("${function}" "${thing}" "There is no keyword ${token}." "Did you mean ${keyword}?")
  elseif(before IN_LIST singles)
    set(fix "Put a path with spaces into quotes.")
    if(before MATCHES "^(PROMPT|DESCRIPTION)$")
      set(fix "Put the text into quotes, or between [==[ and ]==].")
    endif()
    _aibuild_error("${function}" "${thing}" "${before} has one value, and ${token} is one more." "${fix}")
  endif()
  set(why "${token} belongs to no keyword.")
  if(token MATCHES "^[A-Z_]+$")
    set(why "There is no keyword ${token}.")
  endif()
  list(JOIN keywords ", " known)
  _aibuild_error("${function}" "${thing}" "${why}" "The keywords are ${known}.")
endfunction()

# A word in capitals that is no keyword. In a list it may be meant as a value; what is no file, no target and nearly a
# keyword is a slip.
function(_aibuild_check_capitals)
  if(token STREQUAL "" OR open STREQUAL "")
    _aibuild_refuse_value()
  elseif(list STREQUAL "")
    return()
  endif()
  _aibuild_nearest("${token}" "${keywords}" keyword)
  if(NOT keyword STREQUAL "" AND NOT TARGET "${token}" AND NOT EXISTS "${CMAKE_CURRENT_SOURCE_DIR}/${token}")
    _aibuild_error("${function}" "${thing}" "There is no keyword ${token}."
                   "Did you mean ${keyword}? A file with this name is written ./${token}.")
  endif()
endfunction()

# _aibuild_nearest(<word> <candidates> <variable>): the one that the word was most likely meant to be, or nothing.
function(_aibuild_nearest word candidates variable)
  set(nearest "")
  set(least 3)
  foreach(candidate IN LISTS candidates)
    _aibuild_distance("${word}" "${candidate}" distance)
    if(distance LESS least)
      set(nearest "${candidate}")
      set(least ${distance})
    endif()
  endforeach()
  set(${variable} "${nearest}" PARENT_SCOPE)
endfunction()

# _aibuild_distance(<word> <word> <variable>): how many letters to change, add or take out (Levenshtein); 9 is far.
function(_aibuild_distance left right variable)
  string(LENGTH "${left}" rows)
  string(LENGTH "${right}" columns)
  math(EXPR longer "${rows} - ${columns}")
  if(longer GREATER 2 OR longer LESS -2)
    set(${variable} 9 PARENT_SCOPE)
    return()
  endif()
  foreach(column RANGE ${columns})
    set(above_${column} ${column})
  endforeach()
  foreach(row RANGE 1 ${rows})
    math(EXPR at "${row} - 1")
    string(SUBSTRING "${left}" ${at} 1 letter)
    set(diagonal ${above_0})
    set(above_0 ${row})
    foreach(column RANGE 1 ${columns})
      math(EXPR at "${column} - 1")
      string(SUBSTRING "${right}" ${at} 1 other)
      set(cost ${diagonal})
      if(NOT letter STREQUAL other)
        foreach(neighbour ${above_${column}} ${above_${at}})
          if(neighbour LESS cost)
            set(cost ${neighbour})
          endif()
        endforeach()
        math(EXPR cost "${cost} + 1")
      endif()
      set(diagonal ${above_${column}})
      set(above_${column} ${cost})
    endforeach()
  endforeach()
  set(${variable} ${above_${columns}} PARENT_SCOPE)
endfunction()

# _aibuild_misused(<why>): the fix is how the function is called.
function(_aibuild_misused why)
  set(prompt "PROMPT <text> | PROMPT_FILE <file> [CONTEXT <file|target>...] [VALIDATE <command> [<argument>...]]")
  set(aibuild_project "[DESCRIPTION <text>] [CONTEXT <file>...]")
  set(aibuild_add_library
      "<target> [STATIC|SHARED|MODULE|OBJECT|INTERFACE] [EXCLUDE_FROM_ALL] OUTPUTS <file>... ${prompt}")
  set(aibuild_add_executable "<target> [WIN32] [MACOSX_BUNDLE] [EXCLUDE_FROM_ALL] OUTPUTS <file>... ${prompt}")
  set(aibuild_target_sources "<target> PRIVATE|PUBLIC|INTERFACE OUTPUTS <file>... ${prompt}")
  set(aibuild_add_file "<output> ${prompt}")
  set(aibuild_import_plan "<path of an aibuild.json> [EXCLUDE_FROM_ALL] [IMPORTED_TARGETS <variable>]")
  set(aibuild_add_report "<target> [FORMATS <HTML|JSON|MARKDOWN|TRACE>...] [OUTPUT_DIR <directory>]")
  if(thing STREQUAL "")
    set(thing arguments)
  endif()
  _aibuild_error("${function}" "${thing}" "${why}" "${function}(${${function}})")
endfunction()

# _aibuild_error(<function> <place> <why> <fix>)
#
# A refusal that teaches. Indented lines are shown as they are; CMake adds where the call is.
function(_aibuild_error function place why fix)
  message(FATAL_ERROR " ${function}: ${place}\n   why:   ${why}\n   fix:   ${fix}\n")
endfunction()

# _aibuild_say(<SEND_ERROR|WARNING> <place> <why> <fix>): the same of `function`, and configuring goes on.
function(_aibuild_say kind place why fix)
  message(${kind} " ${function}: ${place}\n   why:   ${why}\n   fix:   ${fix}\n")
endfunction()
