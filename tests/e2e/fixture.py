#!/usr/bin/env python3
"""Makes what all tests start from, in $AIBUILD_E2E: the README's project, built and tested with ninja, which most of them copy; and tools/,
which comes first on PATH: rustup and pyenv put programs in front of rustc and python3 that need the user's own home, and are slow. Each
`new` asks every compiler for its version, which takes most of its time: those that start slowly are asked once, here.
"""
import os
import pathlib
import shlex
import shutil
import subprocess
import sys

import support

tools, project = support.FIXTURE / "tools", support.FIXTURE / "project"
for old in (tools, project):
    shutil.rmtree(old, ignore_errors=True)
tools.mkdir(parents=True)
(tools / "python3").symlink_to(os.path.realpath(sys.executable))
if rustc := shutil.which("rustc"):
    sysroot = subprocess.run([rustc, "--print", "sysroot"], capture_output=True, text=True, check=True).stdout.strip()
    (tools / "rustc").symlink_to(pathlib.Path(sysroot) / "bin" / "rustc")
for name, question in {"javac": "--version", "jar": "--version", "javap": "-version", "java": "--version", "tsc": "--version",
                       "ghc": "--numeric-version"}.items():
    if program := shutil.which(name):
        version = subprocess.run([program, question], capture_output=True, text=True, check=True).stdout
        (tools / name).write_text(f'#!/bin/sh\nif [ "$*" = {question} ]; then printf %s {shlex.quote(version)}; else exec {program} "$@"; fi\n', encoding="utf-8")
        (tools / name).chmod(0o755)

for step in (lambda: support.new(support.README, project), lambda: support.ninja(project / "build"),
             lambda: support.ninja(project / "build", "test")):
    ran = step()
    print(ran)
    if ran.code != 0:
        sys.exit(1)
