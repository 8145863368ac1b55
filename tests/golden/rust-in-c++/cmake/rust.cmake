# Written by aibuild-gen from aibuild.json; needs no AIBuild. Edits are merged when it is written again.
# Rust: CMake has no rules of its own for it, so its targets are made by commands.

find_program(RUSTC_EXECUTABLE NAMES rustc REQUIRED)

add_custom_command(OUTPUT "${products}/obj/word-split/libword_split.rlib"
  COMMAND "${CMAKE_COMMAND}" -E make_directory "${products}/obj/word-split"
  COMMAND "${RUSTC_EXECUTABLE}" --crate-name=word_split --crate-type=rlib
          --out-dir=obj/word-split/new "$<$<CONFIG:Debug,Sanitize,Coverage>:-g>"
          "$<$<NOT:$<CONFIG:Debug,Sanitize,Coverage>>:-Copt-level=3>" --edition=2021
          "--emit=dep-info=${products}/obj/word-split/libword_split.rlib.d,link"
          "${CMAKE_CURRENT_SOURCE_DIR}/split/lib.rs"
  COMMAND sh "${CMAKE_CURRENT_SOURCE_DIR}/cmake/rust-depfile.sh"
          "${products}/obj/word-split/libword_split.rlib.d"
          "${products}/obj/word-split/libword_split.rlib"
  COMMAND sh "${CMAKE_CURRENT_SOURCE_DIR}/cmake/publish.sh" obj/word-split/new/libword_split.rlib
          "${products}/obj/word-split/libword_split.rlib"
  DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/split/lib.rs" "${CMAKE_CURRENT_SOURCE_DIR}/split/letters.rs"
          "${CMAKE_CURRENT_SOURCE_DIR}/cmake/publish.sh"
          "${CMAKE_CURRENT_SOURCE_DIR}/cmake/rust-depfile.sh"
  DEPFILE "${products}/obj/word-split/libword_split.rlib.d"
  WORKING_DIRECTORY "${products}"
  COMMENT "RUSTC obj/word-split/libword_split.rlib"
  COMMAND_EXPAND_LISTS VERBATIM)

add_library(word-split INTERFACE "${products}/obj/word-split/libword_split.rlib")
add_library(tally::word-split ALIAS word-split)

add_custom_command(OUTPUT "${products}/obj/tokenizer/libtokenizer.rlib"
  COMMAND "${CMAKE_COMMAND}" -E make_directory "${products}/obj/tokenizer"
  COMMAND "${RUSTC_EXECUTABLE}" --crate-name=tokenizer --crate-type=rlib --out-dir=obj/tokenizer/new
          "$<$<CONFIG:Debug,Sanitize,Coverage>:-g>"
          "$<$<NOT:$<CONFIG:Debug,Sanitize,Coverage>>:-Copt-level=3>" --edition=2021
          "--extern=word_split=${products}/obj/word-split/libword_split.rlib"
          "-Ldependency=${products}/obj/word-split"
          "--emit=dep-info=${products}/obj/tokenizer/libtokenizer.rlib.d,link"
          "${CMAKE_CURRENT_SOURCE_DIR}/tokenizer/lib.rs"
  COMMAND sh "${CMAKE_CURRENT_SOURCE_DIR}/cmake/rust-depfile.sh"
          "${products}/obj/tokenizer/libtokenizer.rlib.d"
          "${products}/obj/tokenizer/libtokenizer.rlib"
  COMMAND sh "${CMAKE_CURRENT_SOURCE_DIR}/cmake/publish.sh" obj/tokenizer/new/libtokenizer.rlib
          "${products}/obj/tokenizer/libtokenizer.rlib"
  DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/tokenizer/lib.rs"
          "${products}/obj/word-split/libword_split.rlib"
          "${CMAKE_CURRENT_SOURCE_DIR}/cmake/publish.sh"
          "${CMAKE_CURRENT_SOURCE_DIR}/cmake/rust-depfile.sh"
  DEPFILE "${products}/obj/tokenizer/libtokenizer.rlib.d"
  WORKING_DIRECTORY "${products}"
  COMMENT "RUSTC obj/tokenizer/libtokenizer.rlib"
  COMMAND_EXPAND_LISTS VERBATIM)

add_custom_command(OUTPUT "${products}/lib/libtokenizer.a"
  COMMAND "${CMAKE_COMMAND}" -E make_directory "${products}/lib"
  COMMAND "${RUSTC_EXECUTABLE}" --crate-name=tokenizer --crate-type=staticlib
          --out-dir=obj/tokenizer/archive "$<$<CONFIG:Debug,Sanitize,Coverage>:-g>"
          "$<$<NOT:$<CONFIG:Debug,Sanitize,Coverage>>:-Copt-level=3>" -Cpanic=abort --edition=2021
          "--extern=word_split=${products}/obj/word-split/libword_split.rlib"
          "-Ldependency=${products}/obj/word-split"
          "--emit=dep-info=${products}/lib/libtokenizer.a.d,link"
          "${CMAKE_CURRENT_SOURCE_DIR}/tokenizer/lib.rs"
  COMMAND sh "${CMAKE_CURRENT_SOURCE_DIR}/cmake/rust-depfile.sh" "${products}/lib/libtokenizer.a.d"
          "${products}/lib/libtokenizer.a"
  COMMAND sh "${CMAKE_CURRENT_SOURCE_DIR}/cmake/publish.sh" obj/tokenizer/archive/libtokenizer.a
          "${products}/lib/libtokenizer.a"
  DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/tokenizer/lib.rs"
          "${products}/obj/word-split/libword_split.rlib"
          "${CMAKE_CURRENT_SOURCE_DIR}/cmake/publish.sh"
          "${CMAKE_CURRENT_SOURCE_DIR}/cmake/rust-depfile.sh"
  DEPFILE "${products}/lib/libtokenizer.a.d"
  WORKING_DIRECTORY "${products}"
  COMMENT "RUSTC lib/libtokenizer.a"
  COMMAND_EXPAND_LISTS VERBATIM)

add_library(tokenizer INTERFACE "${products}/obj/tokenizer/libtokenizer.rlib" "${products}/lib/libtokenizer.a")
add_library(tally::tokenizer ALIAS tokenizer)
target_sources(tokenizer INTERFACE FILE_SET HEADERS
  BASE_DIRS tokenizer/include
  FILES tokenizer/include/tokenizer.h)
target_link_libraries(tokenizer INTERFACE
  "$<BUILD_INTERFACE:${products}/lib/libtokenizer.a>"
  "$<INSTALL_INTERFACE:$<INSTALL_PREFIX>/${CMAKE_INSTALL_LIBDIR}/libtokenizer.a>"
  -lgcc_s -lutil -lrt -lpthread -lm -ldl -lc word-split)

add_custom_command(OUTPUT "${products}/tests/tokenizer-test"
  COMMAND "${CMAKE_COMMAND}" -E make_directory "${products}/tests"
  COMMAND "${RUSTC_EXECUTABLE}" --test --crate-name=tokenizer_test --out-dir=obj/tokenizer-test/new
          "$<$<CONFIG:Debug,Sanitize,Coverage>:-g>"
          "$<$<NOT:$<CONFIG:Debug,Sanitize,Coverage>>:-Copt-level=3>" --edition=2021
          "--extern=tokenizer=${products}/obj/tokenizer/libtokenizer.rlib"
          "-Ldependency=${products}/obj/tokenizer" "-Ldependency=${products}/obj/word-split"
          "--emit=dep-info=${products}/tests/tokenizer-test.d,link"
          "${CMAKE_CURRENT_SOURCE_DIR}/tests/tokenizer.rs"
  COMMAND sh "${CMAKE_CURRENT_SOURCE_DIR}/cmake/rust-depfile.sh"
          "${products}/tests/tokenizer-test.d" "${products}/tests/tokenizer-test"
  COMMAND sh "${CMAKE_CURRENT_SOURCE_DIR}/cmake/publish.sh" obj/tokenizer-test/new/tokenizer_test
          "${products}/tests/tokenizer-test"
  DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/tests/tokenizer.rs"
          "${products}/obj/tokenizer/libtokenizer.rlib"
          "${products}/obj/word-split/libword_split.rlib"
          "${CMAKE_CURRENT_SOURCE_DIR}/cmake/publish.sh"
          "${CMAKE_CURRENT_SOURCE_DIR}/cmake/rust-depfile.sh"
  DEPFILE "${products}/tests/tokenizer-test.d"
  WORKING_DIRECTORY "${products}"
  COMMENT "RUSTC tests/tokenizer-test"
  COMMAND_EXPAND_LISTS VERBATIM)

if(TALLY_TESTS)
  add_custom_target(tokenizer-test ALL DEPENDS "${products}/tests/tokenizer-test")
endif()
