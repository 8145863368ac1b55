#include "greet/greet.hpp"

#include "letters.hpp"

std::string greet(std::string_view name) {
    if (name.starts_with(' ')) return greet(name.substr(1));  // C++20
    return "Hello, " + std::to_string(letters(std::string(name).c_str())) + " letters!";
}
