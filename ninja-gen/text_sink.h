#pragma once

#include <string_view>

namespace aibuild {

// Where a long text goes, piece by piece, so that nobody has to hold all of it.
class TextSink {
  public:
    TextSink() = default;
    TextSink(const TextSink&) = delete;
    TextSink& operator=(const TextSink&) = delete;
    virtual ~TextSink() = default;

    // Pieces come in order. May throw what writing throws.
    virtual void take(std::string_view piece) = 0;
};

}  // namespace aibuild
