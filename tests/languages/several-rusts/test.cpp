#include <cstdio>
#include <string>

#include "one_two.h"

static std::string said_by(const std::string& program) {
    char text[40] = "";
    if (FILE* out = popen(("'" + program + "'").c_str(), "r")) {
        if (std::fgets(text, sizeof text, out) == nullptr) text[0] = '\0';
        pclose(out);
    }
    return text;
}

int main(int argc, char** argv) {
    int failures = 0;
    for (int n = 1; n < argc; ++n) {
        const bool same = said_by(argv[n]) == "103 206\n";
        failures += same ? 0 : 1;
        std::printf("%s - %s\n", same ? "ok" : "not ok", argv[n]);
    }
    const bool here = one(1) == 101 && two(1) == 202;
    std::printf("%s - both in this one\n", here ? "ok" : "not ok");
    return failures + (here ? 0 : 1);
}
