# Written by aibuild-gen from aibuild.json; needs no AIBuild. Edits are merged when it is written again.
# A test is called with the path of each program it uses, then of its data; its exit code is the verdict.

add_executable(odds.test "t e s t.c")
set_target_properties(odds.test PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${products}/tests")
target_compile_options(odds.test PRIVATE -Wall -Wextra -Wpedantic -UNDEBUG)
target_link_libraries(odds.test PRIVATE c++-odds)
add_test(NAME odds.test
  COMMAND "$<TARGET_FILE:odds.test>" "$<TARGET_FILE:plain>"
          "${CMAKE_CURRENT_SOURCE_DIR}/some data.txt" "${CMAKE_CURRENT_SOURCE_DIR}/-data")
