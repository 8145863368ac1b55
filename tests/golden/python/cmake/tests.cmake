# Written by aibuild-gen from aibuild.json; needs no AIBuild. Edits are merged when it is written again.
# A test is called with the path of each program it uses, then of its data; its exit code is the verdict.

add_test(NAME shelf-test
  COMMAND env "PYTHONPATH=${CMAKE_CURRENT_SOURCE_DIR}/tests:${products}/lib/shelf.zip"
          "${PYTHON_EXECUTABLE}" -B "${CMAKE_CURRENT_SOURCE_DIR}/tests/test_books.py"
          "${products}/bin/shelf-list" "${CMAKE_CURRENT_SOURCE_DIR}/tests/books.txt")
