int twise(int value);

int twise(int value) {
    return 2 * value;
}
