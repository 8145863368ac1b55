#include "tokenizer/tokenizer.h"

extern "C" bool plugin() { return tokenizer_words("a b", 3) == 2; }
