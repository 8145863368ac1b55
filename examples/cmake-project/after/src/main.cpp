// logstat: how often a web server answered with which status, and how many bytes it sent with it, from its log on
// standard input. Lines that are no entry of a log are counted on standard error; any of them makes the exit code 1.
#include <cstdint>
#include <iostream>
#include <map>
#include <string>

#include "logstat/log_line.hpp"

int main() {
    struct Sum {
        int times = 0;
        std::uint64_t bytes = 0;
    };
    std::map<int, Sum> sums;
    int others = 0;
    for (std::string line; std::getline(std::cin, line);) {
        const auto entry = logstat::parse(line);
        if (!entry) {
            ++others;
            continue;
        }
        Sum& sum = sums[entry->status];
        ++sum.times;
        sum.bytes += entry->bytes.value_or(0);
    }
    for (const auto& [status, sum] : sums) std::cout << status << ' ' << sum.times << ' ' << sum.bytes << '\n';
    if (others > 0) std::cerr << "logstat: " << others << " lines are no entry of a log\n";
    return others > 0;
}
