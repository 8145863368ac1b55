#include "letters.hpp"

int letters(const char* text) {
    int count = 0;
    for (; *text != '\0'; ++text) count += (*text >= 'a' && *text <= 'z') ? 1 : 0;
    return count;
}
