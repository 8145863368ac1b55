#include <stdio.h>

#include "twice.h"

int main(void) {
    int good = twice(21) == 42;
    puts("1..1");
    puts(good ? "ok 1 - twice" : "not ok 1 - twice");
    return !good;
}
