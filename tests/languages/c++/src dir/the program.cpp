#include <cstdio>

#include "greet.hpp"

int main() {
    std::puts(greeting("world").c_str());
}
