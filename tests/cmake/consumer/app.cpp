#include <cstring>

#include "ascii/ascii.h"
#include "banner/banner.h"
#include "counter/counter.hpp"

extern "C" {
#include "greet.h"
}

int main() {
    const std::string_view texts[] = {"one", "two three"};
    const bool good = counter::count(texts) == 3 && std::strcmp(banner(), "words:") == 0 &&
                      std::strcmp(greet(), "hello") == 0 && ascii_is_letter('a');
    return good ? 0 : 1;
}
