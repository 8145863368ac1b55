# Written by aibuild-gen from aibuild.json; needs no AIBuild. Edits are merged when it is written again.
# A test is called with the path of each program it uses, then of its data; its exit code is the verdict.

add_test(NAME tokenizer-test COMMAND "${products}/tests/tokenizer-test")

add_executable(tally-test tests/tally.cpp)
set_target_properties(tally-test PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${products}/tests")
target_compile_options(tally-test PRIVATE -Wall -Wextra -Wpedantic -UNDEBUG)
target_link_libraries(tally-test PRIVATE tokenizer)
add_test(NAME tally-test COMMAND "$<TARGET_FILE:tally-test>" "$<TARGET_FILE:tally>")
