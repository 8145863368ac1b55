#pragma once

// How many digits n has, from the handler of an exception.
int in_cpp(int n);
