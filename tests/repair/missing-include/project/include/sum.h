#pragma once

// The sum of all values.
int sum(const std::vector<int> &values);
