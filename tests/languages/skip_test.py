#!/usr/bin/env python3
"""Where a toolchain is missing, its language's test says that it was skipped, and fails where toolchains are required.

    skip_test.py AIBUILD_GEN SCRATCH
"""
import os
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
PROGRAM, SCRATCH = sys.argv[1], pathlib.Path(sys.argv[2])

shutil.rmtree(SCRATCH, ignore_errors=True)
bare = SCRATCH / "bin"  # a PATH on which there is no toolchain
bare.mkdir(parents=True)
projects = sorted(path.parent for path in HERE.glob("*/questions.json"))
assert len(projects) > 15, projects
for project in projects:
    for arguments, required, code in (([], "", 77), (["--unbroken"], "", 77), ([], "1", 1)):
        environment = {"PATH": str(bare), "LC_ALL": "C.UTF-8", **({"AIBUILD_REQUIRE_TOOLCHAINS": required} if required else {})}
        ran = subprocess.run([sys.executable, "-B", HERE / "language_test.py", *arguments, PROGRAM, SCRATCH / "work", project], env=environment,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        said = ran.stdout
        expected = "is not installed, and AIBUILD_REQUIRE_TOOLCHAINS is set" if required else f"SKIPPED {project.name}: "
        if ran.returncode != code or expected not in said or os.path.exists(SCRATCH / "work"):
            sys.exit(f"{project.name}, {arguments}, required {required!r}: exit code {ran.returncode}, and it said {said!r}")
shutil.rmtree(SCRATCH)
