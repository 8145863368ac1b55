#include <stdio.h>
#include "nowhere.h"
int main(void) { return nowhere(); }
