#include <cstdio>

#include "in_c.h"
#include "in_cpp.h"
#include "in_fortran.h"
#include "in_go.h"
#include "in_rust.h"
#include "runtimes.h"

static bool passed = true;

static void check(const char* language, int answer, int expected) {
    passed = passed && answer == expected;
    std::printf("%s - %s answers %d\n", answer == expected ? "ok" : "not ok", language, answer);
    std::fflush(stdout);
}

int main(int argc, char** argv) {
    const Runtimes running(argc, argv);
    check("Ada", in_ada(3), 7);
    check("C", in_c(3), 4);
    check("C++", in_cpp(300), 3);
    check("D", in_d(4), 14);
    check("Fortran", in_fortran(3), 300);
    check("Go", in_go(3), 9);
    check("Pascal", in_pascal(3), 31);
    check("Rust", in_rust(3), 6);
    return passed ? 0 : 1;
}
