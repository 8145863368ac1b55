// The properties of every input, held against the corpus and some thousand mutations of it: the same ones in
// each run, without a fuzzer and in a second. What a fuzzer finds is put into the corpus.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "tests/fuzz/properties.h"

namespace aibuild::fuzz {
namespace {

namespace fs = std::filesystem;
using namespace std::string_view_literals;

using Property = void (*)(std::string_view);

std::vector<std::string> corpus(const std::string& name) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(fs::path(TEST_DATA_DIR) / "corpus" / name))
        files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    std::vector<std::string> out;
    for (const fs::path& file : files) {
        std::ostringstream text;
        text << std::ifstream(file, std::ios::binary).rdbuf();
        out.push_back(text.str());
    }
    return out;
}

class Mutations {
  public:
    explicit Mutations(std::vector<std::string> seeds) : seeds_(std::move(seeds)) {}

    // One of the seeds, changed in one to eight places: what a model, or a network, makes of it.
    std::string next() {
        std::string text = seeds_[below(seeds_.size())];
        for (std::size_t n = 1 + below(8); n > 0; --n) change(text);
        return text;
    }

  private:
    std::size_t below(std::size_t limit) { return random_() % limit; }

    void change(std::string& text) {
        // Where syntax turns on one byte.
        static constexpr std::string_view telling = "{}[]\",:\\/#*`<> \n\r\t0-.eE\xef\xbb\xbf\x80\x00"sv;
        const std::size_t at = below(text.size() + 1);
        switch (below(6)) {
            case 0:
                text.insert(at, 1, telling[below(telling.size())]);
                break;
            case 1:
                text.insert(at, 1, static_cast<char>(below(256)));
                break;
            case 2:
                text.erase(at, 1 + below(4));
                break;
            case 3:
                text.resize(at);
                break;
            case 4: {
                const std::string piece = text.substr(at, 1 + below(20));
                text.insert(below(text.size() + 1), piece);
                break;
            }
            default: {
                const std::string& other = seeds_[below(seeds_.size())];
                text.insert(at, other.substr(below(other.size() + 1), 1 + below(20)));
            }
        }
    }

    std::vector<std::string> seeds_;
    std::mt19937 random_{4711};
};

void hold(Property property, const std::string& name) {
    const std::vector<std::string> seeds = corpus(name);
    ASSERT_GE(seeds.size(), 4U);
    for (const std::string& seed : seeds) ASSERT_NO_THROW(property(seed)) << testing::PrintToString(seed);
    Mutations mutations(seeds);
    for (int n = 0; n < 20'000; ++n) {
        const std::string text = mutations.next();
        ASSERT_NO_THROW(property(text)) << n << ": " << testing::PrintToString(text);
    }
}

TEST(Fuzz, Structure) {
    hold(structure_holds, "structure");
}

TEST(Fuzz, Events) {
    hold(events_hold, "events");
}

}  // namespace
}  // namespace aibuild::fuzz
