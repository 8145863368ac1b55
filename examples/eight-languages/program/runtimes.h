#pragma once

#include <unistd.h>

#include "in_ada.h"
#include "in_d.h"
#include "in_pascal.h"

// Starts what has to be started before the libraries are used, and ends it when it goes out of scope. The
// headers say what that is; C, C++, Fortran, Go and Rust need nothing.
class Runtimes {
  public:
    Runtimes(int argc, char** argv) {
        in_d_init();
        in_adainit();
        in_pascalinit(argc, argv, environ);
    }
    ~Runtimes() {
        in_pascalfinal();
        in_adafinal();
        in_d_final();
    }
    Runtimes(const Runtimes&) = delete;
    Runtimes& operator=(const Runtimes&) = delete;
};
