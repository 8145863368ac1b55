#include "units.h"

#include <cstdio>
#include <fstream>
#include <string>

#include "units_table.h"

int main(int argc, char** argv) {
    std::string first;
    if (argc == 3) std::getline(std::ifstream(argv[2]), first);
    const bool results[] = {units_metres("mile") == 1609.344, units_metres("kilometre") == 1000,
                            units_metres("parsec") == 0, units_count == 4, first == "#pragma once"};
    int number = 0;
    bool all = true;
    std::puts("1..5");
    for (bool result : results) {
        std::printf("%sok %d\n", result ? "" : "not ", ++number);
        all = all && result;
    }
    return all ? 0 : 1;
}
