#include <frobnicate/frob.h>
int main(void) { return frob(); }
