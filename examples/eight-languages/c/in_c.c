#include "in_c.h"

int in_c(int n) {
    return n + 1;
}
