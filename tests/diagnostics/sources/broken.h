#pragma once
inline int twice(int x) { return x * two; }
