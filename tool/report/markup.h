#pragma once

// HTML that can't be forgotten to escape: tags are literals of this program, checked at compile time, and
// everything else is text.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace aibuild {

// `text` as UTF-8: bytes that are none become visible. What JSON can carry.
std::string utf8(std::string_view text);

// `text` so that it can't do anything where it is shown: controls, bidirectional overrides and what is not
// UTF-8 become visible. What every writer of a report shows, none of which takes any other bytes.
std::string shown(std::string_view text);

// Markup of this program's own: only a literal can become one.
class Literal {
  public:
    template <std::size_t N>
    // NOLINTNEXTLINE(google-explicit-constructor): that is how one is written
    consteval Literal(const char (&text)[N]) : text_(text, N - 1) {}
    constexpr std::string_view text() const { return text_; }

  private:
    std::string_view text_;
};

class Markup {
  public:
    Markup& tag(Literal literal) {
        out_ += literal.text();
        return *this;
    }
    // Markup that this program was built with: a style sheet.
    Markup& own(std::string_view embedded) {
        out_ += embedded;
        return *this;
    }
    // Of an element or of an attribute in double quotes.
    Markup& text(std::string_view text);
    // The same, with what stands between backticks as code.
    Markup& prose(std::string_view text);
    Markup& number(std::int64_t number);
    // At most one digit behind the point: what a picture needs.
    Markup& number(double number);
    Markup& number(std::size_t n) { return number(static_cast<std::int64_t>(n)); }
    Markup& number(int n) { return number(static_cast<std::int64_t>(n)); }

    std::string take() { return std::move(out_); }

  private:
    std::string out_;
};

}  // namespace aibuild
