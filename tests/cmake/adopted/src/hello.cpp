#include <iostream>

#include "greet/greet.hpp"

int main() { std::cout << greet("world") << '\n'; }
