#include <stdlib.h>
int main(int argc, char **argv) {
    (void)argv;
    int *p = malloc(sizeof(int) * 2);
    p[argc + 1] = 1;
    int result = p[0];
    free(p);
    return result;
}
