#include <iostream>

#include "in_c.h"
#include "in_cpp.h"
#include "in_fortran.h"
#include "in_go.h"
#include "in_rust.h"
#include "runtimes.h"

int main(int argc, char** argv) {
    const Runtimes running(argc, argv);
    std::cout << "Ada " << in_ada(3) << ", C " << in_c(3) << ", C++ " << in_cpp(300) << ", D " << in_d(4)
              << ", Fortran " << in_fortran(3) << ", Go " << in_go(3) << ", Pascal " << in_pascal(3)
              << ", Rust " << in_rust(3) << '\n';
}
