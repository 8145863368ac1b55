no-such-compiler --version
