#include <greet/greet.hpp>

int main() { return greet("abc") == "Hello, 3 letters!" ? 0 : 1; }
