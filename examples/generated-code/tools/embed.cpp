// embed TEXT HEADER NAME: a text as a constant of C++.
#include <fstream>

int main(int argc, char** argv) {
    if (argc != 4) return 2;
    std::ifstream in(argv[1], std::ios::binary);
    std::ofstream out(argv[2], std::ios::binary);
    out << "#pragma once\ninline constexpr unsigned char " << argv[3] << "[] = {";
    for (char c; in.get(c);) out << static_cast<unsigned>(static_cast<unsigned char>(c)) << ',';
    out << "0};\n";
    out.close();
    return in.eof() && out ? 0 : 1;
}
