#pragma once

// What holds of every input there is. Throw std::logic_error where it does not.

#include <string_view>

namespace aibuild::fuzz {

// A model's text is an object or a refusal that can be told to the model; and an object that was read,
// written as JSON, is read as itself without a repair.
void structure_holds(std::string_view text);

// A stream gives the same events however it is cut; the first byte says where.
void events_hold(std::string_view bytes);

}  // namespace aibuild::fuzz
