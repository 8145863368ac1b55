#pragma once

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

bool ascii_is_letter(unsigned char byte);

#ifdef __cplusplus
}
#endif
