#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "greet.h"

int main(void) {
    char text[40];
    greeting("Ada", text, sizeof text);
    assert(strstr(text, "Ada") != NULL);
    puts("ok 1 - the name is there");
    greeting("", text, sizeof text);
    assert(strlen(text) > 2);
    puts("ok 2 - nobody is greeted, too");
    return 0;
}
