#include <cstdio>
#include <cstdlib>

#include "units.h"
#include "usage.h"

int main(int argc, char** argv) {
    const double unit = argc == 3 ? units_metres(argv[2]) : 0;
    if (unit == 0) {
        std::fputs(reinterpret_cast<const char*>(usage), stderr);
        return 2;
    }
    std::printf("%g\n", std::atof(argv[1]) * unit);
}
