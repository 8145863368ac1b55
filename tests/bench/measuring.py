"""Time and memory of child processes: both sides of a ratio alternate in one run, so that a noisy machine hurts them alike."""
import random
import statistics
import subprocess
import sys
import time


class Failed(Exception):
    """A command of the measurement failed; says which and what it printed."""


class MissingPeer(Exception):
    """What is measured against is not installed; says how to get it."""


def run(argv, **options):
    """The command's standard output."""
    done = subprocess.run([str(word) for word in argv], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True, errors="replace", **options)
    if done.returncode != 0:
        raise Failed(f"{' '.join(map(str, argv))}: exit code {done.returncode}\n{(done.stdout + done.stderr)[-2000:]}")
    return done.stdout


def seconds(argv, **options):
    begin = time.perf_counter()
    run(argv, **options)
    return time.perf_counter() - begin


class Side:
    """What is measured: a command, and what puts everything back before each of its runs."""

    def __init__(self, argv, prepare=None, **options):
        self.argv, self.prepare, self.options = argv, prepare or (lambda: None), options


def alternate(rounds, *sides):
    """The seconds of each run, a list a side. Every other round goes backwards, so that no side always runs in another's wake."""
    out = [[] for _ in sides]
    for n in range(rounds):
        order = list(zip(sides, out))
        for side, times in order if n % 2 == 0 else reversed(order):
            side.prepare()
            times.append(seconds(side.argv, **side.options))
    return out


def noise(runs, again):
    """How far from 1 chance alone brings the ratio of two medians of so many runs: of 4,000 pairs of samples drawn from runs of one and
    the same thing (an A/A measurement, interleaved with the real one) 95 in 100 lie nearer."""
    pool, size, draw = runs + again, len(runs), random.Random(1)
    ratios = [statistics.median(draw.choices(pool, k=size)) / statistics.median(draw.choices(pool, k=size)) for _ in range(4000)]
    return sorted(max(ratio, 1 / ratio) for ratio in ratios)[3800] - 1


# A child begins as a copy of its parent, and the kernel counts that: the parent is to be small.
PEAK = """import os, sys
pid = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=[(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0),
                                                                         (os.POSIX_SPAWN_OPEN, 2, "/dev/null", os.O_WRONLY, 0)])
_, status, usage = os.wait4(pid, 0)
own = int(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
print(usage.ru_maxrss, own)
sys.exit(os.waitstatus_to_exitcode(status) != 0)
"""


def peak_kib(argv, **options):
    """The most memory that a command had at any time."""
    peak, own = map(int, run([sys.executable, "-I", "-S", "-c", PEAK, *argv], **options).split())
    if peak <= own:
        raise Failed(f"{argv[0]} needs no more memory than what measures it ({own} KiB): take more files")
    return peak
