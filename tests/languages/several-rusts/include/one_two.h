#pragma once

extern "C" {
int one(int n);
int two(int n);
}
