#include "ninja-gen/command_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace aibuild {

namespace {

using What = WordPiece::What;

constexpr std::array<std::pair<std::string_view, What>, 6> placeholders = {{{"in", What::in},
                                                                            {"out", What::out},
                                                                            {"depfile", What::depfile},
                                                                            {"source_dir", What::source_dir},
                                                                            {"out_dir", What::out_dir},
                                                                            {"target", What::target}}};

class Reader {
  public:
    Reader(std::string_view word, std::size_t inputs, std::size_t outputs)
        : word_(word), inputs_(inputs), outputs_(outputs) {}

    CommandWord read() {
        for (char c : word_) {
            if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) continue;
            fail("A word of a command has no control characters: no newline, no tab.",
                 "Put such text into a file that the command reads.");
            return std::move(out_);
        }
        std::string text;
        for (std::size_t at = 0; at < word_.size() && out_.problem.empty();) {
            if (word_[at] != '{') {
                text += word_[at++];
            } else if (word_.substr(at).starts_with("{{")) {
                text += '{';
                at += 2;
            } else {
                add(std::exchange(text, {}));
                at = placeholder(at + 1);
            }
        }
        // An empty argument is one, too.
        if (!text.empty() || out_.pieces.empty()) out_.pieces.push_back({What::text, std::move(text), {}});
        return std::move(out_);
    }

  private:
    void fail(std::string problem, std::string fix) {
        out_.problem = std::move(problem);
        out_.fix = std::move(fix);
    }

    void add(std::string text) {
        if (!text.empty()) out_.pieces.push_back({What::text, std::move(text), {}});
    }

    // Reads what stands behind a brace at `begin`; where the word goes on.
    std::size_t placeholder(std::size_t begin) {
        const std::size_t end = word_.find('}', begin);
        if (end == std::string_view::npos) {
            fail(fmt::format("A brace is not closed in \"{}\".", word_),
                 "Close it, or write {{ for a brace.");
            return word_.size();
        }
        const std::string_view inside = word_.substr(begin, end - begin);
        const std::size_t colon = inside.find(':');
        const std::string_view name = inside.substr(0, colon);
        const auto known = std::find_if(placeholders.begin(), placeholders.end(),
                                        [&](const auto& each) { return each.first == name; });
        WordPiece piece;
        const bool list = name == "in" || name == "out";
        if (known == placeholders.end() ||
            (colon == std::string_view::npos ? name == "target" : !list && name != "target")) {
            fail(fmt::format("There is no placeholder {{{}}}.", inside),
                 "The placeholders are {in}, {in:0}, {out}, {out:0}, {depfile}, {source_dir}, {out_dir} and "
                 "{target:NAME}; write {{ for a brace.");
            return end + 1;
        }
        piece.what = known->second;
        if (piece.what == What::target) piece.text = inside.substr(colon + 1);
        if (list) number(piece, inside, colon);
        if (piece.list()) {
            for (const WordPiece& other : out_.pieces) {
                if (other.list())
                    fail(fmt::format("\"{}\" has two lists.", word_),
                         "Name one of several with its number: {in:0}.");
            }
        }
        out_.pieces.push_back(std::move(piece));
        return end + 1;
    }

    void number(WordPiece& piece, std::string_view inside, std::size_t colon) {
        const bool in = piece.what == What::in;
        const std::size_t count = in ? inputs_ : outputs_;
        const std::string_view what = in ? "inputs" : "outputs";
        if (colon == std::string_view::npos) {
            if (count == 0)
                fail(fmt::format("The step has no {}, so that {{{}}} stands for nothing.", what, inside),
                     fmt::format("List its {}, or remove the word.", what));
            return;
        }
        const std::string_view digits = inside.substr(colon + 1);
        std::size_t index = 0;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
        if (error != std::errc{} || end != digits.data() + digits.size() || index >= count) {
            fail(fmt::format("{{{}}} names none of the step's {} {}.", inside, count, what),
                 count == 0 ? fmt::format("List its {}.", what)
                            : fmt::format("They are numbered from 0 to {}.", count - 1));
            return;
        }
        piece.index = index;
    }

    const std::string_view word_;
    const std::size_t inputs_, outputs_;
    CommandWord out_;
};

}  // namespace

CommandWord read_command_word(std::string_view word, std::size_t inputs, std::size_t outputs) {
    return Reader(word, inputs, outputs).read();
}

}  // namespace aibuild
