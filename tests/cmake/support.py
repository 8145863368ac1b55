"""What the tests of the package share: CMake run as somebody who has just logged in, a scratch directory, the installed package.

A test file is a program: it runs the test cases named on its command line, or all of them. `cmake.prepare` comes first: it installs
AIBuild and moves what it installed.

    cd build && ctest -R cmake.prepare
    AIBUILD_GEN=$PWD/aibuild-gen AIBUILD_PREFIX="$PWD/tests/cmake/a scratch/moved prefix" ../tests/cmake/package_test.py [Case[.test] ...]

AIBUILD_OTHER_CMAKE=/path/of/cmake tries another CMake than the one on PATH; AIBUILD_KEEP=1 keeps what the tests made.
"""
import atexit
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parents[1]
PROGRAM = pathlib.Path(os.environ["AIBUILD_GEN"])
BUILD = PROGRAM.parent if (PROGRAM.parent / "CMakeCache.txt").exists() else PROGRAM.parents[1]  # a multi-config build has a level more
PREFIX = pathlib.Path(os.environ["AIBUILD_PREFIX"])
PACKAGE = PREFIX / "share" / "cmake" / "AIBuild"
VERSION = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True, check=True).stdout.split()[-1]

CMAKE = os.environ.get("AIBUILD_OTHER_CMAKE") or shutil.which("cmake")
CTEST = str(pathlib.Path(CMAKE).with_name("ctest"))

SCRATCH = pathlib.Path(tempfile.mkdtemp(prefix="aibuild-cmake-")).resolve()
if os.environ.get("AIBUILD_KEEP"):
    print(f"kept: {SCRATCH}", file=sys.stderr)
else:
    atexit.register(shutil.rmtree, SCRATCH, ignore_errors=True)

ENVIRONMENT = {"PATH": os.environ["PATH"], "HOME": str(SCRATCH / "home"), "XDG_CACHE_HOME": str(SCRATCH / "cache"), "LC_ALL": "C.UTF-8",
               "RUSTUP_HOME": os.environ.get("RUSTUP_HOME", os.path.expanduser("~/.rustup")), "CMAKE_BUILD_PARALLEL_LEVEL": "2", "CTEST_OUTPUT_ON_FAILURE": "1", "NINJA_STATUS": "@ "}
made = 0


def new(name="project"):
    """A path that nothing has yet, in a directory of its own."""
    global made
    made += 1
    directory = SCRATCH / str(made)
    directory.mkdir()
    return directory / name


def write(root, files):
    """A tree of texts."""
    for path, text in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return root


def run(*command, fails=False, environment=None, cwd=None):
    """What it printed, after it ended as expected."""
    done = subprocess.run([str(word) for word in command], env={**ENVIRONMENT, **(environment or {})}, cwd=cwd, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8", timeout=300, check=False)
    if (done.returncode != 0) != fails:
        raise AssertionError(f"exit code {done.returncode}: {' '.join(map(str, command))}\n{done.stdout}")
    return done.stdout


def configure(source, build, *arguments, generator="Ninja", **more):
    return run(CMAKE, "-G", generator, "-S", source, "-B", build, *arguments, **more)


def build(directory, *arguments, **more):
    return run(CMAKE, "--build", directory, *arguments, **more)


def unwrapped(text):
    """CMake breaks lines of messages as it likes."""
    return " ".join(text.split())


def installed(prefix):
    return sorted(str(path.relative_to(prefix)) for path in pathlib.Path(prefix).rglob("*") if not path.is_dir())


def cache(directory):
    """The cache's entries, without those that CMake gives itself a number by."""
    lines = (pathlib.Path(directory) / "CMakeCache.txt").read_text(encoding="utf-8").splitlines()
    entries = dict(line.split("=", 1) for line in lines if line and not line.startswith(("#", "//")))
    return {name: value for name, value in entries.items() if not name.startswith("CMAKE_NUMBER_OF_MAKEFILES")}
