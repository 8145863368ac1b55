// A stage of twelve files as it comes about, for the eyes and for tests/e2e/live_test.py: on a real terminal
// and clock, and without a model. Arguments: the milliseconds of a step, and how many steps it takes; it
// stops there.

#include <csignal>
#include <cstdlib>
#include <string>
#include <thread>

#include "tool/cli/progress_for.h"

namespace {

using aibuild::AskedItem;
using aibuild::ItemEnd;

volatile std::sig_atomic_t interrupted = 0;

std::vector<AskedItem> items() {
    std::vector<AskedItem> out = {{"include/words/counter.hpp", {}, 600},
                                  {"include/words/tokenizer.hpp", {}, 500},
                                  {"rust/tokenizer/src/lib.rs", {}, 1'500},
                                  {"docs/format.md", {}, 900},
                                  {"src/counter.cpp", {0, 1}, 1'600},
                                  {"src/tokenizer_with_a_rather_long_name_for_a_file.cpp", {1, 2}, 1'200},
                                  {"src/report/tables/of/many/columns/renderer.cpp", {0}, 1'800},
                                  {"programs/words.cpp", {0, 1}, 700},
                                  {"tests/counter_test.cpp", {4}, 1'000},
                                  {"tests/tokenizer_test.cpp", {5}, 1'000},
                                  {"tests/report_test.cpp", {6}, 1'100},
                                  {"README.md", {7}, 400}};
    return out;
}

}  // namespace

int main(int argc, char** argv) {
    const std::chrono::milliseconds step(argc > 1 ? std::atoi(argv[1]) : 100);
    const int steps = argc > 2 ? std::atoi(argv[2]) : 1'000;
    std::signal(SIGINT, [](int) { interrupted = 1; });

    const auto progress = aibuild::progress_for(aibuild::LiveMode::automatic);
    const std::vector<AskedItem> all = items();
    std::vector<std::size_t> bytes(all.size());
    std::vector<int> state(all.size());  // 0 waits, 1 is under way, 2 has arrived
    aibuild::Spent spent;
    progress->say("provider: demo, which asks nobody\x1b[31m");
    progress->begin(all);
    for (int now = 0; now < steps && interrupted == 0; ++now) {
        int under_way = 0, arrived = 0;
        for (std::size_t i = 0; i < all.size(); ++i) {
            if (state[i] == 1) {
                ++under_way;
                if (i == 2 && now == 6) progress->waits(i, "the server asks to wait (429)", step * 8);
                if (i == 2 && now >= 6 && now < 14) continue;
                bytes[i] += 400;
                progress->received(i, bytes[i]);
                if (i == 6 && now == 18)
                    progress->again(i, "answer.fence: The answer is Markdown with text around a block.");
                if (static_cast<std::int64_t>(bytes[i]) < all[i].guessed_tokens * 3) continue;
                state[i] = 2;
                ItemEnd end;
                if (i != 3) end.usage.output_tokens = static_cast<std::int64_t>(bytes[i] / 3);
                if (i == 6) end.again = 1, end.requests = 2;
                if (i == 0) end.notes = {"a Markdown fence"};
                spent.calls += end.requests;
                spent.input_tokens += 1'300;
                spent.output_tokens += static_cast<std::int64_t>(bytes[i] / 3);
                progress->finished(i, end);
            }
            arrived += state[i] == 2 ? 1 : 0;
        }
        if (arrived == static_cast<int>(all.size())) break;
        for (std::size_t i = 0; i < all.size() && under_way < 4; ++i) {
            bool ready = state[i] == 0;
            for (std::size_t other : all[i].after) ready = ready && state[other] == 2;
            if (!ready) continue;
            if (i == 11) {
                ItemEnd end;
                end.from_store = true;
                end.requests = 0;
                progress->finished(i, end);
                state[i] = 2;
                continue;
            }
            state[i] = 1;
            ++under_way;
            progress->started(i);
        }
        if (now == 20) progress->say("a line in between");
        std::this_thread::sleep_for(step);
        progress->tick();
    }
    spent.estimated = true;
    spent.cached_tokens = 1'100;
    progress->end(spent);
    return interrupted != 0 ? 130 : 0;
}
