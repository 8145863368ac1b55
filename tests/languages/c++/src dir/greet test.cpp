#include <cassert>
#include <cstdio>

#include "greet.hpp"

int main() {
    assert(greeting("Ada").find("Ada") != std::string::npos);
    std::puts("ok 1 - the name is there");
    assert(greeting("").size() > 2);
    std::puts("ok 2 - nobody is greeted, too");
}
