# Written by aibuild-gen from aibuild.json; needs no AIBuild. Edits are merged when it is written again.
# A test is called with the path of each program it uses, then of its data; its exit code is the verdict.

add_executable(codec-test tests/codec_test.c)
set_target_properties(codec-test PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${products}/tests")
target_compile_options(codec-test PRIVATE -Wall -Wextra -Wpedantic -UNDEBUG)
target_link_libraries(codec-test PRIVATE codec)
add_test(NAME codec-test COMMAND "$<TARGET_FILE:codec-test>")
