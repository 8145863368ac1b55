#pragma once

#ifdef __cplusplus
extern "C" {
#endif

// How many metres a unit has; 0 for one that nobody knows.
double units_metres(const char* name);

#ifdef __cplusplus
}
#endif
