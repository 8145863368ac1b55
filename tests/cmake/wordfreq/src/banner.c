#include "banner/banner.h"

const char* banner(void) { return "words:"; }
