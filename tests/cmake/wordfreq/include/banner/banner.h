#pragma once

#ifdef __cplusplus
extern "C" {
#endif

const char* banner(void);

#ifdef __cplusplus
}
#endif
