#pragma once

// Whether standard error gets colours, and whether it can be drawn on: two questions. Who wants no colours
// still gets the live view; who forces colours into a pipe gets no cursor movement there.

#include <string>
#include <string_view>
#include <vector>

namespace aibuild {

// The first of these that says something:
//
//   NO_COLOR         not empty: none
//   FORCE_COLOR, CLICOLOR_FORCE  not empty: "0" none, else colours, also into a pipe or a file
//   CLICOLOR         "0": none
//   TERM             unset, empty or "dumb": none
//   `terminal`       colours where it is one
bool wants_colour(bool terminal);

// Can what is drawn there be drawn over?
bool can_redraw(bool terminal);

enum class Tone : unsigned char { heading, active, good, warning, faint };

class Style {
  public:
    explicit Style(bool colour) : colour_(colour) {}
    std::string operator()(Tone tone, std::string_view text) const;
    std::vector<std::string> operator()(Tone tone, std::vector<std::string> lines) const;

  private:
    bool colour_;
};

}  // namespace aibuild
