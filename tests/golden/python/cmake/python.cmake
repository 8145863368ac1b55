# Written by aibuild-gen from aibuild.json; needs no AIBuild. Edits are merged when it is written again.
# Python: CMake has no rules of its own for it, so its targets are made by commands.

find_program(PYTHON_EXECUTABLE NAMES python3 REQUIRED)

add_custom_command(OUTPUT "${products}/lib/shelf.zip"
  COMMAND "${CMAKE_COMMAND}" -E make_directory "${products}/lib"
  COMMAND sh "${CMAKE_CURRENT_SOURCE_DIR}/cmake/python-zip.sh" "${PYTHON_EXECUTABLE}"
          "${products}/lib/shelf.zip" "${CMAKE_CURRENT_SOURCE_DIR}/src" -
          "${CMAKE_CURRENT_SOURCE_DIR}/src/shelf/__init__.py"
          "${CMAKE_CURRENT_SOURCE_DIR}/src/shelf/books.py"
  DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/src/shelf/__init__.py"
          "${CMAKE_CURRENT_SOURCE_DIR}/src/shelf/books.py"
          "${CMAKE_CURRENT_SOURCE_DIR}/cmake/publish.sh"
          "${CMAKE_CURRENT_SOURCE_DIR}/cmake/python-zip.sh"
  WORKING_DIRECTORY "${products}"
  COMMENT "ZIP lib/shelf.zip"
  VERBATIM)

add_library(shelf INTERFACE "${products}/lib/shelf.zip")
add_library(shelf::shelf ALIAS shelf)

add_custom_command(OUTPUT "${products}/bin/shelf-list"
  COMMAND "${CMAKE_COMMAND}" -E make_directory "${products}/bin"
  COMMAND sh "${CMAKE_CURRENT_SOURCE_DIR}/cmake/python-zip.sh" "${PYTHON_EXECUTABLE}"
          "${products}/bin/shelf-list" "${CMAKE_CURRENT_SOURCE_DIR}/programs"
          "${CMAKE_CURRENT_SOURCE_DIR}/programs/list.py"
          "${CMAKE_CURRENT_SOURCE_DIR}/programs/list.py" -- "${products}/lib/shelf.zip"
  DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/programs/list.py" "${products}/lib/shelf.zip"
          "${CMAKE_CURRENT_SOURCE_DIR}/cmake/publish.sh"
          "${CMAKE_CURRENT_SOURCE_DIR}/cmake/python-zip.sh"
  WORKING_DIRECTORY "${products}"
  COMMENT "ZIP bin/shelf-list"
  VERBATIM)

add_custom_target(shelf-list ALL DEPENDS "${products}/bin/shelf-list")
