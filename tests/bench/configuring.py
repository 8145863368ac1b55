"""Rows about find_package(AIBuild): what configuring a project with generated, locked files costs against the same project with plain
sources, in C and C++; and that a build has the same edges."""
import collections
import os
import pathlib
import shutil
import sys

import ninja_graph
from measuring import Failed, Side, alternate, run

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "cmake"))
import declaring  # noqa: E402

HEAD = "cmake_minimum_required(VERSION 3.25)\nproject(bench LANGUAGES C CXX)\n"
FIND = "find_package(AIBuild 1.0 REQUIRED)\n"


def declaration(name, files):
    return (f"aibuild_add_library({name} STATIC OUTPUTS {files}\n"
            f'  PROMPT "A function int {name}(int) that adds what its name says; negative numbers are an error.")\n')


def plain(name, files):
    return (f"add_library({name} STATIC {files})\n"
            f'target_include_directories({name} PUBLIC "$<BUILD_INTERFACE:${{CMAKE_CURRENT_SOURCE_DIR}}/include>")\n')


class Project:
    """Libraries in C and C++, of so many files each, half of them headers."""

    def __init__(self, bench, name, lines, files, each):
        self.root = bench.scratch / f"{name}-{files}-{each}"
        for directory in ("src", "include"):
            (self.root / directory).mkdir(parents=True)
        text = HEAD + (FIND if lines is declaration else "")
        for library in range(files // each):
            parts = [f"part{library}_{number}" for number in range(each // 2)]
            extension = "c" if library % 2 else "cpp"
            for part in parts:
                (self.root / f"include/{part}.h").write_text(f"#pragma once\nint {part}(int value);\n")
                (self.root / f"src/{part}.{extension}").write_text(f'#include "{part}.h"\n\n' + f"int {part}(int value) {{ return value; }}\n" * 20)
            text += lines(f"library{library}", " ".join(f"src/{part}.{extension} include/{part}.h" for part in parts))
        (self.root / "CMakeLists.txt").write_text(text)
        self.build = self.root / "build"
        self.command = ["cmake", "-G", "Ninja", "-S", self.root, "-B", self.build, f"-DAIBuild_DIR={pathlib.Path(bench.program).parent}", "--no-warn-unused-cli"]

    def edges(self):
        """What each edge runs, but for the targets that a person asks for by name."""
        out = collections.Counter()
        for edge in ninja_graph.commands(self.build):
            if not os.path.basename(edge["output"]).startswith("aibuild-") and "aibuild-" not in edge["output"]:
                out[edge["output"], edge["command"].replace(str(self.root), "ROOT")] += 1
        return out


def projects(bench, files, each):
    """The same project with locked files and with plain sources, configured, and the edges that only one of them has."""
    ours, theirs = Project(bench, "declared", declaration, files, each), Project(bench, "plain", plain, files, each)
    run([*ours.command, "-DAIBUILD_MODE=WARN"])
    declaring.generate(ours.root, ours.build)
    shutil.rmtree(ours.build)
    for project in (ours, theirs):
        run(project.command)
    if len(theirs.edges()) < files // 2:
        raise Failed(f"the project of plain sources has only {len(theirs.edges())} edges")
    return ours, theirs, (ours.edges() - theirs.edges()) + (theirs.edges() - ours.edges())


def configuring(bench, files, each):
    ours, theirs, odd = projects(bench, files, each)
    shape = f"{files:,} locked files against plain sources, {each} a library, C and C++"
    yield {"what": f"edges that a build of {shape}, has too many or too few", "ratio": sum(odd.values()), "bar": 0, "odd": [edge[0] for edge in list(odd)[:5]]}
    rounds = min(bench.rounds, 5)
    us, them = alternate(rounds, *(Side(project.command, lambda project=project: shutil.rmtree(project.build)) for project in (ours, theirs)))
    yield compared(f"first configure of {shape}", 1.2, us, them)
    us, them = alternate(rounds, Side(ours.command), Side(theirs.command))
    yield compared(f"configuring again of {shape}", 1.5, us, them)


def compared(what, bar, ours, theirs):
    import rows  # rows has this file's table

    return rows.compared(what, bar, ours, theirs)


def table(bench):
    return [(f"configuring locked files against plain sources, {each} a library", 1.2, lambda each=each: configuring(bench, bench.small, each)) for each in (10, 2)]
