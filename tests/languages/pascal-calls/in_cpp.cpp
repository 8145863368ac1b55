#include <stdexcept>
#include <string>

extern "C" int in_c(int n);

extern "C" int in_cpp(int n);

extern "C" int in_cpp(int n) {
    static const std::string started = "initialized before main";
    try {
        throw std::runtime_error(std::to_string(in_c(n)) + started.substr(0, 0) + "0");
    } catch (const std::exception& error) {
        return std::stoi(error.what());
    }
}
