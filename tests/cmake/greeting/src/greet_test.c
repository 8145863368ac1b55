#include <string.h>

#include "greet.h"

int main(void) { return strcmp(greet(), "hello"); }
