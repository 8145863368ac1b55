#include <string>
#include "broken.h"
int main() { return twice(2); }
