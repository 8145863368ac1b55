#include "tool/report/schedule.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <queue>
#include <utility>

namespace aibuild {

namespace {

std::vector<std::size_t> by_beginning(const std::vector<Span>& spans) {
    std::vector<std::size_t> order(spans.size());
    std::iota(order.begin(), order.end(), 0U);
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return std::pair(spans[a].start_ms, spans[a].end_ms) < std::pair(spans[b].start_ms, spans[b].end_ms);
    });
    return order;
}

struct Users {
    std::vector<std::vector<std::size_t>> of;  // who needs it
    std::vector<std::size_t> missing;          // how many it needs
};

Users users(const std::vector<Span>& spans) {
    Users out{std::vector<std::vector<std::size_t>>(spans.size()), std::vector<std::size_t>(spans.size())};
    for (std::size_t n = 0; n < spans.size(); ++n) {
        for (const std::size_t needed : spans[n].after) {
            if (needed == n || needed >= spans.size()) continue;
            out.of[needed].push_back(n);
            ++out.missing[n];
        }
    }
    return out;
}

}  // namespace

std::vector<std::size_t> lanes(const std::vector<Span>& spans) {
    std::vector<std::size_t> out(spans.size());
    std::vector<std::int64_t> free_at;
    for (const std::size_t n : by_beginning(spans)) {
        const auto lane = std::find_if(free_at.begin(), free_at.end(),
                                       [&](std::int64_t time) { return time <= spans[n].start_ms; });
        out[n] = static_cast<std::size_t>(lane - free_at.begin());
        if (lane == free_at.end()) {
            free_at.push_back(spans[n].end_ms);
        } else {
            *lane = spans[n].end_ms;
        }
    }
    return out;
}

std::vector<Level> levels(const std::vector<Span>& spans) {
    std::vector<std::pair<std::int64_t, int>> events;
    for (const Span& span : spans) {
        if (span.end_ms <= span.start_ms) continue;
        events.emplace_back(span.start_ms, 1);
        events.emplace_back(span.end_ms, -1);
    }
    std::sort(events.begin(), events.end());
    std::vector<Level> out{{0, 0}};
    int running = 0;
    for (std::size_t n = 0; n < events.size();) {
        const std::int64_t at = events[n].first;
        for (; n < events.size() && events[n].first == at; ++n) running += events[n].second;
        const auto now = static_cast<std::size_t>(running);
        if (out.back().at_ms == at) {
            out.back().running = now;
        } else if (out.back().running != now) {
            out.push_back({at, now});
        }
    }
    return out;
}

std::size_t widest(const std::vector<Level>& levels) {
    std::size_t out = 0;
    for (const Level& level : levels) out = std::max(out, level.running);
    return out;
}

std::vector<std::size_t> critical_path(const std::vector<Span>& spans) {
    constexpr auto none = static_cast<std::size_t>(-1);
    Users graph = users(spans);
    std::vector<std::int64_t> before(spans.size());  // the longest chain that ends where it begins
    std::vector<std::size_t> from(spans.size(), none);
    std::vector<std::size_t> ready;
    for (const std::size_t n : by_beginning(spans)) {
        if (graph.missing[n] == 0) ready.push_back(n);
    }
    std::size_t last = none;
    std::int64_t most = -1;
    for (std::size_t next = 0; next < ready.size(); ++next) {
        const std::size_t n = ready[next];
        const std::int64_t chain = before[n] + spans[n].took_ms();
        if (chain > most) {
            most = chain;
            last = n;
        }
        for (const std::size_t user : graph.of[n]) {
            if (chain > before[user] || from[user] == none) {
                before[user] = chain;
                from[user] = n;
            }
            if (--graph.missing[user] == 0) ready.push_back(user);
        }
    }
    std::vector<std::size_t> out;
    for (std::size_t n = last; n != none; n = from[n]) out.push_back(n);
    std::reverse(out.begin(), out.end());
    return out;
}

std::int64_t replay_ms(const std::vector<Span>& spans, std::size_t slots, std::optional<std::size_t> free) {
    Users graph = users(spans);
    std::vector<std::size_t> rank(spans.size());
    const std::vector<std::size_t> order = by_beginning(spans);
    for (std::size_t n = 0; n < order.size(); ++n) rank[order[n]] = n;
    const auto later = [&](std::size_t a, std::size_t b) { return rank[a] > rank[b]; };
    std::priority_queue<std::size_t, std::vector<std::size_t>, decltype(later)> ready(later);
    using Running = std::pair<std::int64_t, std::size_t>;  // until when, which
    std::priority_queue<Running, std::vector<Running>, std::greater<>> running;
    for (std::size_t n = 0; n < spans.size(); ++n) {
        if (graph.missing[n] == 0) ready.push(n);
    }
    std::int64_t now = 0;
    while (!ready.empty() || !running.empty()) {
        while (!ready.empty() && running.size() < std::max<std::size_t>(slots, 1)) {
            const std::size_t n = ready.top();
            ready.pop();
            running.emplace(now + (free == n ? 0 : spans[n].took_ms()), n);
        }
        now = running.top().first;
        for (; !running.empty() && running.top().first == now; running.pop()) {
            for (const std::size_t user : graph.of[running.top().second]) {
                if (--graph.missing[user] == 0) ready.push(user);
            }
        }
    }
    return now;
}

}  // namespace aibuild
