#include <stdio.h>

#include "lines.h"

int main(void) {
    const int good = lines_count("/dev/null") == 0;
    puts("1..1");
    puts(good ? "ok 1 - of an empty file" : "not ok 1 - of an empty file");
    return !good;
}
