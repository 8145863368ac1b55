#include <cstdio>

#include "scaled.h"

int main() {
    const bool good = scaled(6, 7) == 42;
    std::puts("1..1");
    std::puts(good ? "ok 1 - six times seven" : "not ok 1 - six times seven");
    return good ? 0 : 1;
}
