# Run by aibuild_embed (embed.cmake): writes HEADER and OUTPUT from FILES, a list separated by `|`.
string(REPLACE "|" ";" FILES "${FILES}")
set(arrays "")
set(table "")
set(n 0)
foreach(file IN LISTS FILES)
  get_filename_component(base "${file}" NAME)
  file(READ "${file}" hex HEX)
  string(LENGTH "${hex}" digits)
  math(EXPR size "${digits} / 2")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
  string(APPEND arrays "constexpr unsigned char file_${n}[] = {${bytes}0};\n")
  string(APPEND table "    {\"${base}\", {reinterpret_cast<const char*>(file_${n}), ${size}}},\n")
  math(EXPR n "${n} + 1")
endforeach()
file(WRITE "${HEADER}" "#pragma once
#include <span>
#include <string_view>
#include <utility>
namespace aibuild::embedded {
using File = std::pair<std::string_view, std::string_view>;  // name, bytes
std::span<const File> ${NAME}_files();
std::string_view ${NAME}(std::string_view file);  // empty where there is no such file
}  // namespace aibuild::embedded
")
get_filename_component(header "${HEADER}" NAME)
file(WRITE "${OUTPUT}" "#include \"${header}\"
namespace aibuild::embedded {
namespace {
${arrays}const File table[] = {
${table}};
}  // namespace
std::span<const File> ${NAME}_files() { return table; }
std::string_view ${NAME}(std::string_view file) {
    for (const File& entry : table) {
        if (entry.first == file) return entry.second;
    }
    return {};
}
}  // namespace aibuild::embedded
")
