#!/usr/bin/env python3
"""crash_test.py PROGRAM ROW

Runs one row of writers_program.cpp, or `aibuild-gen emit` as the row `emit`, once for every system call on files that it makes, and kills it there or lets that call fail. What is
to be seen afterwards is a state that the row passes through: old or new, never half. A later kill never shows an earlier state than the
kill before it: what was recorded stays recorded. Then the same is done once more, as the next run would, and has to come out as if
nothing had been.

A kill comes before the call is carried out; calls that change nothing are not killed, as the state is the same as at the next one that
does. Of those that read, EIO is tried; of the others ENOSPC, EIO and EXDEV too.
"""
import collections
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

CHANGE = {"openat", "openat2", "mkdir", "mkdirat", "linkat", "write", "pwrite64", "ftruncate", "fchmod", "fsync", "rename", "renameat", "renameat2",
          "unlink", "unlinkat", "rmdir", "fcntl", "flock"}
ERRORS = ("ENOSPC", "EIO", "EXDEV")
REFUSED = 10  # the exit code of an Error
SWEPT = ("answer", "runs", "state")  # who writes there next removes what was left half written
HALF = re.compile(r"^\.aibuild-tmp-|\.json\.\w{6}$")
MARK = "the loader has done its work"


class Broken(Exception):
    pass


class Row:
    def __init__(self, program, name, scratch):
        self.program, self.name, self.scratch = program, name, scratch
        self.base, self.dir, self.log = scratch / "base", scratch / "now", scratch / "log"
        self.base.mkdir()
        self.run("prepare", self.base)
        self.reset()
        lines = self.run("states", self.dir)
        end = lines.index("") if "" in lines else len(lines)
        self.states = lines[:end]
        self.last = lines[end - 1:end] + lines[end + 1:]  # all of them as good
        if len(set(self.states)) < 2:
            raise Broken(f"nothing changes: {self.states}")
        self.killed = self.refused = self.done = 0

    def run(self, verb, directory):
        done = subprocess.run([self.program, self.name, verb, directory], capture_output=True, text=True, timeout=60)
        if done.returncode != 0:
            raise Broken(f"{verb} ends with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout.splitlines()

    def reset(self):
        shutil.rmtree(self.dir, ignore_errors=True)
        shutil.copytree(self.base, self.dir, symlinks=True)

    def traced(self, *options):
        self.reset()
        command = ["strace", "-f", "-qq", "-o", self.log]
        for option in options:
            command += ["-e", option]
        return subprocess.run([*command, self.program, self.name, "act", self.dir], capture_output=True, text=True, timeout=60)

    def calls(self):
        """(system call, its number among those of its name), from the program's own on."""
        ran = self.traced("trace=%file,%desc")
        if ran.returncode != 0:
            raise Broken(f"under strace it ends with {ran.returncode}:\n{ran.stderr}")
        out, numbers, begun = [], collections.Counter(), False
        for line in self.log.read_text(encoding="utf-8", errors="replace").splitlines():
            call = re.match(r"\d+ +([a-z0-9_]+)\(", line)
            if not call:
                continue
            numbers[call[1]] += 1
            if begun and call[1] not in ("mmap", "epoll_ctl", "epoll_wait", "epoll_create1", "eventfd2", "timerfd_create", "ioctl"):
                out.append((call[1], numbers[call[1]]))
            begun = begun or MARK in line
        return out

    def seen(self, what):
        """The number of the state that is to be seen; the next run goes on from it."""
        now, then, *expected = self.run("check", self.dir)
        if self.name in SWEPT and (left := [path for path in self.dir.rglob("*") if HALF.search(path.name)]):
            raise Broken(f"{what}: the next run leaves {left}")
        if now not in self.states + self.last:
            raise Broken(f"{what}: half done: {now!r} is none of {self.states}")
        if then != (expected[0] if expected else self.states[-1]):
            raise Broken(f"{what}: from {now!r} the next run comes to {then!r}")
        if now in self.last:
            return len(self.states) - 1
        return len(self.states) - 1 - self.states[::-1].index(now)

    def kill(self, calls):
        last = 0
        for call, number in calls:
            if call not in CHANGE:
                continue
            what = f"a kill at {call} {number}"
            ran = self.traced(f"trace={call}", f"inject={call}:signal=KILL:when={number}")
            if ran.returncode >= 0:
                raise Broken(f"{what} did not happen: {ran.returncode}")
            state = self.seen(what)
            if state < last:
                raise Broken(f"{what}: {self.states[last]!r} was there already, and now it is {self.states[state]!r} again")
            last = state
            self.killed += 1

    def fail(self, calls):
        for call, number in calls:
            for error in ERRORS if call in CHANGE else ("EIO",):
                what = f"{error} at {call} {number}"
                ran = self.traced(f"trace={call}", f"inject={call}:error={error}:when={number}")
                if ran.returncode not in (0, REFUSED):
                    raise Broken(f"{what}: it ends with {ran.returncode}\n{ran.stderr}")
                state = self.seen(what)
                if ran.returncode == REFUSED:
                    self.refused += 1
                elif state == len(self.states) - 1:
                    self.done += 1
                else:
                    raise Broken(f"{what}: a lie: it says that all went well, and {self.states[state]!r} is to be seen\n{ran.stderr}")


class Emit(Row):
    """A plan was edited; its build files, CMake files and lock are made anew, by several threads. Each file is old or new; all of them are
    new after the next run, which finds nothing more to do the time after."""

    PLAN = {"format": 1, "project": {"name": "p"}, "targets": [{"name": "a", "kind": "executable", "language": "c", "sources": ["src/a.c"]}]}
    # Written anew each time as something else; what is half of a file, or who works here.
    PASSING = re.compile(r"emitted\.json$|build\.ninja\.stamp$|/stage/|\.partial$|/\.aibuild-tmp-|\.aibuild/hold$")

    def __init__(self, program, name, scratch):
        self.program, self.name = program, name
        self.base, self.dir, self.log = scratch / "base", scratch / "now", scratch / "log"
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(scratch), "LC_ALL": "C.UTF-8"}
        (self.dir / "src").mkdir(parents=True)
        (self.dir / "src/a.c").write_text("int main(void) { return 0; }\n", encoding="utf-8")
        self.plan(self.PLAN)
        self.emit()
        # Build files name their directory, so that all is copied there and back.
        changed = json.loads(json.dumps(self.PLAN))
        changed["targets"][0]["settings"] = {"defines": [{"name": "CHANGED"}]}
        changed["project"]["name"] = "q"
        self.plan(changed)
        shutil.copytree(self.dir, self.base)
        self.old = self.tree()
        self.emit()
        self.new = self.tree()
        if len([path for path in self.new if self.new[path] != self.old.get(path)]) < 6:
            raise Broken("nearly nothing changes")
        self.killed = self.refused = self.done = 0

    def plan(self, plan):
        (self.dir / "aibuild.json").write_text(json.dumps(plan), encoding="utf-8")

    def command(self):
        return [self.program, "emit", "-C", self.dir, "--yes"]

    def emit(self):
        done = subprocess.run(self.command(), capture_output=True, text=True, timeout=60, env=self.environment)
        if done.returncode != 0:
            raise Broken(f"emit ends with {done.returncode}:\n{done.stderr}")

    def tree(self):
        paths = [path for path in self.dir.rglob("*") if path.is_file() and not self.PASSING.search(str(path))]
        return {str(path.relative_to(self.dir)): path.read_bytes() for path in paths}

    def traced(self, *options):
        self.reset()
        command = ["strace", "-f", "-qq", "-o", self.log]
        for option in options:
            command += ["-e", option]
        return subprocess.run([*command, *self.command()], capture_output=True, text=True, timeout=60, env=self.environment)

    def calls(self):
        """Those that change something; their numbers are each thread's own."""
        self.traced("trace=%file,%desc")
        out, numbers = [], collections.Counter()
        for line in self.log.read_text(encoding="utf-8", errors="replace").splitlines():
            call = re.match(r"(\d+) +([a-z0-9_]+)\(", line)
            if not call:
                continue
            numbers[call[1], call[2]] += 1
            reads = call[2] in ("openat", "openat2") and not re.search("O_CREAT|O_WRONLY|O_RDWR", line)
            here = (call[2], numbers[call[1], call[2]])
            if call[2] in CHANGE - {"fcntl"} and not reads and here not in out:
                out.append(here)
        return out

    def seen(self, what):
        now = self.tree()
        for path in {**self.old, **self.new, **now}:
            if now.get(path) not in (self.old.get(path), self.new.get(path)):
                raise Broken(f"{what}: half done: {path}")
        state = 0 if now == self.old else len(self.states) - 1
        self.emit()
        if self.tree() != self.new:
            raise Broken(f"{what}: the next run does not make it whole")
        times = {path: path.lstat().st_mtime_ns for path in self.dir.rglob("*")}
        self.emit()
        if times != {path: path.lstat().st_mtime_ns for path in self.dir.rglob("*")}:
            raise Broken(f"{what}: the run after the next finds something to do")
        return state

    states = ("old", "new, or some of it")

    def kill(self, calls):
        for call, number in calls:
            what = f"a kill at {call} {number}"
            if self.traced(f"trace={call}", f"inject={call}:signal=KILL:when={number}").returncode >= 0:
                raise Broken(f"{what} did not happen")
            self.seen(what)
            self.killed += 1

    def fail(self, calls):
        for call, number in calls:
            for error in ERRORS:
                what = f"{error} at {call} {number}"
                ran = self.traced(f"trace={call}", f"inject={call}:error={error}:when={number}")
                if ran.returncode == 0 and self.tree() != self.new:
                    raise Broken(f"{what}: a lie: it says that all went well")
                if ran.returncode not in (0, 1):
                    raise Broken(f"{what}: it ends with {ran.returncode}\n{ran.stderr}")
                self.seen(what)
                self.refused += ran.returncode
                self.done += 1 - ran.returncode


def main():
    program, name = sys.argv[1:]
    if not shutil.which("strace"):
        sys.exit("strace is missing: install it (tool/setup does)")
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="aibuild-crash-"))
    try:
        row = (Emit if name == "emit" else Row)(program, name, scratch)
        calls = row.calls()
        row.kill(calls)
        row.fail(calls)
        print(f"{name}: {row.killed} kills, {row.refused} refusals, {row.done} failures that did no harm")
        # Faults that hit nothing would look like a pass.
        if row.killed < 3 or row.refused < 3:
            raise Broken("that is too few to be true")
    except Broken as error:
        sys.exit(f"BROKEN {name}: {error}")
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    main()
