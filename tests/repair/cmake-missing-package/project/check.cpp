#include <cstdio>

#include "parts.h"

int main() {
    if (eighth(64) == 8 && quarter(64) == 16) return 0;
    std::puts("check.cpp:7: eighth or quarter is wrong");
    return 1;
}
