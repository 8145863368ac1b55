#!/usr/bin/env python3
"""The same questions, asked of every language.

    language_test.py AIBUILD_GEN SCRATCH PROJECT

PROJECT is a directory here. It has a plan with a library, a program and a test, and questions.json:

    tools       programs without which there is nothing to ask: exit code 77, a skip that CTest shows
    program     in the build directory
    says        what it prints, as a regular expression
    touch       a source of the library, and `touched`: the steps that run when it was only touched
    body        [file, old, new], which changes what the program prints to `says` of `then`
    interface   [file, old, new] in the library, which breaks its users, and `users`: what mends them
    delete      a source of `from`, a target; `marker` is a text of it that is in `product` as long as the source is

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
ROOT = SCRATCH / PROJECT.name / "a project"
BUILD = ROOT / "build"
ENVIRONMENT = {"PATH": os.environ["PATH"], "HOME": str(SCRATCH / PROJECT.name / "home"), "LC_ALL": "C.UTF-8", "NINJA_STATUS": "@ ",
               "XDG_CACHE_HOME": str(SCRATCH / PROJECT.name / "cache")}


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

    ask("a touched source runs little, and nothing that was made from it")
    touch(QUESTIONS["touch"])
    ran = ninja("all", "test")
    check(ran == sorted(QUESTIONS["touched"]), f"it ran {ran}")
    nothing_to_do(BUILD, "all", "test")

    ask("CMake's file builds the same")
    run("cmake", "-G", "Ninja", "-S", ROOT, "-B", ROOT / "out")
    run("cmake", "--build", ROOT / "out")
    says(ROOT / "out", QUESTIONS["says"])
    passed = run("ctest", "--test-dir", ROOT / "out", "--no-tests=error", "--output-on-failure")
    check("100% tests passed" in passed, passed)
    nothing_to_do(ROOT / "out")

    ask("a changed body rebuilds what it must")
    edit(*QUESTIONS["body"])
    check(ninja("all", "test"), "nothing ran")
    says(BUILD, QUESTIONS["then"])
    nothing_to_do(BUILD, "all", "test")
    run("cmake", "--build", ROOT / "out")
    says(ROOT / "out", QUESTIONS["then"])

    ask("a changed interface rebuilds its users")
    edit(*QUESTIONS["interface"])
    run("ninja", "-C", BUILD, code="an error")
    for change in QUESTIONS["users"]:
        edit(*change)
    ninja("all", "test")
    nothing_to_do(BUILD, "all", "test")

    ask("a deleted source is gone from the product")
    deleted, marker, product = QUESTIONS["delete"], QUESTIONS["marker"].encode(), BUILD / QUESTIONS["product"]
    check(marker in contents(product), f"{product} never had it")
    plan = json.loads((ROOT / "aibuild.json").read_text(encoding="utf-8"))
    target = next(each for each in plan["targets"] if each["name"] == QUESTIONS["from"])
    target["sources"].remove(deleted)
    (ROOT / deleted).unlink()
    time.sleep(0.01)
    (ROOT / "aibuild.json").write_text(json.dumps(plan), encoding="utf-8")
    ninja("all", "test")
    check(marker not in contents(product), f"{product} has it still")
    nothing_to_do(BUILD, "all", "test")

    if not os.environ.get("AIBUILD_KEEP"):
        shutil.rmtree(SCRATCH / PROJECT.name)


question = "the project"
main()
