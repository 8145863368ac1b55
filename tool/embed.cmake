# aibuild_embed(<target> <name> FILES <file>...)
#
# Builds the bytes of files into <target> as `std::string_view aibuild::embedded::<name>(std::string_view file)`, declared in
# the generated header <name>.h: data that the program must always have is data in the repository, and one file.
# Bytes become character codes: a string literal would need escapes and has a length limit.
function(aibuild_embed target name)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "" "FILES")
  set(output "${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp")
  set(script "${PROJECT_SOURCE_DIR}/tool/embed-files.cmake")
  list(JOIN arg_FILES "|" files)
  add_custom_command(
    OUTPUT "${output}" "${CMAKE_CURRENT_BINARY_DIR}/${name}.h"
    COMMAND ${CMAKE_COMMAND} "-DNAME=${name}" "-DFILES=${files}" "-DOUTPUT=${output}"
            "-DHEADER=${CMAKE_CURRENT_BINARY_DIR}/${name}.h" -P "${script}"
    WORKING_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}"
    DEPENDS ${arg_FILES} "${script}"
    COMMENT "Embedding ${name}" VERBATIM)
  target_sources(${target} PRIVATE "${output}" "${CMAKE_CURRENT_BINARY_DIR}/${name}.h")
  target_include_directories(${target} PRIVATE "${CMAKE_CURRENT_BINARY_DIR}")
endfunction()
