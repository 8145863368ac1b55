#include "tool/report/lines_changed.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace aibuild {

namespace {

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> out;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
        out.push_back(text.substr(0, end));
        text.remove_prefix(end);
    }
    return out;
}

}  // namespace

LinesChanged lines_changed(std::string_view before, std::string_view after) {
    const std::vector<std::string_view> a = lines_of(before), b = lines_of(after);
    const auto n = static_cast<std::int64_t>(a.size()), m = static_cast<std::int64_t>(b.size());
    // furthest[k + most]: how far into `a` a path of `edits` steps comes on diagonal k.
    const std::int64_t most = n + m;
    std::vector<std::int64_t> furthest(static_cast<std::size_t>(2 * most + 2));
    const auto at = [&](std::int64_t k) -> std::int64_t& {
        return furthest[static_cast<std::size_t>(k + most)];
    };
    for (std::int64_t edits = 0; edits <= most; ++edits) {
        for (std::int64_t k = -edits; k <= edits; k += 2) {
            const bool down = k == -edits || (k != edits && at(k - 1) < at(k + 1));
            std::int64_t x = edits == 0 ? 0 : down ? at(k + 1) : at(k - 1) + 1;
            while (x < n && x - k < m && a[static_cast<std::size_t>(x)] == b[static_cast<std::size_t>(x - k)])
                ++x;
            at(k) = x;
            if (x >= n && x - k >= m) {
                // added - removed is m - n, added + removed is edits.
                return {static_cast<std::size_t>((edits + m - n) / 2),
                        static_cast<std::size_t>((edits + n - m) / 2)};
            }
        }
    }
    return {};
}

}  // namespace aibuild
