#pragma once

int letters(const char* text);
