#include <greet/greet.hpp>

int main() { return greet("you").empty() ? 1 : 0; }
