#include "in_cpp.h"

#include <stdexcept>
#include <string>

int in_cpp(int n) {
    try {
        throw std::runtime_error(std::to_string(n));
    } catch (const std::runtime_error& error) {
        return static_cast<int>(std::string(error.what()).size());
    }
}
