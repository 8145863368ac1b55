#pragma once

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

size_t tokenizer_words(const char* text, size_t length);

#ifdef __cplusplus
}
#endif
