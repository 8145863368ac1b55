# Written by aibuild-gen from aibuild.json; needs no AIBuild. Edits are merged when it is written again.
# Commands of the plan itself, which make files while the project is built.

find_program(STEPS_PYTHON3_PROGRAM NAMES python3 REQUIRED)

add_custom_command(OUTPUT "${products}/gen/table/table.h" "${products}/gen/table/table.c"
         "${products}/gen/table/sub/expected.txt"
  COMMAND "${CMAKE_COMMAND}" -E make_directory "${products}/gen/table" "${products}/gen/table/sub"
  COMMAND sh -c
          "exec \"\${1}\" \"\${2}\" \"\${3}\" \"\${4}\" \"\${5}\" \"\${6}\" \"\${7}\" \"\${8}\" '&&' \"\${9}\""
          sh "${STEPS_PYTHON3_PROGRAM}" "${CMAKE_CURRENT_SOURCE_DIR}/tools/make table.py"
          "--from=${CMAKE_CURRENT_SOURCE_DIR}/data.txt" "${products}/gen/table/table.h"
          "${products}/gen/table/table.c" "${products}/gen/table/sub/expected.txt"
          "${products}/gen/table/table.h.d" "$<1:\$><1:x> | it's" "$<1:VERBATIM>"
  DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/tools/make table.py" "${CMAKE_CURRENT_SOURCE_DIR}/data.txt"
  DEPFILE "${products}/gen/table/table.h.d"
  WORKING_DIRECTORY "${products}"
  COMMENT "STEP gen/table/table.h"
  VERBATIM)
add_custom_target(table
  DEPENDS "${products}/gen/table/table.h" "${products}/gen/table/table.c"
          "${products}/gen/table/sub/expected.txt")

add_custom_command(OUTPUT "${products}/gen/text/text.h"
  COMMAND "${CMAKE_COMMAND}" -E make_directory "${products}/gen/text"
  COMMAND "$<TARGET_FILE:embed>" "${CMAKE_CURRENT_SOURCE_DIR}/usage.txt"
          "${products}/gen/table/sub/expected.txt" "${products}/gen/text/text.h"
  DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/usage.txt" "${products}/gen/table/sub/expected.txt" embed
  WORKING_DIRECTORY "${products}"
  COMMENT "STEP gen/text/text.h"
  VERBATIM)
add_custom_target(text DEPENDS "${products}/gen/text/text.h")
add_dependencies(text table embed)
