"""Rows about `aibuild-gen build`: what it adds to plain ninja, in the sandbox and with everything written down. It may add the larger of 5 %
and 30 ms: a ratio of 1 is all of that."""
import statistics
import subprocess

import ninja_graph
from measuring import Failed, Side, alternate

median = statistics.median
SHARE, SECONDS = 0.05, 0.030


def added(what, ours, theirs, **more):
    allowed = max(SHARE * median(theirs), SECONDS)
    return {"what": what, "ratio": max(0.0, round((median(ours) - median(theirs)) / allowed, 4)), "bar": 1.0, "ours_ms": round(median(ours) * 1000, 1),
            "peer_ms": round(median(theirs) * 1000, 1), "allowed_ms": round(allowed * 1000, 1), **more}


def command(bench, root):
    return [bench.program, "build", "-C", root, "--sandbox", "require"]


def nothing_to_do(bench, files):
    root = bench.finished("aibuild", files)
    us, off, them = alternate(3 * bench.rounds, Side(command(bench, root)), Side([bench.program, "build", "-C", root, "--sandbox", "off"]),
                              Side(["ninja", "-C", root / "build"]))
    if not ninja_graph.nothing_to_do(root / "build"):
        raise Failed(f"{root} had something to do")
    yield added(f"what build adds to ninja with nothing to do, {files:,} files", us, them, without_sandbox_ms=round(median(off) * 1000, 1))


def full(bench, files):
    root = bench.wide("aibuild", files)

    def clean():
        subprocess.run(["ninja", "-C", root / "build", "-t", "clean"], check=True, stdout=subprocess.DEVNULL)

    us, them = alternate(min(bench.rounds, 4), Side(command(bench, root), clean), Side(["ninja", "-C", root / "build"], clean))
    yield added(f"what build adds to a full build of ninja, {files:,} files", us, them)


def table(bench):
    return [*((f"build with nothing to do against ninja, {files:,} files", 1.0, lambda files=files: nothing_to_do(bench, files))
              for files in (bench.small, bench.middle, bench.large)),
            ("full build against ninja", 1.0, lambda: full(bench, bench.small))]
