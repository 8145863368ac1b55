#include "letters.hpp"

int counted() { return letters("counted"); }
