#include <cassert>

#include "counter/counter.hpp"

int main() {
    const std::string_view texts[] = {"one two", "", "three"};
    assert(counter::count(texts) == 3);
}
