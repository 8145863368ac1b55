#include "tool/report/lines_changed.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

namespace aibuild {
namespace {

std::pair<std::size_t, std::size_t> changed(std::string_view before, std::string_view after) {
    const LinesChanged out = lines_changed(before, after);
    return {out.added, out.removed};
}

using Pair = std::pair<std::size_t, std::size_t>;

TEST(LinesChanged, Counts) {
    EXPECT_EQ(changed("", ""), Pair(0, 0));
    EXPECT_EQ(changed("a\nb\n", "a\nb\n"), Pair(0, 0));
    EXPECT_EQ(changed("", "a\nb\n"), Pair(2, 0));
    EXPECT_EQ(changed("a\nb\n", ""), Pair(0, 2));
    EXPECT_EQ(changed("a\nb\nc\n", "a\nx\nc\n"), Pair(1, 1));
    EXPECT_EQ(changed("a\nb\nc\n", "c\na\nb\n"), Pair(1, 1));
    EXPECT_EQ(changed("a\nb", "a\nb\n"), Pair(1, 1));  // the end of the last line is a change of it
}

// The length of the longest common subsequence, the slow way.
std::size_t common(const std::string& a, const std::string& b) {
    std::vector<std::vector<std::size_t>> best(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = 1; i <= a.size(); ++i) {
        for (std::size_t j = 1; j <= b.size(); ++j)
            best[i][j] =
                a[i - 1] == b[j - 1] ? best[i - 1][j - 1] + 1 : std::max(best[i - 1][j], best[i][j - 1]);
    }
    return best[a.size()][b.size()];
}

TEST(LinesChanged, AreTheFewest) {
    std::mt19937 random(11);
    const auto text = [&] {
        std::string out(random() % 25, ' ');
        for (char& c : out) c = static_cast<char>('a' + random() % 4);
        return out;
    };
    const auto lines = [](const std::string& letters) {
        std::string out;
        for (const char c : letters) out += std::string(1, c) + "\n";
        return out;
    };
    for (int round = 0; round < 500; ++round) {
        const std::string a = text(), b = text();
        const std::size_t same = common(a, b);
        EXPECT_EQ(changed(lines(a), lines(b)), Pair(b.size() - same, a.size() - same)) << a << " " << b;
    }
}

}  // namespace
}  // namespace aibuild
