#include <iostream>
#include <stdexcept>

#include "one_two.h"

int main() {
    try {
        throw std::runtime_error("C++'s unwinder and Rust's are in here");
    } catch (const std::runtime_error&) {
        std::cout << one(3) << ' ';
    }
    std::cout << two(3) << '\n';
}
