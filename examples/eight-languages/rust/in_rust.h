#pragma once

// Twice as much, through a Vec.
#ifdef __cplusplus
extern "C" {
#endif
int in_rust(int n);
#ifdef __cplusplus
}
#endif
