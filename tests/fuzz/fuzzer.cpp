// A libFuzzer of one property: tests/fuzz/README.md.

#include <cstddef>
#include <cstdint>

#include "tests/fuzz/properties.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    aibuild::fuzz::AIBUILD_PROPERTY({reinterpret_cast<const char*>(bytes), size});
    return 0;
}
