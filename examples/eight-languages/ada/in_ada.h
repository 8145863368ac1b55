#pragma once

// What is missing to ten, from the handler of an exception; 0 from ten on. Ada's packages are elaborated
// between init and final: GNAT makes these two and names them after the library.
#ifdef __cplusplus
extern "C" {
#endif
void in_adainit(void);
void in_adafinal(void);
int in_ada(int n);
#ifdef __cplusplus
}
#endif
