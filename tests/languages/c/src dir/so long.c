#include "greet.h"

const char* farewell(void) {
    return "So long and thanks";
}
