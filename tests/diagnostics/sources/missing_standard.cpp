#include <vectr>
int main() { return 0; }
