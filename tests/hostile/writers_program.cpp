// What crash_test.py kills and fails: everything that writes something down while AIBuild works, a row each.
//
//   writers_program list                a row's name a line
//   writers_program ROW prepare DIR     what is there before, in a directory that exists
//   writers_program ROW states DIR      acts; prints what is to be seen before, in between and at the end, in
//                                       order; after an empty line what is as good as the end
//   writers_program ROW act DIR         acts; exit code 10 is an Error
//   writers_program ROW check DIR       prints what is to be seen, acts, prints it again, and what it should
//   be

#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <vector>

#include "ninja-gen/error.h"
#include "ninja-gen/json.h"
#include "tool/engine/emitted.h"
#include "tool/inference/call_record.h"
#include "tool/inference/private_file.h"
#include "tool/inference/store.h"
#include "tool/state/run.h"
#include "tool/state/sources.h"
#include "tool/state/state.h"
#include "tool/workspace/consent.h"
#include "tool/workspace/hold.h"

namespace {

using namespace aibuild;
namespace asio = boost::asio;
namespace fs = std::filesystem;
using Path = const fs::path&;
using Step = const std::function<void()>&;

struct Writer {
    std::string name;
    std::function<void(Path dir)> prepare;
    std::function<void(Path dir, Step done)> act;  // `done` after each thing that is whole
    std::function<std::string(Path dir)> show;     // one line
    std::vector<std::string> between = {};         // what may be seen too, before the last state
    std::string instead = {};                      // what is as good as the last state
    // What is to be seen when all is done once more, from what was seen; nothing: the last state.
    std::function<std::string(const std::string& seen)> again = {};
};

Task task(TaskState state, std::string reason = "") {
    Task out;
    out.state = state;
    out.kind = "step";
    out.reason = std::move(reason);
    out.started_ms = 1'000;
    out.duration_ms = 10;
    out.by = "aibuild-gen";
    return out;
}

std::string slurp(Path path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

// What runs while its writer lives is cut off when it is gone.
std::string show_state(Path dir) {
    std::string out;
    const State state = read_state(dir / "build");
    for (const auto& [id, each] : state.tasks) {
        const TaskState how = each.state == TaskState::running ? TaskState::cancelled : each.state;
        out += fmt::format("{} {} {}; ", id, name_of(how), each.reason);
    }
    return out + std::to_string(state.log.size);
}

void some_state(Path dir) {
    State state;
    state.tasks["step:old"] = task(TaskState::succeeded, "long ago");
    state.tasks["step:a"] = task(TaskState::failed, "long ago");
    state.log = {10, "# ninja log v5", "tail", ""};
    write_state(dir / "build", state);
}

void record(Path dir, Step done) {
    Journal journal(dir / "build");
    journal.record("step:a", task(TaskState::running));
    done();
    journal.record("step:a", task(TaskState::succeeded, "its input changed"));
    done();
    journal.record("step:b", task(TaskState::running));
    done();
    journal.record("step:b", task(TaskState::failed, "exit code 1"));
    done();
}

// A journal whose writer was killed.
void killed_journal(Path dir) {
    some_state(dir);
    const pid_t child = ::fork();
    if (child == 0) {
        Journal journal(dir / "build");
        journal.record("step:before", task(TaskState::running));
        ::raise(SIGKILL);
    }
    ::waitpid(child, nullptr, 0);
}

// As `generate` does: it asks for two files, of which one fails.
void ask_files(Path dir, Step done) {
    const auto of_file = [](TaskState state, std::string reason) {
        Task out = task(state, std::move(reason));
        out.kind = "file";
        return out;
    };
    AskedJournal asked(dir / "build", "aibuild-gen generate");
    asked.record("file:a", of_file(TaskState::running, "it was missing"));
    done();
    asked.record("file:b", of_file(TaskState::running, "it was missing"));
    done();
    asked.record("file:a", of_file(TaskState::running, "its answer is stored"));
    done();
    asked.record("file:b", of_file(TaskState::failed, "answer.refused"));
    done();
}

std::string show_runs(Path dir) {
    std::string out;
    for (const BuildRun& run : read_runs(dir / "build"))
        out += fmt::format("{}/{} ", run.id, run.steps.size());
    return out;
}

std::string runs(int first, int last) {
    std::string out;
    for (int n = first; n <= last; ++n) out += fmt::format("{}/3 ", n);
    return out;
}

void keep(Path dir) {
    const Hold hold(Root(dir / "build"), "writer");
    BuildRun run;
    run.steps = {RunStep{"a"}, RunStep{"b"}, RunStep{"c"}};
    keep_run(dir / "build", run);
}

Request request() {
    Request out;
    out.stage = "file";
    out.subject = "a.cpp";
    out.model = "m";
    out.messages = {{"user", "Write a.cpp."}};
    return out;
}

// Every answer of this one is a line in a file: a bill.
class Paid : public Provider {
  public:
    explicit Paid(fs::path bill) : bill_(std::move(bill)) {}
    std::string name() const override { return "paid"; }
    bool costs() const override { return true; }
    asio::awaitable<Response> answer(const Request& /*request*/, CallWatch* /*watch*/) override {
        std::FILE* file = std::fopen(bill_.c_str(), "a");
        if (file == nullptr) throw Error(Exit::provider, "provider.down", "", "It is down.", "Wait.");
        std::fputs("paid\n", file);
        if (std::fclose(file) != 0) throw Error(Exit::provider, "provider.down", "", "It is down.", "Wait.");
        Response out;
        out.outcome = Outcome::complete;
        out.text = "int main() {}\n";
        out.provider = out.model = "paid";
        co_return out;
    }

  private:
    fs::path bill_;
};

// The text is used only after it was stored: it is what the file `used` gets.
void ask(Path dir, Step done) {
    const auto store = std::make_shared<ResponseStore>(std::vector{dir / "store"}, dir / "store");
    const auto provider = stored(std::make_unique<Paid>(dir / "bill"), store);
    asio::io_context loop(1);
    std::exception_ptr failure;
    asio::co_spawn(
        loop, [&]() -> asio::awaitable<void> { (void)co_await provider->answer(request()); },
        [&](const std::exception_ptr& error) { failure = error; });
    loop.run();
    if (failure) std::rethrow_exception(failure);
    done();
}

std::string show_paid(Path dir) {
    const std::string bill = slurp(dir / "bill");
    const bool found = ResponseStore({dir / "store"}, dir / "store").find(key_of(request())).has_value();
    return fmt::format("paid {}, {}", std::count(bill.begin(), bill.end(), '\n'),
                       found ? "stored" : "not stored");
}

// A paid answer that the disk won't give is not bought once more.
void ask_again(Path dir, Step done) {
    ask(dir, done);
    write_atomically(dir / "used", "the answer");
    done();
}

std::string show_used(Path dir) {
    return show_paid(dir) + (fs::exists(dir / "used") ? ", used" : ", not used");
}

const std::vector<ConsentItem> consent_items = {{"the step one", "command one"},
                                                {"the step two", "command two"}};

std::string show_consents(Path dir) {
    return fmt::format("{} missing", Consents(dir / "project").missing(consent_items).size());
}

CallRecord call() {
    CallRecord out;
    out.subject = "a.cpp";
    out.outcome = "complete";
    return out;
}

void append(Path dir, std::int64_t rotate_at) {
    std::string problem;
    if (!CallLog(dir / "log", rotate_at).append(call(), problem))
        throw Error(Exit::failure, "log", "", problem, "Nothing: the answer is used all the same.");
}

// Whole lines alone, or an Error.
std::string show_calls(Path dir) {
    std::string out;
    for (const char* name : {"calls.jsonl", "calls.jsonl.1"}) {
        std::ifstream in(dir / "log" / name);
        int lines = 0;
        for (std::string line; std::getline(in, line); ++lines) json::parse(line, name);
        out += fmt::format("{} ", lines);
    }
    return out;
}

Emitted emitted(std::string inputs) {
    Emitted out;
    out.inputs = std::move(inputs);
    out.outputs["build.ninja"] = "print";
    return out;
}

std::vector<Writer> writers() {
    const auto build = [](Path dir) { fs::create_directories(dir / "build"); };
    const auto inputs = [](Path dir) { return read_emitted(dir / "build").inputs; };
    return {
        {"journal", some_state, record, show_state},
        {"first-journal", [](Path) {}, record, show_state},
        {"killed-journal", killed_journal, record, show_state},
        {"asked-journal", some_state, ask_files, show_state},
        {"state", some_state,
         [](Path dir, Step done) {
             const Hold hold(Root(dir / "build"), "writer");
             State state = read_state(dir / "build");
             state.tasks["step:new"] = task(TaskState::succeeded);
             state.tasks.erase("step:old");
             write_state(dir / "build", state);
             done();
         },
         show_state},
        {"sync", killed_journal,
         [](Path dir, Step done) {
             sync_state(dir / "build", {20, "# ninja log v5", "tail", ""},
                        {{"step:a", "step", 9'000, 5, true}}, {});
             done();
         },
         show_state},
        {"runs",
         [build](Path dir) {
             build(dir);
             for (int n = 0; n < 20; ++n) keep(dir);
         },
         [](Path dir, Step done) {
             keep(dir);
             done();
         },
         show_runs,
         {runs(1, 21)},
         "",
         [](const std::string& seen) { return seen == runs(1, 20) ? runs(2, 21) : runs(3, 22); }},
        {"sources",
         [build](Path dir) {
             build(dir);
             write_sources(dir / "build", {{"a", {"old", 1, 2}}});
         },
         [](Path dir, Step done) {
             write_sources(dir / "build", {{"a", {"new", 1, 2}}, {"b", {"new", 1, 2}}});
             done();
         },
         [](Path dir) {
             std::string out;
             for (const auto& [path, source] : read_sources(dir / "build"))
                 out += path + " " + source.sha256 + "; ";
             return out;
         }},
        {"emitted",
         [](Path dir) {
             fs::create_directories(dir / "build/.aibuild");
             write_emitted(dir / "build", emitted("old"));
         },
         [](Path dir, Step done) {
             write_emitted(dir / "build", emitted("new"));
             done();
         },
         inputs},
        {"answer",
         [](Path) {},
         ask,
         show_paid,
         {"paid 1, not stored"},
         "",
         [](const std::string& seen) {
             return seen == "paid 1, not stored" ? "paid 2, stored" : "paid 1, stored";
         }},
        {"stored-answer",
         [](Path dir) { ask(dir, [] {}); },
         ask_again,
         show_used,
         {"paid 1, stored, not used"},
         "paid 1, stored, used"},
        {"consent",
         [](Path dir) { fs::create_directory(dir / "project"); },
         [](Path dir, Step done) {
             Consents(dir / "project")
                 .need(
                     consent_items, [](const std::string&) { return true; }, "agree");
             done();
         },
         show_consents,
         {"1 missing"}},
        {"call",
         [](Path dir) { append(dir, CallLog::rotated_at); },
         [](Path dir, Step done) {
             append(dir, CallLog::rotated_at);
             done();
         },
         show_calls,
         {},
         "",
         [](const std::string& seen) { return seen == "1 0 " ? "2 0 " : "3 0 "; }},
        {"call-rotated",
         [](Path dir) { append(dir, CallLog::rotated_at); },
         [](Path dir, Step done) {
             append(dir, 1);
             done();
         },
         show_calls,
         {"0 1 "},
         "2 0 ",
         [](const std::string& seen) { return seen == "2 0 " ? "1 2 " : "1 1 "; }},
        {"hold", [](Path) {},
         [](Path dir, Step done) {
             {
                 const Hold hold(Root(dir), "aibuild-gen build");
                 fs::create_directory(dir / "worked");
             }
             done();
         },
         [](Path dir) {
             { const Hold hold(Root(dir), "who looks"); }
             return fmt::format("free, {}, {}", fs::exists(dir / "worked"), fs::exists(dir / ".aibuild"));
         }},
    };
}

int act(const Writer& writer, Path dir, Step done) {
    try {
        writer.act(dir, done);
        return 0;
    } catch (const std::exception& error) {
        fmt::print(stderr, "{}\n", error.what());
        return 10;
    }
}

}  // namespace

int main(int argc, char** argv) {
    ::access("the loader has done its work", F_OK);
    if (argc == 2) {
        for (const Writer& writer : writers()) fmt::print("{}\n", writer.name);
        return 0;
    }
    if (argc != 4) return 2;
    const std::string name = argv[1], verb = argv[2];
    const fs::path dir = argv[3];
    ::setenv("XDG_STATE_HOME", (dir / "home").c_str(), 1);
    for (const Writer& writer : writers()) {
        if (writer.name != name) continue;
        if (verb == "prepare") {
            writer.prepare(dir);
            return 0;
        }
        if (verb == "act") return act(writer, dir, [] {});
        const auto print = [&] { fmt::print("{}\n", writer.show(dir)); };
        if (verb == "states") {
            print();
            for (const std::string& line : writer.between) fmt::print("{}\n", line);
            const int code = act(writer, dir, print);
            if (!writer.instead.empty()) fmt::print("\n{}\n", writer.instead);
            return code;
        }
        const std::string seen = writer.show(dir);
        fmt::print("{}\n", seen);
        const int code = act(writer, dir, [] {});
        fmt::print("{}\n", writer.show(dir));
        if (writer.again) fmt::print("{}\n", writer.again(seen));
        return code;
    }
    return 2;
}
