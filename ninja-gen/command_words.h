#pragma once

// The words of a custom step's command, as steps.md explains them: text with placeholders.
//
// `{` begins a placeholder and `{{` is a brace; nothing else has a meaning. {in} and {out} are lists: their
// word is repeated for each of their paths.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aibuild {

struct WordPiece {
    enum class What : unsigned char { text, in, out, depfile, source_dir, out_dir, target };
    What what = What::text;
    std::string text;                  // the text, or the name of the target
    std::optional<std::size_t> index;  // of {in:0} and {out:0}

    // Does it stand for a list?
    bool list() const { return (what == What::in || what == What::out) && !index; }
};

struct CommandWord {
    std::vector<WordPiece> pieces;
    std::string problem, fix;  // why it is none, and what to write instead; else empty

    // {target:NAME} and nothing else: its name.
    const std::string* target() const {
        return pieces.size() == 1 && pieces[0].what == WordPiece::What::target ? &pieces[0].text : nullptr;
    }
    // Text and nothing else.
    const std::string* text() const {
        return pieces.size() == 1 && pieces[0].what == WordPiece::What::text ? &pieces[0].text : nullptr;
    }
};

// `inputs` and `outputs` are how many the step has.
CommandWord read_command_word(std::string_view word, std::size_t inputs, std::size_t outputs);

}  // namespace aibuild
