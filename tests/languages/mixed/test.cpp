#include <cstdio>
#include <stdexcept>

#include "answers.h"

static bool passed = true;

static void check(const char* language, int answer, int expected) {
    passed = passed && answer == expected;
    std::printf("%s - %s answers %d\n", answer == expected ? "ok" : "not ok", language, answer);
}

int main() {
    in_d_init();
    in_adainit();
    check("C", in_c(3), 4);
    check("Rust", in_rust(3), 6);
    check("Go", in_go(3), 9);
    check("D", in_d(4), 14);
    check("Fortran", in_fortran(3), 300);
    check("Ada", in_ada(3), 7);
    bool caught = false;
    try {
        throw std::runtime_error("C++");
    } catch (const std::runtime_error&) {
        caught = true;
    }
    check("C++", caught, 1);
    in_adafinal();
    in_d_final();
    return passed ? 0 : 1;
}
