#include "scaled.h"

int scaled(int value) {
    return value * 10;
}
