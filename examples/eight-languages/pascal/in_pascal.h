#pragma once

// n with a 1 behind it, from the handler of an exception. Pascal's units are initialized between init, which
// takes what main is given, and final: both are made with the library and named after it.
#ifdef __cplusplus
extern "C" {
#endif
void in_pascalinit(int argc, char** argv, char** envp);
void in_pascalfinal(void);
int in_pascal(int n);
#ifdef __cplusplus
}
#endif
