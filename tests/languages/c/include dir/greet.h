#pragma once

void greeting(const char* name, char* out, unsigned long size);
const char* farewell(void);
