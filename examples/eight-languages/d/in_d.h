#pragma once

// The sum of the squares below n, from an array that D's collector owns. D's runtime runs between init and
// final.
#ifdef __cplusplus
extern "C" {
#endif
void in_d_init(void);
void in_d_final(void);
int in_d(int n);
#ifdef __cplusplus
}
#endif
