// logstat: how often a web server answered with which status, from its log on standard input.
#include <iostream>
#include <map>
#include <string>

int main() {
    std::map<int, int> count;
    for (std::string line; std::getline(std::cin, line);) {
        const std::size_t quote = line.rfind("\" ");
        if (quote != std::string::npos) ++count[std::atoi(line.c_str() + quote + 2)];
    }
    for (const auto& [status, times] : count) std::cout << status << ' ' << times << '\n';
}
