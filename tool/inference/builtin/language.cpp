#include "tool/inference/builtin/language.h"

#include <algorithm>

namespace aibuild {

std::span<const StarterLanguage> starter_languages() {
    static const std::vector<StarterLanguage> table = {
        {.name = "c++",
         .title = "C++",
         .id = "cpp",
         .words = {"c++", "cpp", "cxx", "cplusplus"},
         .standards = {"17", "20", "23"},
         .extension = "cpp",
         .header = "hpp",
         .header_only = true,
         .library_does = "namespace {0} {{\n"
                         "struct Entry {{ std::string_view word; std::size_t count; }};\n"
                         "std::vector<std::string_view> words(std::string_view text);\n"
                         "std::vector<Entry> count(std::string_view text);\n"
                         "}}",
         .splitter_does = "namespace {0} {{ std::string_view next(std::string_view& rest); }}"},
        {.name = "c",
         .title = "C",
         .id = "c",
         .words = {"c"},
         .standards = {"99", "11", "17"},
         .extension = "c",
         .header = "h",
         .header_only = true,
         .library_does =
             "struct {0}_entry {{ const char *word; size_t length; size_t count; }};\n"
             "size_t {0}_count(const char *text, size_t length, struct {0}_entry *entries, size_t "
             "capacity);",
         .splitter_does = "size_t {0}_next(const char *text, size_t length, size_t *start);"},
        {.name = "rust",
         .title = "Rust",
         .id = "rust",
         .words = {"rust", "rs", "rustlang"},
         .standards = {"2018", "2021"},
         .extension = "rs",
         .header = "",
         .runs_programs = false,  // the arguments of a test harness are filters
         .library_does = "pub struct Entry<'a> {{ pub word: &'a [u8], pub count: usize }}\n"
                         "pub fn words(text: &[u8]) -> impl Iterator<Item = &[u8]>\n"
                         "pub fn count(text: &[u8]) -> Vec<Entry<'_>>",
         .splitter_does = "pub fn words(text: &[u8]) -> impl Iterator<Item = &[u8]>"},
        {.name = "python",
         .title = "Python",
         .id = "python",
         .words = {"python", "python3", "py"},
         .standards = {},
         .extension = "py",
         .header = "",
         .compiled = false,
         .library_does = "def words(text: str) -> list[str]\ndef count(text: str) -> list[tuple[str, int]]",
         .splitter_does = "def words(text: str) -> list[str]"},
    };
    return table;
}

const StarterLanguage* starter_language(std::string_view word) {
    for (const StarterLanguage& language : starter_languages()) {
        if (std::find(language.words.begin(), language.words.end(), word) != language.words.end())
            return &language;
    }
    return nullptr;
}

}  // namespace aibuild
