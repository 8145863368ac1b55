#include "counter/counter.hpp"

#include <mutex>

#include "tokenizer/tokenizer.h"

namespace counter {

std::size_t count(std::span<const std::string_view> texts) {
    static std::mutex mutex;
    const std::lock_guard hold(mutex);
    std::size_t words = 0;
    for (const std::string_view text : texts) words += tokenizer_words(text.data(), text.size());
    return words;
}

}  // namespace counter
