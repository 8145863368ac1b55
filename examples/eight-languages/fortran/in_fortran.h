#pragma once

// A hundred times as much, written as text and read again.
#ifdef __cplusplus
extern "C" {
#endif
int in_fortran(int n);
#ifdef __cplusplus
}
#endif
