#pragma once

// One more.
#ifdef __cplusplus
extern "C" {
#endif
int in_c(int n);
#ifdef __cplusplus
}
#endif
