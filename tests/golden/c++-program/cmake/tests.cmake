# Written by aibuild-gen from aibuild.json; needs no AIBuild. Edits are merged when it is written again.
# A test is called with the path of each program it uses, then of its data; its exit code is the verdict.

add_executable(counter-test tests/counter_test.cpp)
set_target_properties(counter-test PROPERTIES
  CXX_STANDARD 17
  RUNTIME_OUTPUT_DIRECTORY "${products}/tests")
target_compile_definitions(counter-test PRIVATE SAMPLES=3 VERBOSE)
target_compile_options(counter-test PRIVATE -Wall -Wextra -Wpedantic -Werror -UNDEBUG)
target_link_libraries(counter-test PRIVATE counter)
add_test(NAME counter-test
  COMMAND "$<TARGET_FILE:counter-test>" "$<TARGET_FILE:words>"
          "${CMAKE_CURRENT_SOURCE_DIR}/tests/sample.txt")
