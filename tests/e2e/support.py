"""What the end-to-end tests share: a scratch directory, the programs under test, snapshots of trees, refusals, a model's server.

A test file is a program: it runs the test cases named on its command line, or all of them. Real ninja, cmake and compilers run; the
user's home, cache and keys are out of reach.

    export AIBUILD_GEN=$PWD/build/aibuild-gen AIBUILD_E2E=$PWD/build/tests/e2e
    tests/e2e/fixture.py && tests/e2e/builtin_test.py [Case[.test] ...]     # AIBUILD_KEEP=1 keeps what they made
"""
import atexit
import hashlib
import json
import os
import pathlib
import re
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
PROGRAM = os.environ["AIBUILD_GEN"]
FIXTURE = pathlib.Path(os.environ["AIBUILD_E2E"])  # what fixture.py makes: tools/ and project/
README = "a word-frequency library and command-line tool in C++, with a Rust tokenizer, a Python report and tests"

KEPT = ("PATH", "TMPDIR", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS")
HOST = {name: os.environ[name] for name in KEPT if name in os.environ}


class Scratch:
    """A directory of this test run, with a home and a cache in it."""

    def __init__(self):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="aibuild-e2e-"))
        self.home = self.path / "home"
        self.home.mkdir()
        self.count = 0
        if os.environ.get("AIBUILD_KEEP"):
            print(f"kept: {self.path}", file=sys.stderr)
        else:
            atexit.register(shutil.rmtree, self.path, ignore_errors=True)

    def new(self, name="project"):
        """A path that nothing has yet, in a directory of its own."""
        self.count += 1
        directory = self.path / f"{self.count}"
        directory.mkdir()
        return directory / name

    def environment(self, **more):
        """As of somebody who has just logged in; a value of None removes a variable."""
        out = {**HOST, "PATH": f"{FIXTURE}/tools:{HOST['PATH']}", "HOME": str(self.home), "LC_ALL": "C.UTF-8",
               "XDG_CACHE_HOME": str(self.path / "cache"), "NINJA_STATUS": "@ "}
        out.update(more)
        return {name: str(value) for name, value in out.items() if value is not None}


scratch = Scratch()


class Ran:
    """What a command came to. Its output is shown where an assertion about it fails."""

    def __init__(self, argv, code, out, err, seconds):
        self.argv, self.code, self.out, self.err, self.seconds = argv, code, out, err, seconds

    def __str__(self):
        return f"$ {' '.join(map(str, self.argv))}\n{self.out}{self.err}-> {self.code} after {self.seconds:.1f} s"

    @property
    def edges(self):
        """What ninja ran: {"CXX obj/...": ...} as a sorted list of descriptions."""
        return sorted(line[2:] for line in self.out.splitlines() if line.startswith("@ "))


def run(*argv, cwd=None, env=None, stdin=subprocess.DEVNULL, timeout=60, **more):
    start = time.monotonic()
    done = subprocess.run([str(word) for word in argv], cwd=cwd, env=scratch.environment() if env is None else env, stdin=stdin,
                          capture_output=True, timeout=timeout, **more)
    return Ran(argv, done.returncode, done.stdout.decode("utf-8", "backslashreplace"), done.stderr.decode("utf-8", "backslashreplace"),
               time.monotonic() - start)


def aibuild(*arguments, **options):
    return run(PROGRAM, *arguments, **options)


def new(description, root, *arguments, **options):
    return aibuild("new", description, "-C", root, "--yes", *arguments, **options)


def ninja(build, *arguments, **options):
    return run("ninja", "-C", build, *arguments, **options)


def tree(path, but=()):
    """Everything below `path`: names, kinds, modes, contents. None where there is nothing. `but` are names at its top to leave out."""
    path = pathlib.Path(path)
    if not path.exists():
        return None
    out = {}
    for directory, directories, files in os.walk(path):
        if pathlib.Path(directory) == path:
            directories[:] = [name for name in directories if name not in but]
            files = [name for name in files if name not in but]
        for name in directories + files:
            each = pathlib.Path(directory, name)
            status = each.lstat()
            if stat.S_ISLNK(status.st_mode):
                what = os.readlink(each)
            elif stat.S_ISREG(status.st_mode):
                what = hashlib.sha256(each.read_bytes()).hexdigest()
            else:
                what = ""
            out[str(each.relative_to(path))] = (oct(status.st_mode), what)
    return out


def times(path):
    """The modification time of every file: equal before and after means that nothing was written."""
    return {str(each.relative_to(path)): each.lstat().st_mtime_ns for each in sorted(pathlib.Path(path).rglob("*"))}


def edit(path, old, text):
    before = path.read_text(encoding="utf-8")
    assert old in before, f"{path} has no {old!r}"
    path.write_text(before.replace(old, text, 1), encoding="utf-8")
    touch(path)


def arrived(ran):
    """The names of all that was asked for and came, as lines tell it."""
    return re.findall(r"^\[\d+/\d+\] (\S+) \(", ran.err, re.M)


def touch(path):
    """Makes a file newer than all that was built before, and older than all that will be: the kernel's clock is coarse."""
    time.sleep(0.005)
    os.utime(path)
    time.sleep(0.005)


class Test(unittest.TestCase):
    maxDiff = None

    def passes(self, ran):
        self.assertEqual(ran.code, 0, f"\n{ran}")
        return ran

    def made(self, description, *arguments, **options):
        """A new project."""
        root = scratch.new()
        self.passes(new(description, root, *arguments, **options))
        return root

    def copy_of_the_project(self, name="project"):
        """A copy of the README's project, built and tested already."""
        root = scratch.new(name)
        shutil.copytree(FIXTURE / "project", root, symlinks=True)
        return root

    def nothing_to_do(self, build, *arguments):
        ran = self.passes(ninja(build, *arguments))
        self.assertIn("ninja: no work to do.", ran.out, f"\n{ran}")
        self.assertEqual(ran.edges, [])

    def refused(self, ran, code, rule, *said, program_output=""):
        """One error that teaches: its rule, why, and what to do. `said` are words that it has."""
        self.assertEqual(ran.code, code, f"\n{ran}")
        self.assertEqual(re.findall(r"^error\[([a-z0-9.-]*)\]", ran.err, re.M), [rule], f"\n{ran}")
        block = ran.err[ran.err.index("error["):]
        self.assertRegex(block, r"\Aerror\[.*\n  why:   \S.*(\n {9}.*)*\n  fix:   \S.*(\n {9}.*)*\n\Z", f"\n{ran}")
        self.assertEqual(ran.out, program_output, f"\n{ran}")
        for words in said:
            self.assertIn(words, block, f"\n{ran}")
        return block


class Server:
    """tests/support/model_server.py for the time of a with."""

    def __init__(self, *answers):
        self.directory = scratch.new("server")
        self.directory.mkdir()
        (self.directory / "script.json").write_text(json.dumps({"answers": answers}), encoding="utf-8")
        self.log = self.directory / "log"

    def __enter__(self):
        port_file = self.directory / "port"
        self.process = subprocess.Popen([sys.executable, HERE.parent / "support" / "model_server.py", "--port-file", port_file,
                                         "--script", self.directory / "script.json", "--log", self.log])
        deadline = time.monotonic() + 20
        while not port_file.exists():
            assert self.process.poll() is None and time.monotonic() < deadline, "the model's server does not start"
            time.sleep(0.01)
        self.url = f"http://127.0.0.1:{port_file.read_text().strip()}/v1"
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    @property
    def asked(self):
        """What was asked for, by name and in the order in which it came: "brief", "plan", the path of a file."""
        def name(entry):
            said = "\n".join(message["content"] for message in entry["body"]["messages"] if message["role"] == "user")
            return re.search(r"^Write (\S+)\.$", said, re.M)[1] if entry["stage"] == "file" else entry["stage"]
        return [name(entry) for entry in self.all_requests]

    @property
    def requests(self):
        """What was asked but for briefs, in the order in which it came."""
        return [entry for entry in self.all_requests if entry["stage"] != "brief"]

    @property
    def all_requests(self):
        """Of the log: what was asked, in the order in which it came."""
        lines = self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []
        return [entry for entry in map(json.loads, lines) if "method" in entry]

    def environment(self, **more):
        """Of somebody who asks this server for the first time."""
        return scratch.environment(**{"OPENAI_BASE_URL": self.url, "AIBUILD_MODEL": "scripted",
                                      "XDG_CACHE_HOME": self.directory / "cache", **more})


def offline(argv, log):
    """`argv` under strace, whose log tells every socket that it or a child of it opened."""
    return ["strace", "-f", "-qq", "-o", log, "-e", "trace=socket,connect,sendto,bind", *argv]


def sockets(log):
    """Sockets of a network; pipes between processes of one machine are none."""
    return [line for line in pathlib.Path(log).read_text(encoding="utf-8").splitlines()
            if "socket(" in line and not re.search(r"socket\((AF_UNIX|AF_LOCAL|AF_NETLINK)", line)]
