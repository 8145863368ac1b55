#include <stdio.h>
#include <stdlib.h>

int in_c(int n);

int in_c(int n) {
    char text[20];
    snprintf(text, sizeof text, "%d", n + 1);
    return atoi(text);
}
