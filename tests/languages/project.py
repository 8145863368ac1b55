"""A copy of a language's project, and what may be done to it."""
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import tarfile
import time
import zipfile

from manifest import Manifest


class Wrong(Exception):
    """What a question found."""


def check(truth, said):
    if not truth:
        raise Wrong(said)


def in_session(leader):
    """Who is left of those whom a process has started: ninja would wait for them, if they hold its output."""
    left = []
    for directory in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            stat = (directory / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            if int(stat[3]) == leader and stat[0] != "Z":
                left.append((directory / "cmdline").read_text(encoding="utf-8", errors="replace").replace("\0", " "))
        except OSError:
            pass  # it has ended
    return left


class Project:
    def __init__(self, program, scratch, source):
        self.program = program
        self.name = source.name
        self.questions = json.loads((source / "questions.json").read_text(encoding="utf-8"))
        self.source = (source / self.questions.get("project", ".")).resolve()
        self.library = self.questions.get("library")
        self.directory = scratch / source.name
        self.root = self.directory / "a project"
        self.build = self.root / "build"
        self.after_emit = lambda: None
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(self.directory / "home"), "LC_ALL": "C.UTF-8", "NINJA_STATUS": "@ ",
                            "XDG_CACHE_HOME": str(self.directory / "cache"),
                            # rustup's rustc looks there for what it is to start.
                            "RUSTUP_HOME": os.environ.get("RUSTUP_HOME", str(pathlib.Path.home() / ".rustup"))}

    def missing_tools(self):
        return [tool for tool in self.questions["tools"] if shutil.which(tool) is None]

    def make(self):
        shutil.rmtree(self.directory, ignore_errors=True)
        shutil.copytree(self.source, self.root)
        (self.root / "questions.json").unlink(missing_ok=True)
        pathlib.Path(self.environment["HOME"]).mkdir()

    def run(self, *argv, code=0, environment=None):
        with subprocess.Popen([str(word) for word in argv], cwd=self.root, env={**self.environment, **(environment or {})}, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True) as process:
            text = process.communicate(timeout=200)[0].decode("utf-8", "backslashreplace")
        ok = process.returncode == code if isinstance(code, int) else process.returncode != 0
        check(ok, f"$ {' '.join(map(str, argv))}\n{text}-> {process.returncode}")
        left = in_session(process.pid)
        check(not left, f"{argv[0]} has ended, and left {left}")
        return text

    def emit(self):
        self.run(self.program, "emit", "-C", self.root)
        self.after_emit()

    def ninja(self, *arguments, code=0, environment=None):
        """The descriptions of the steps that ran."""
        text = self.run("ninja", "-C", self.build, *arguments, code=code, environment=environment)
        return sorted(line[2:].replace("'", "") for line in text.splitlines() if line.startswith("@ ") and not line.startswith("@ EMIT"))

    def nothing_to_do(self, build, *arguments):
        text = self.run("ninja", "-C", build, *arguments)
        check("no work to do" in text, f"it ran something:\n{text}" + self.run("ninja", "-C", build, "-d", "explain", "-n", *arguments))

    def says(self, build, expected):
        text = self.run(build / self.questions["program"])
        check(re.search(expected, text), f"{self.questions['program']} said {text!r}, not {expected!r}")

    def edit(self, path, old, new):
        file = self.root / path
        text = file.read_text(encoding="utf-8")
        check(old in text, f"{path} has no {old!r}")
        file.write_text(text.replace(old, new, 1), encoding="utf-8")
        self.touch(path)

    def touch(self, path):
        """Makes a file newer than all that was built before, and older than all that will be: the kernel's clock is coarse."""
        time.sleep(0.01)
        os.utime(self.root / path)
        time.sleep(0.01)

    def edit_plan(self, change):
        """`change` gets the plan's targets, by name."""
        file = self.root / "aibuild.json"
        plan = json.loads(file.read_text(encoding="utf-8"))
        change({target["name"]: target for target in plan["targets"]})
        time.sleep(0.01)
        file.write_text(json.dumps(plan), encoding="utf-8")

    def contents(self, path):
        """What is in a product, also where it is packed."""
        path = self.build / path
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                return b"".join(name.encode() + archive.read(name) for name in archive.namelist())
        if tarfile.is_tarfile(path):
            with tarfile.open(path) as archive:
                return b"".join(member.name.encode() + archive.extractfile(member).read() for member in archive if member.isfile())
        return path.read_bytes()

    def products(self):
        return {str(path.relative_to(self.build)): hashlib.sha256(path.read_bytes()).hexdigest() for directory in ("bin", "lib", "tests")
                for path in (self.build / directory).glob("*")
                if path.is_file() and not path.name.endswith((".d", ".passed", ".log")) and path.name != "passed"}

    def sources(self):
        """What people wrote, and when."""
        return {str(path): path.stat().st_mtime_ns for path in self.root.rglob("*") if path.is_file() and self.build not in path.parents}

    def times(self, pattern):
        return {str(path): path.stat().st_mtime_ns for path in self.build.glob(pattern)}

    def manifest(self):
        return Manifest(self.build)
