#include "parts.h"

int quarter(int value) { return half(half(value)); }
