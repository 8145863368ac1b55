"""Ways to break a build, one for each question: the question has to fail, and to say so. None of them knows a language.

A break lasts: where ninja writes build.ninja anew, it is broken again.

    breaks.py BUILD BREAK STATE     what the broken build.ninja runs for that
"""
import json
import pathlib
import shutil
import subprocess
import sys

from manifest import Manifest
from project import Wrong


class Break:
    """`said` is a part of what the question then says, or several of which it says one."""

    def __init__(self, said, how):
        self.said, self.how = (said,) if isinstance(said, str) else said, how


class Broken:
    """What a break works on."""

    def __init__(self, build, state):
        self.build, self.state = pathlib.Path(build), state

    def freeze(self, outputs):
        """As Manifest.freeze, with the commands that they had when it was done first."""
        manifest = Manifest(self.build)
        if "commands" not in self.state:
            steps = {edge.output for edge in manifest.of_steps()}
            self.state["commands"] = manifest.commands([output for output in outputs(manifest) if output in steps])
        manifest.freeze(self.state["commands"])
        manifest.write()

    def of_library(self, manifest):
        return [edge.output for edge in manifest.of_steps() if self._is_of_library(edge)]

    def of_users(self, manifest):
        return [edge.output for edge in manifest.of_steps() if not self._is_of_library(edge)]

    def of_program(self, manifest):
        return [self.state["program"]]

    def _is_of_library(self, edge):
        return edge.rule.split(".")[0] == self.state["library"]

    def helper(self, name, text):
        path = self.build / ".aibuild" / name
        path.write_text(text, encoding="utf-8")


def program_says_something_else(broken):
    manifest = Manifest(broken.build)
    edge = manifest.edge(broken.state["program"])
    edge.bind("command", f"mkdir -p {edge.output.rpartition('/')[0]}; printf '#!/bin/sh\\necho broken\\n' >{edge.output}; chmod +x {edge.output}")
    manifest.write()


def tests_are_not_run(broken):
    broken.helper("run-test.sh", '#!/bin/sh\ncase $1 in --count=*) shift ;; esac\necho 1 >"$1"\n')


def always_stale(broken):
    manifest = Manifest(broken.build)
    manifest.edge(broken.state["program"]).implicit.append("broken.always")
    manifest.head.append("build broken.always: phony")
    manifest.write()


def time_in_a_product(broken):
    manifest = Manifest(broken.build)
    output = broken.state["program"]
    manifest.edge(output).bind("command", f"{manifest.commands([output])[output]} && date +%s%N >>{output}")
    manifest.write()


def cmake_runs_always(broken):
    with (broken.build.parent / "CMakeLists.txt").open("a", encoding="utf-8") as file:
        file.write("add_custom_target(broken-always ALL COMMAND ${CMAKE_COMMAND} -E true)\n")


def unchanged_is_rewritten(broken):
    manifest = Manifest(broken.build)
    if "  restat = 1" in manifest.head:
        manifest.head = [line for line in manifest.head if line != "  restat = 1"]
        manifest.write()
    else:
        broken.freeze(broken.of_library)


def names_lose_their_quotes(broken):
    path = broken.build / "build.ninja"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("'\\''", "") if "'\\''" in text else text.replace("$ ", " "), encoding="utf-8")


def nothing_is_refused(broken):
    broken.state["emit"] = "true"


BREAKS = {
    "it builds": Break("said 'broken", program_says_something_else),
    "its tests run and are counted": Break("1 test passed", tests_are_not_run),
    "a second run does nothing": Break("it ran something", always_stale),
    "edges in any order, and any -j, give the same bytes": Break("bin/", time_in_a_product),
    "CMake's file builds the same": Break("it ran something", cmake_runs_always),
    "a touched source runs little, and nothing that was made from it": Break("it ran [", unchanged_is_rewritten),
    "a changed body rebuilds what it must and no more": Break(" said ", lambda broken: broken.freeze(broken.of_program)),
    "a changed interface rebuilds its users": Break("-> 0", lambda broken: broken.freeze(broken.of_users)),
    "files with spaces and quotes in their names work": Break("-> 1", names_lose_their_quotes),
    "a new file is seen": Break((" said ", "not mentioned in its dyndep file"), lambda broken: broken.freeze(broken.of_library)),
    "a deleted source is gone from the product": Break(("has it still", "not mentioned in its dyndep file"), lambda broken: broken.freeze(broken.of_library)),
    "a second library of which a program can have one is refused": Break("-> 0", nothing_is_refused),
}


def apply(build, question, state_file):
    state = json.loads(state_file.read_text(encoding="utf-8"))
    if (pathlib.Path(build) / "build.ninja").exists():
        BREAKS[question].how(Broken(build, state))
        state_file.write_text(json.dumps(state), encoding="utf-8")
        # And once more after ninja has written it anew.
        words = [sys.executable, __file__, build, question, state_file]
        again = " ".join("'" + str(word).replace("'", "'\\''") + "'" for word in words).replace("$", "$$")
        manifest = Manifest(pathlib.Path(build))
        command = manifest.head.index("rule aibuild.emit") + 1
        key, value = manifest.head[command].split(" = ", 1)
        if again not in value:
            manifest.head[command] = f"{key} = ({value}) && {again}"
            manifest.write()
    return state


def ask_of_a_broken_copy(project, question, ask):
    saved = project.directory / "saved"
    state_file = project.directory / "state.json"
    state = {"program": project.questions["program"], "library": project.library["from"] if project.library else ""}
    state_file.write_text(json.dumps(state), encoding="utf-8")
    subprocess.run(["cp", "-a", project.root, saved], check=True)
    program = project.program
    project.after_emit = lambda: apply(project.build, question, state_file)
    try:
        project.program = apply(project.build, question, state_file).get("emit", program)
        ask(project)
        sys.exit(f"{project.name}: {question}: it was broken on purpose, and nothing was noticed")
    except Wrong as wrong:
        if not any(part in str(wrong) for part in BREAKS[question].said):
            sys.exit(f"{project.name}: {question}: it was broken on purpose, which should say {BREAKS[question].said!r}, but: {wrong}")
    finally:
        project.after_emit = lambda: None
        project.program = program
        shutil.rmtree(project.root)
        saved.rename(project.root)


if __name__ == "__main__":
    apply(sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3]))
