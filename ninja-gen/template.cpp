#include "ninja-gen/template.h"

#include <fmt/format.h>

#include "ninja-gen/error.h"

namespace aibuild {

namespace {

// A word cut into literal text and the values between.
struct Piece {
    std::string literal;
    Words values;
};

[[noreturn]] void fail(std::string_view where, std::string why) {
    throw Error(Exit::usage, "language.template", std::string(where), std::move(why),
                "Correct the language file; ninja-gen/languages/README.md lists the placeholders.");
}

Words values_of(std::string_view inside, const Values& values, std::string_view where) {
    const std::size_t bar = inside.find('|');
    const std::string_view names = inside.substr(0, bar);
    Words list;
    for (std::size_t begin = 0; begin <= names.size();) {
        const std::size_t comma = std::min(names.find(',', begin), names.size());
        const std::string_view name = names.substr(begin, comma - begin);
        const Words* found = values(name);
        if (found == nullptr) fail(where, fmt::format("There is no placeholder {{{}}}.", name));
        list.insert(list.end(), found->begin(), found->end());
        begin = comma + 1;
    }
    if (bar == std::string_view::npos) return list;
    std::string joined;
    for (const std::string& element : list) {
        if (&element != &list.front()) joined += inside.substr(bar + 1);
        joined += element;
    }
    return {joined};
}

void expand_word(const std::string& word, const Values& values, std::string_view where, Words& out) {
    std::vector<Piece> pieces;
    std::size_t repeats = 1;
    bool list_seen = false;
    for (std::size_t at = 0; at < word.size();) {
        const std::size_t open = word.find('{', at);
        Piece piece{word.substr(at, open - at), {""}};
        at = word.size();
        if (open != std::string::npos) {
            const std::size_t close = word.find('}', open);
            if (close == std::string::npos)
                fail(where, fmt::format("A brace is not closed in \"{}\".", word));
            piece.values =
                values_of(std::string_view(word).substr(open + 1, close - open - 1), values, where);
            if (piece.values.size() != 1) {
                if (list_seen) fail(where, fmt::format("\"{}\" has two lists.", word));
                list_seen = true;
                repeats = piece.values.size();
            }
            at = close + 1;
        }
        pieces.push_back(std::move(piece));
    }
    for (std::size_t n = 0; n < repeats; ++n) {
        std::string text;
        for (const Piece& piece : pieces)
            text += piece.literal + piece.values[piece.values.size() == 1 ? 0 : n];
        out.push_back(std::move(text));
    }
}

}  // namespace

Words expand(const Words& words, const Values& values, std::string_view where) {
    Words out;
    for (const std::string& word : words) expand_word(word, values, where, out);
    return out;
}

}  // namespace aibuild
