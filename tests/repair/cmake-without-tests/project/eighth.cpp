#include "parts.h"

int eighth(int value) { return half(quarter(value)); }
