#pragma once

inline int half(int value) { return value / 2; }
int quarter(int value);
int eighth(int value);
