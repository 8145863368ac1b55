#!/usr/bin/env python3
"""recorded_test.py AIBUILD_GEN SCRATCH RECORDING

Makes a recorded project again from its own answers, without key, network or model: the same bytes as it was recorded, built and tested with
ninja, its tests counted, its program run. Once more changes nothing. A toolchain that is not here is a skip (77), and a failure where
AIBUILD_REQUIRE_TOOLCHAINS is set.
"""
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

program, scratch, recording = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
expected = json.loads((recording / "expected.json").read_text(encoding="utf-8"))
lock = json.loads((recording / "aibuild.lock.json").read_text(encoding="utf-8"))
scratch = scratch / recording.name
shutil.rmtree(scratch, ignore_errors=True)
scratch.mkdir(parents=True)
project = scratch / "project"
# Nothing of the person's: neither a home, a cache nor a key, and a server that must not be asked.
environment = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
# What finds a rustup toolchain is no setting of AIBuild's.
environment |= {"RUSTUP_HOME": os.environ.get("RUSTUP_HOME", str(pathlib.Path.home() / ".rustup"))}
environment |= {"HOME": str(scratch), "LC_ALL": "C.UTF-8", "OPENAI_BASE_URL": "http://127.0.0.1:9/v1", "OPENAI_API_KEY": "sk-not-to-be-used"}


def run(*argv, text="", code=0):
    done = subprocess.run([str(word) for word in argv], env=environment, input=text, capture_output=True, encoding="utf-8", timeout=300)
    if done.returncode != code:
        if "toolchain.missing" in done.stderr or "package.missing" in done.stderr:
            print(done.stderr)
            sys.exit(1 if os.environ.get("AIBUILD_REQUIRE_TOOLCHAINS") else 77)
        sys.exit(f"$ {' '.join(map(str, argv))}\n{done.stdout}{done.stderr}-> {done.returncode}, and not {code}")
    return done


def check(what, got, wanted):
    if got != wanted:
        sys.exit(f"{what}: {got!r}, and not {wanted!r}")


run(program, "new", "--replay", recording, "-C", project, "--yes")
for path, file in lock["files"].items():
    check(path, hashlib.sha256((project / path).read_bytes()).hexdigest(), file["base"])
answers = {path.name for path in (recording / ".aibuild/responses").rglob("*.json")}
asked = sum(file["origin"] == "model" for file in lock["files"].values()) + 2  # and the brief and the plan
check("answers that did not pass and were asked for again", len(answers) - asked, expected.get("asked_again", 0))
check("stored answers", {path.name for path in (project / ".aibuild/responses").rglob("*.json")}, answers)

output = run("ninja", "-C", project / "build", "all", "test").stdout
counted = re.search(r"^(\d+) tests passed in", output, re.M)
check("tests", int(counted.group(1)) if counted else output, expected["tests"])
ran = run(project / "build" / expected["program"], *expected["arguments"], text=expected["input"], code=expected.get("code", 0))
check("output", ran.stdout, expected["output"])

again = run(program, "new", "--replay", recording, "-C", project, "--yes")
if "nothing to do" not in again.stderr:
    sys.exit(f"made a second time:\n{again.stderr}")
check("ninja again", "no work to do" in run("ninja", "-C", project / "build", "all", "test").stdout, True)
print(f"{expected['tests']} tests passed, and the program printed what it was recorded with")
