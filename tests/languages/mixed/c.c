int in_c(int n);

int in_c(int n) {
    return n + 1;
}
