#!/usr/bin/env python3
"""The same questions, asked of every language.

    language_test.py [--unbroken] AIBUILD_GEN SCRATCH PROJECT

PROJECT is a directory here, with a plan and questions.json:

    project     where the plan is, if elsewhere
    tools       programs without which there is nothing to ask: exit code 77, a skip that CTest shows, or a failure where
                AIBUILD_REQUIRE_TOOLCHAINS is set
    program     in the build directory, and `says`: what it prints, as a regular expression
    tests       how many there are
    cmake       further arguments for CMake
    library     where the project has a library, a program and a test of one language:
        touch       a source of the library, and `touched`: the steps that run when it was only touched
        body        [file, old, new], which changes what the program prints to `then`; `bodied`: the steps that run then. `kept` are
                    files (a pattern in the build directory) of the program's that are not made again
        interface   [file, old, new]... in the library, which breaks its users, and `users`: what mends them
        delete      a source of `from`, a target; its `marker` is a text in `product` as long as it is a source
        rename      what it is called before that: a name with spaces and quotes, as far as the language takes it
        new         a `file` that comes to the library, its `text`, `edits` that use it, and what the program `says` then. `unlisted`
                    says that the language finds it by itself; else the plan lists it

Each question is asked of a copy that was broken on purpose, first: it has to notice. --unbroken leaves that out, which is quicker.
AIBUILD_KEEP=1 keeps what was made.
"""
import os
import pathlib
import re
import shutil
import sys

import breaks
from project import Project, Wrong, check


def it_builds(project):
    project.emit()
    sources = project.sources()
    ran = project.ninja()
    check(not any(each.startswith("TEST") for each in ran), f"tests are run unasked: {ran}")
    project.says(project.build, project.questions["says"])
    check(sources == project.sources(), f"something was written beside the sources: {sources.items() ^ project.sources().items()}")


def tests_are_counted(project):
    tests = project.run("ninja", "-C", project.build, "test")
    check(re.search(rf"^{project.questions['tests']} tests? passed in 1 program$", tests, re.M), tests)
    for edge in project.manifest().of_steps():
        file = project.build / edge.output
        check(file.is_file() and file.stat().st_mtime > 0, f"{edge.output} was never made")
    missing = project.run("ninja", "-C", project.build, "-t", "missingdeps")
    check("No missing dependencies on generated files found" in missing, missing)


def again(project):
    project.nothing_to_do(project.build)
    project.nothing_to_do(project.build, "test")


# What a second build must not see: another time of day and another clock than the zone's, and what tools would read.
OTHER_ENVIRONMENT = {"TZ": "XXX-5", "CLASSPATH": "/nowhere", "GOFLAGS": "-mod=vendor", "GO111MODULE": "off", "GOPATH": "/nowhere",
                     "GHC_ENVIRONMENT": "nowhere", "PYTHONPATH": "/nowhere", "NODE_PATH": "/nowhere"}


def same_bytes(project):
    first = project.products()
    for source in project.sources():
        if not source.endswith(".json"):
            os.utime(source)
    project.run("ninja", "-C", project.build, "-t", "clean")
    check(not project.products(), "something is left")
    project.manifest().shuffle(project.name)
    project.ninja("-j3", "all", "test", environment=OTHER_ENVIRONMENT)
    second = project.products()
    check(first and first == second, f"{sorted(first.items() ^ second.items())}")


def cmake_too(project):
    out = project.root / "out"
    project.run("cmake", "-G", "Ninja", "-S", project.root, "-B", out, *project.questions.get("cmake", []))
    project.run("cmake", "--build", out)
    project.says(out, project.questions["says"])
    passed = project.run("ctest", "--test-dir", out, "--no-tests=error", "--output-on-failure")
    check("100% tests passed" in passed, passed)
    project.nothing_to_do(out)


def touched(project):
    project.touch(project.library["touch"])
    ran = project.ninja("all", "test")
    check(ran == sorted(project.library["touched"]), f"it ran {ran}")
    project.nothing_to_do(project.build, "all", "test")


def body(project):
    kept = {pattern: project.times(pattern) for pattern in project.library.get("kept", [])}
    project.edit(*project.library["body"])
    ran = project.ninja("all", "test")
    project.says(project.build, project.library["then"])
    check(ran == sorted(project.library["bodied"]), f"it ran {ran}")
    for pattern, times in kept.items():
        check(times and times == project.times(pattern), f"{pattern} was made again")
    project.nothing_to_do(project.build, "all", "test")
    if (project.root / "out").exists():
        project.run("cmake", "--build", project.root / "out")
        project.says(project.root / "out", project.library["then"])


def interface(project):
    for change in project.library["interface"]:
        project.edit(*change)
    project.ninja(project.library["from"])
    project.run("ninja", "-C", project.build, "all", "test", code="an error")
    for change in project.library["users"]:
        project.edit(*change)
    project.ninja("all", "test")
    project.nothing_to_do(project.build, "all", "test")


def names(project):
    old, new = project.library["delete"], project.library["rename"]
    check(all(mark in new for mark in project.library.get("marks", " '\"")), f"{new} is no hard name")
    (project.root / new).parent.mkdir(exist_ok=True)
    (project.root / old).rename(project.root / new)
    for change in project.library.get("renaming", []):
        project.edit(*change)

    def rename(targets):
        sources = targets[project.library["from"]]["sources"]
        sources[sources.index(old)] = new

    project.edit_plan(rename)
    product, marker = project.library["product"], project.library["marker"]
    project.edit(new, marker, marker.upper())
    project.ninja("all", "test")
    check(marker.upper().encode() in project.contents(product), f"{product} has not what {new} says")
    project.nothing_to_do(project.build, "all", "test")


def new_file(project):
    new = project.library["new"]
    (project.root / new["file"]).write_text(new["text"], encoding="utf-8")
    for change in new["edits"]:
        project.edit(*change)
    if not new.get("unlisted"):
        project.edit_plan(lambda targets: targets[project.library["from"]]["sources"].append(new["file"]))
    project.ninja("all", "test")
    project.says(project.build, new["says"])
    if new.get("unlisted"):
        project.edit(new["file"], new["says"], new["says"] + " indeed")
        project.ninja("all", "test")
        project.says(project.build, new["says"] + " indeed")
    project.nothing_to_do(project.build, "all", "test")


def deleted(project):
    name, marker, product = project.library["rename"], project.library["marker"].upper().encode(), project.library["product"]
    check(marker in project.contents(product), f"{product} never had it")
    for change in project.library.get("deleting", []):
        project.edit(*change)
    project.edit_plan(lambda targets: targets[project.library["from"]]["sources"].remove(name))
    (project.root / name).unlink()
    project.ninja("all", "test")
    check(marker not in project.contents(product), f"{product} has it still")
    project.nothing_to_do(project.build, "all", "test")


def second_is_refused(project):
    """One more of a library that a program can have only once."""
    refused = project.questions["refused"]

    def use_another(targets):
        targets[refused["program"]]["uses"].append("again")

    plan = project.root / "aibuild.json"
    before = plan.read_text(encoding="utf-8")
    library = re.search(rf'^ *{{"name": "{refused["library"]}".*\n', before, re.M).group(0)
    plan.write_text(before.replace(library, library.replace(refused["library"], "again", 1) + library), encoding="utf-8")
    project.edit_plan(use_another)
    text = project.run(project.program, "emit", "-C", project.root, code="an error")
    check(f"error[{refused['rule']}]" in text, text)


def questions_for(project):
    yield "it builds", it_builds
    yield "its tests run and are counted", tests_are_counted
    yield "a second run does nothing", again
    yield "edges in any order, and any -j, give the same bytes", same_bytes
    yield "CMake's file builds the same", cmake_too
    if project.library:
        yield "a touched source runs little, and nothing that was made from it", touched
        yield "a changed body rebuilds what it must and no more", body
        yield "a changed interface rebuilds its users", interface
        yield "files with spaces and quotes in their names work", names
        yield "a new file is seen", new_file
        yield "a deleted source is gone from the product", deleted
    if "refused" in project.questions:
        yield "a second library of which a program can have one is refused", second_is_refused


def main():
    arguments = sys.argv[1:]
    unbroken = "--unbroken" in arguments
    if unbroken:
        arguments.remove("--unbroken")
    program, scratch, source = arguments
    project = Project(*(pathlib.Path(word).resolve() for word in (program, scratch, source)))
    missing = project.missing_tools()
    if missing:
        text = f"{project.name}: {', '.join(missing)} is not installed"
        if os.environ.get("AIBUILD_REQUIRE_TOOLCHAINS"):
            sys.exit(f"{text}, and AIBUILD_REQUIRE_TOOLCHAINS is set")
        print(f"SKIPPED {text}")
        sys.exit(77)
    project.make()
    for question, ask in questions_for(project):
        if not unbroken:
            breaks.ask_of_a_broken_copy(project, question, ask)
        try:
            ask(project)
        except Wrong as wrong:
            sys.exit(f"{project.name}: {question}: {wrong}")
    if not os.environ.get("AIBUILD_KEEP"):
        shutil.rmtree(project.directory)


if __name__ == "__main__":
    main()
