#include "tool/engine/ninja_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <linux/keyctl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include "ninja-gen/error.h"

namespace aibuild {

namespace {

sigset_t interrupting() {
    sigset_t set;
    ::sigemptyset(&set);
    for (const int each : {SIGINT, SIGTERM, SIGHUP}) ::sigaddset(&set, each);
    return set;
}

[[noreturn]] void fail(const std::string& program, const char* what) {
    throw Error(Exit::failure, "build.start", program, fmt::format("{}: {}.", what, std::strerror(errno)),
                "Is this machine short of processes or open files? Try: ulimit -a");
}

struct Pipe {
    Fd read, write;
};

Pipe make_pipe(const std::string& program) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail(program, "A pipe can't be made");
    return {Fd(ends[0]), Fd(ends[1])};
}

// Both ends of a pseudo-terminal that hands bytes on as they are.
Pipe make_terminal(const std::string& program) {
    Pipe out;
    out.read = Fd(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
    std::array<char, 64> name{};
    if (!out.read || ::grantpt(out.read.get()) != 0 || ::unlockpt(out.read.get()) != 0 ||
        ::ptsname_r(out.read.get(), name.data(), name.size()) != 0)
        fail(program, "A pseudo-terminal can't be made");
    out.write = Fd(::open(name.data(), O_RDWR | O_NOCTTY | O_CLOEXEC));
    termios settings{};
    if (!out.write || ::tcgetattr(out.write.get(), &settings) != 0)
        fail(program, "A pseudo-terminal can't be made");
    ::cfmakeraw(&settings);
    ::tcsetattr(out.write.get(), TCSANOW, &settings);
    return out;
}

std::vector<char*> pointers(const std::vector<std::string>& words) {
    std::vector<char*> out;
    out.reserve(words.size() + 1);
    for (const std::string& word : words) out.push_back(const_cast<char*>(word.c_str()));
    out.push_back(nullptr);
    return out;
}

struct Start {
    char* const* argv;
    char* const* environment;
    const char* directory;
    const BuildLimits* limits;  // of a sandbox; null without one
    const sigset_t* signals;
    int output, errors, status;
    pid_t parent;
};

// Only what is safe between fork and exec; this process may have threads.
[[noreturn]] void become(const Start& what) {
    ::setsid();
    ::prctl(PR_SET_PDEATHSIG, what.limits != nullptr ? SIGKILL : SIGTERM);
    if (::getppid() != what.parent) ::_exit(127);
    // bubblewrap is not to end before ninja does; ninja sets its own handlers.
    for (const int each : {SIGINT, SIGTERM, SIGHUP}) ::signal(each, SIG_IGN);
    ::pthread_sigmask(SIG_SETMASK, what.signals, nullptr);
    if (what.limits != nullptr && !what.limits->enter()) ::_exit(126);
    // Keys that the person's session holds in the kernel are not among a process's descriptors or files: an
    // empty session of its own, where this kernel has such.
    if (what.limits != nullptr) ::syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, nullptr);
    ::dup2(::open("/dev/null", O_RDONLY), 0);
    ::dup2(what.output, 1);
    ::dup2(what.errors, 2);
    // Last: the number may be that of what was needed until here.
    if (what.limits != nullptr) ::dup2(what.status, Sandbox::status_fd);
    if (::chdir(what.directory) == 0) ::execve(what.argv[0], what.argv, what.environment);
    ::_exit(127);
}

// Not fork: that would copy the page tables while a thread reads the records of the whole build, which takes
// 4 ms of 100,000 files.
pid_t start(const Start& what) {
    const pid_t pid = ::vfork();
    if (pid == 0) become(what);
    return pid;
}

class Child {
  public:
    Child(const NinjaProcess& process, const NinjaCalls& calls, const Interrupts& interrupts)
        : calls_(calls), interrupts_(interrupts) {
        const std::vector<std::string> words =
            process.sandbox != nullptr ? process.sandbox->argv(process.argv) : process.argv;
        Pipe terminal = make_terminal(words[0]), errors = make_pipe(words[0]), status = make_pipe(words[0]);
        const std::vector<char*> argv = pointers(words), environment = pointers(process.environment);
        const std::string directory = process.directory.string();
        const BuildLimits* limits = process.sandbox != nullptr ? &process.sandbox->limits() : nullptr;
        pid_ = start({argv.data(), environment.data(), directory.c_str(), limits, &interrupts.before(),
                      terminal.write.get(), errors.write.get(), status.write.get(), ::getpid()});
        if (pid_ < 0) fail(words[0], "No further process can be made");
        // SIGCHLD could go to a thread that knows nothing of it.
        process_ = Fd(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
        output_ = std::move(terminal.read);
        errors_ = std::move(errors.read);
        status_ = std::move(status.read);
        for (const Fd* each : {&output_, &errors_, &status_}) ::fcntl(each->get(), F_SETFL, O_NONBLOCK);
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    // Where a callback threw.
    ~Child() {
        if (ended_) return;
        kill_all();
        ::waitpid(pid_, nullptr, 0);
    }

    NinjaEnd run() {
        using Clock = std::chrono::steady_clock;
        auto next_tick = Clock::now() + calls_.every;
        while (!ended_) {
            int wait = end_.interrupted ? 50 : -1;
            if (calls_.every.count() > 0) {
                const auto left = std::chrono::ceil<std::chrono::milliseconds>(next_tick - Clock::now());
                wait = static_cast<int>(std::max<std::int64_t>(0, left.count()));
            }
            std::array<pollfd, 4> ready{pollfd{output_.get(), POLLIN, 0}, pollfd{errors_.get(), POLLIN, 0},
                                        pollfd{interrupts_.descriptor(), POLLIN, 0},
                                        pollfd{process_.get(), POLLIN, 0}};
            ::poll(ready.data(), ready.size(), wait);
            drain(output_, calls_.output);
            drain(errors_, calls_.errors);
            while (interrupts_.next()) {
                // Who asks twice doesn't want to wait for steps that don't end.
                if (end_.interrupted) kill_all();
                end_.interrupted = true;
            }
            wait_for_end();
            if (end_.interrupted && !ended_) interrupt();
            if (calls_.every.count() > 0 && Clock::now() >= next_tick) {
                calls_.tick();
                next_tick = Clock::now() + calls_.every;
            }
        }
        // What it had written before it ended.
        drain(output_, calls_.output);
        drain(errors_, calls_.errors);
        return end_;
    }

    // What bubblewrap reported: a JSON object a line.
    std::string status() {
        std::string out;
        drain(status_, [&](std::string_view text) { out += text; });
        return out;
    }

  private:
    // Hands on all that is there; a descriptor that has come to its end is closed.
    static void drain(Fd& fd, const std::function<void(std::string_view)>& take) {
        std::array<char, 65536> buffer;
        while (fd) {
            const ssize_t got = ::read(fd.get(), buffer.data(), buffer.size());
            if (got > 0) {
                take(std::string_view(buffer.data(), static_cast<std::size_t>(got)));
            } else if (got == 0 || (errno != EINTR && errno != EAGAIN)) {
                fd = Fd();  // EIO: nobody has the terminal's other end any more
            } else if (errno == EAGAIN) {
                return;
            }
        }
    }

    // Each step leads a group of processes: those below us that do.
    void signal_steps(int signal) const {
        std::vector<pid_t> todo{pid_};
        while (!todo.empty()) {
            const pid_t at = todo.back();
            todo.pop_back();
            if (at != pid_ && ::getpgid(at) == at) ::kill(-at, signal);
            std::ifstream children(fmt::format("/proc/{0}/task/{0}/children", at));
            for (pid_t child = 0; children >> child;) todo.push_back(child);
        }
    }

    // In the sandbox everything ends with bubblewrap.
    void kill_all() const {
        signal_steps(SIGKILL);
        ::kill(-pid_, SIGKILL);
    }

    // As long as it reads its files ninja has no handler yet, and the signal is lost; a shell that is between
    // two commands loses what ninja sends to it. Ninja waits for its steps, and then tidies up.
    void interrupt() {
        using std::chrono::milliseconds;
        const auto now = std::chrono::steady_clock::now();
        if (asked_ == std::chrono::steady_clock::time_point()) asked_ = insisted_ = now;
        ::kill(-pid_, SIGINT);
        if (now - insisted_ < milliseconds(1000)) return;
        insisted_ = now;
        signal_steps(now - asked_ < milliseconds(5000) ? SIGTERM : SIGKILL);
    }

    void wait_for_end() {
        int status = 0;
        if (::waitpid(pid_, &status, WNOHANG) != pid_) return;
        ended_ = true;
        end_.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }

    const NinjaCalls& calls_;
    const Interrupts& interrupts_;
    pid_t pid_ = -1;
    Fd process_, output_, errors_, status_;
    bool ended_ = false;
    std::chrono::steady_clock::time_point asked_, insisted_;  // when it was interrupted, and its steps last
    NinjaEnd end_;
};

// As a shell has it, and bubblewrap too: ninja's own codes are less.
NinjaEnd with_signal(NinjaEnd end) {
    if (!end.interrupted && end.code > 128) end.by_signal = end.code - 128;
    return end;
}

}  // namespace

Interrupts::Interrupts() {
    const sigset_t set = interrupting();
    ::pthread_sigmask(SIG_BLOCK, &set, &before_);
    fd_ = Fd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

Interrupts::~Interrupts() {
    while (next()) {
    }
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

bool Interrupts::next() const {
    signalfd_siginfo info{};
    return ::read(fd_.get(), &info, sizeof info) == sizeof info;
}

void Interrupts::let_through(const std::function<void()>& during) const {
    const sigset_t set = interrupting();
    ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
    during();
    ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

std::string told_of_signal(const NinjaEnd& end, const std::vector<std::string>& running, bool in_sandbox) {
    std::string out =
        fmt::format("ninja was ended by signal {} ({})", end.by_signal, ::strsignal(end.by_signal));
    if (!running.empty()) {
        out +=
            fmt::format(" while {} step{} ran: {}. They {}", running.size(), running.size() == 1 ? "" : "s",
                        fmt::join(running, ", "), in_sandbox ? "ended with it" : "may still run");
    }
    return out +
           ". A step can have done that, a person, or the system where memory ran out: then try fewer at a "
           "time "
           "(-j). The same command goes on where this one stopped";
}

NinjaEnd run_ninja(const NinjaProcess& process, const NinjaCalls& calls, const Interrupts& interrupts) {
    if (process.sandbox == nullptr) return with_signal(Child(process, calls, interrupts).run());
    // Until the sandbox stands, what is said on standard error is bubblewrap's.
    std::string said;
    NinjaCalls inner = calls;
    inner.errors = [&](std::string_view text) {
        if (said.size() < 4096) said += text.substr(0, 4096);
        calls.errors(text);
    };
    Child child(process, inner, interrupts);
    NinjaEnd end = child.run();
    // It reports an exit code only of a command that it got to run.
    if (end.interrupted || child.status().find("\"exit-code\"") != std::string::npos) return with_signal(end);
    while (said.ends_with('\n')) said.pop_back();
    end.not_started = said.empty() ? fmt::format("it ended with code {}", end.code) : said;
    return end;
}

}  // namespace aibuild
