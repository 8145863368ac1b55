#include <iostream>

#include "answers.h"

int main() {
    in_d_init();
    in_adainit();
    std::cout << in_c(3) << ' ' << in_rust(3) << ' ' << in_go(3) << ' ' << in_d(3) << ' ' << in_fortran(3)
              << ' ' << in_ada(3) << '\n';
    in_adafinal();
    in_d_final();
}
