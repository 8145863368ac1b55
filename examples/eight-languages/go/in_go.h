#pragma once

// The square, from a goroutine. Go starts its runtime itself when the program does.
#ifdef __cplusplus
extern "C" {
#endif
int in_go(int n);
#ifdef __cplusplus
}
#endif
