#include "greet.hpp"

std::string farewell() {
    return "So long and thanks";
}
