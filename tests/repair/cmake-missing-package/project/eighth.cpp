#include "parts.h"

int eighth(int value) { return half(half(value)); }
