#!/usr/bin/env python3
"""The same questions, asked of every language.

    language_test.py AIBUILD_GEN SCRATCH PROJECT

PROJECT is a directory here, with a plan and questions.json:

    tools       programs without which there is nothing to ask: exit code 77, a skip that CTest shows
    program     in the build directory, and `says`: what it prints, as a regular expression
    tests       how many there are
    library     where the project has a library, a program and a test of one language:
        touch       a source of the library, and `touched`: the steps that run when it was only touched
        body        [file, old, new], which changes what the program prints to `then`
        interface   [file, old, new]... in the library, which breaks its users, and `users`: what mends them
        delete      a source of `from`, a target; its `marker` is a text in `product` as long as it is a source
    refused     a `library` that no `program` can link two of, and the `rule` that says so

AIBUILD_KEEP=1 keeps what was made.
"""
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
import time
import zipfile

PROGRAM, SCRATCH, PROJECT = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
QUESTIONS = json.loads((PROJECT / "questions.json").read_text(encoding="utf-8"))
LIBRARY = QUESTIONS.get("library")
ROOT = SCRATCH / PROJECT.name / "a project"
BUILD = ROOT / "build"
ENVIRONMENT = {"PATH": os.environ["PATH"], "HOME": str(SCRATCH / PROJECT.name / "home"), "LC_ALL": "C.UTF-8", "NINJA_STATUS": "@ ",
               "XDG_CACHE_HOME": str(SCRATCH / PROJECT.name / "cache"),
               # rustup's rustc looks there for what it is to start.
               "RUSTUP_HOME": os.environ.get("RUSTUP_HOME", str(pathlib.Path.home() / ".rustup"))}


def run(*argv, code=0, cwd=ROOT):
    done = subprocess.run([str(word) for word in argv], cwd=cwd, env=ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=100)
    text = done.stdout.decode("utf-8", "backslashreplace")
    ok = done.returncode == code if isinstance(code, int) else done.returncode != 0
    check(ok, f"$ {' '.join(map(str, argv))}\n{text}-> {done.returncode}")
    return text


def check(truth, said):
    if not truth:
        sys.exit(f"{PROJECT.name}: {question}: {said}")


def ask(text):
    global question
    question = text


def ninja(*arguments, code=0):
    """The descriptions of the steps that ran."""
    text = run("ninja", "-C", BUILD, *arguments, code=code)
    return sorted(line[2:].replace("'", "") for line in text.splitlines() if line.startswith("@ ") and not line.startswith("@ EMIT"))


def edit(path, old, new):
    file = ROOT / path
    text = file.read_text(encoding="utf-8")
    check(old in text, f"{path} has no {old!r}")
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    touch(path)


def touch(path):
    """Makes a file newer than all that was built before, and older than all that will be: the kernel's clock is coarse."""
    time.sleep(0.01)
    os.utime(ROOT / path)
    time.sleep(0.01)


def says(build, expected):
    text = run(build / QUESTIONS["program"])
    check(re.search(expected, text), f"{QUESTIONS['program']} said {text!r}, not {expected!r}")


def nothing_to_do(build, *arguments):
    text = run("ninja", "-C", build, *arguments)
    check("no work to do" in text, f"it ran something:\n{text}" + run("ninja", "-C", build, "-d", "explain", "-n", *arguments))


def contents(path):
    """What is in a product, also where it is packed."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            return b"".join(name.encode() + archive.read(name) for name in archive.namelist())
    if tarfile.is_tarfile(path):
        with tarfile.open(path) as archive:
            return b"".join(member.name.encode() + archive.extractfile(member).read() for member in archive if member.isfile())
    return path.read_bytes()


def products(build):
    return {str(path.relative_to(build)): hashlib.sha256(path.read_bytes()).hexdigest() for directory in ("bin", "lib")
            for path in (build / directory).glob("*") if path.is_file() and not path.name.endswith(".d")}


def the_library():
    ask("a touched source runs little, and nothing that was made from it")
    touch(LIBRARY["touch"])
    ran = ninja("all", "test")
    check(ran == sorted(LIBRARY["touched"]), f"it ran {ran}")
    nothing_to_do(BUILD, "all", "test")

    ask("a changed body rebuilds what it must")
    edit(*LIBRARY["body"])
    check(ninja("all", "test"), "nothing ran")
    says(BUILD, LIBRARY["then"])
    nothing_to_do(BUILD, "all", "test")
    run("cmake", "--build", ROOT / "out")
    says(ROOT / "out", LIBRARY["then"])

    ask("a changed interface rebuilds its users")
    for change in LIBRARY["interface"]:
        edit(*change)
    ninja(LIBRARY["from"])
    run("ninja", "-C", BUILD, "all", "test", code="an error")
    for change in LIBRARY["users"]:
        edit(*change)
    ninja("all", "test")
    nothing_to_do(BUILD, "all", "test")

    ask("a deleted source is gone from the product")
    deleted, marker, product = LIBRARY["delete"], LIBRARY["marker"].encode(), BUILD / LIBRARY["product"]
    check(marker in contents(product), f"{product} never had it")
    plan = json.loads((ROOT / "aibuild.json").read_text(encoding="utf-8"))
    target = next(each for each in plan["targets"] if each["name"] == LIBRARY["from"])
    target["sources"].remove(deleted)
    (ROOT / deleted).unlink()
    time.sleep(0.01)
    (ROOT / "aibuild.json").write_text(json.dumps(plan), encoding="utf-8")
    ninja("all", "test")
    check(marker not in contents(product), f"{product} has it still")
    nothing_to_do(BUILD, "all", "test")


def the_refusal():
    """One more of a library that a program can have only once."""
    refused = QUESTIONS["refused"]
    ask("a second " + refused["library"] + " is refused")
    plan = json.loads((ROOT / "aibuild.json").read_text(encoding="utf-8"))
    again = dict(next(each for each in plan["targets"] if each["name"] == refused["library"]), name="again")
    plan["targets"].insert(0, again)
    next(each for each in plan["targets"] if each["name"] == refused["program"])["uses"].append("again")
    (ROOT / "aibuild.json").write_text(json.dumps(plan), encoding="utf-8")
    text = run(PROGRAM, "emit", "-C", ROOT, code="an error")
    check(f"error[{refused['rule']}]" in text, text)


def main():
    missing = [tool for tool in QUESTIONS["tools"] if shutil.which(tool) is None]
    if missing:
        print(f"SKIPPED {PROJECT.name}: {', '.join(missing)} is not installed")
        sys.exit(77)
    shutil.rmtree(SCRATCH / PROJECT.name, ignore_errors=True)
    shutil.copytree(PROJECT, ROOT)
    (ROOT / "questions.json").unlink()
    pathlib.Path(ENVIRONMENT["HOME"]).mkdir()

    ask("it builds")
    run(PROGRAM, "emit", "-C", ROOT)
    ninja()
    says(BUILD, QUESTIONS["says"])

    ask("its tests run and are counted")
    tests = run("ninja", "-C", BUILD, "test")
    check(re.search(rf"^{QUESTIONS['tests']} tests? passed in 1 program$", tests, re.M), tests)

    ask("a second run does nothing")
    nothing_to_do(BUILD)
    nothing_to_do(BUILD, "test")

    ask("every build has the same bytes, in any order")
    first = products(BUILD)
    run("ninja", "-C", BUILD, "-t", "clean")
    check(not products(BUILD), "something is left")
    ninja("-j1", "all", "test")
    check(first and first == products(BUILD), f"{first} and {products(BUILD)}")

    ask("CMake's file builds the same")
    run("cmake", "-G", "Ninja", "-S", ROOT, "-B", ROOT / "out")
    run("cmake", "--build", ROOT / "out")
    says(ROOT / "out", QUESTIONS["says"])
    passed = run("ctest", "--test-dir", ROOT / "out", "--no-tests=error", "--output-on-failure")
    check("100% tests passed" in passed, passed)
    nothing_to_do(ROOT / "out")

    if "library" in QUESTIONS:
        the_library()
    if "refused" in QUESTIONS:
        the_refusal()

    if not os.environ.get("AIBUILD_KEEP"):
        shutil.rmtree(SCRATCH / PROJECT.name)


question = "the project"
main()
