#include <iostream>
#include <iterator>
#include <string>

#include "banner/banner.h"
#include "counter/counter.hpp"

int main() {
    const std::string text{std::istreambuf_iterator<char>(std::cin), {}};
    const std::string_view texts[] = {text};
    std::cout << banner() << ' ' << counter::count(texts) << '\n';
}
