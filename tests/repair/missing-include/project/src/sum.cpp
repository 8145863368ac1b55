#include "sum.h"

int sum(const std::vector<int> &values) {
    int total = 0;
    for (const int value : values) total += value;
    return total;
}
