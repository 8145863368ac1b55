#pragma once

// A set of texts that others keep, by number: open addressing over 32-bit indices.
//
// 100,000 paths in a std::unordered_set of string_views take 6 MB and a tenth of the time of a whole emit;
// here 1 MB and a third of that.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

namespace aibuild {

class PathTable {
  public:
    // Forgets all; room for `count` texts.
    void reset(std::size_t count) {
        std::size_t size = 16;
        while (size < 2 * count) size *= 2;
        slots_.assign(size, empty);
    }

    // The number under which `text` is in the table already, or `number`, under which it is from now on.
    // `text_of(k)` is the text that was put in as k.
    template <class TextOf>
    std::uint32_t insert(std::string_view text, std::uint32_t number, TextOf text_of) {
        std::uint32_t& slot = find(text, text_of);
        if (slot == empty) slot = number;
        return slot;
    }

    template <class TextOf>
    bool contains(std::string_view text, TextOf text_of) {
        return find(text, text_of) != empty;
    }

  private:
    static constexpr std::uint32_t empty = UINT32_MAX;

    template <class TextOf>
    std::uint32_t& find(std::string_view text, TextOf text_of) {
        const std::size_t mask = slots_.size() - 1;
        std::size_t n = std::hash<std::string_view>{}(text)&mask;
        while (slots_[n] != empty && text_of(slots_[n]) != text) n = (n + 1) & mask;
        return slots_[n];
    }

    std::vector<std::uint32_t> slots_;
};

}  // namespace aibuild
