#include <stdio.h>

#include "greet.h"

int main(void) {
    char text[40];
    greeting("world", text, sizeof text);
    puts(text);
    return 0;
}
