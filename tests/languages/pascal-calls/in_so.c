int in_so(int n);

int in_so(int n) {
    return 10 * n;
}
