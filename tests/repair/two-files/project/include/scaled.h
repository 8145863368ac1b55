#pragma once

// The value times the factor.
int scaled(int value);
