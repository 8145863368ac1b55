#pragma once

extern "C" {
int in_c(int n);
int in_rust(int n);
int in_go(int n);
void in_d_init();
void in_d_final();
int in_d(int n);
int in_fortran(int n);
void in_adainit();
void in_adafinal();
int in_ada(int n);
}
