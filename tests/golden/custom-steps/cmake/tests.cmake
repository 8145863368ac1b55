# Written by aibuild-gen from aibuild.json; needs no AIBuild. Edits are merged when it is written again.
# A test is called with the path of each program it uses, then of its data; its exit code is the verdict.

add_executable(tables-test test.c)
add_dependencies(tables-test table)
set_target_properties(tables-test PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${products}/tests")
target_compile_options(tables-test PRIVATE -Wall -Wextra -Wpedantic -UNDEBUG)
target_link_libraries(tables-test PRIVATE tables)
add_test(NAME tables-test
  COMMAND "$<TARGET_FILE:tables-test>" "${products}/gen/table/sub/expected.txt")
