#pragma once

#include <vector>

// The sum of all values.
int sum(const std::vector<int> &values);
