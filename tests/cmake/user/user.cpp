#include <iostream>

#include "ascii/ascii.h"
#include "banner/banner.h"
#include "counter/counter.hpp"

int main() {
    const std::string_view texts[] = {"one", "two three"};
    std::cout << banner() << (ascii_is_letter('a') ? ' ' : '?') << counter::count(texts) << '\n';
}
