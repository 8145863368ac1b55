# aibuild_precompiled(<name> HEADERS <header>... LIBRARIES <library>...)
#
# Headers that are read once, for all targets that then say
#   set_target_properties(<target> PROPERTIES PRECOMPILE_HEADERS_REUSE_FROM <name>)
# and are compiled with the same options. Where nothing is optimized, reading Boost.JSON, fmt or GoogleTest takes longer than
# all else of a compile. Not for the default preset: there, a file that forgot to include something has to fail, and GCC 12
# warns of system headers that are precompiled.
function(aibuild_precompiled name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "HEADERS;LIBRARIES")
  set(source "${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp")
  file(CONFIGURE OUTPUT "${source}" CONTENT "// A target has a source, and by it a language.\n")
  add_library(${name} OBJECT "${source}")
  target_link_libraries(${name} PRIVATE ${arg_LIBRARIES})
  target_precompile_headers(${name} PRIVATE ${arg_HEADERS})
endfunction()
