#include "greet.h"

#include <stdio.h>

void greeting(const char* name, char* out, unsigned long size) {
    snprintf(out, size, "Hello, %s!", name);
}
