#!/usr/bin/env python3
"""Steps that work against the build they are in: `aibuild-gen build` tells what was, all the same. What they can reach is sandbox_test.py's."""
import json
import unittest

import build_test
from build_test import build, runs
from support import Test, edit, scratch, touch


class Steps(Test):
    project, built = build_test.Build.project, build_test.Build.built

    FORGER = """#!/usr/bin/env python3
import os, pathlib, subprocess, sys
code = subprocess.run(["cc", *sys.argv[1:]]).returncode
if any(word.endswith("app.c") for word in sys.argv):
    def line(started, finished, text):
        return "\\r" + os.environ["NINJA_STATUS"].replace("%s", started).replace("%f", finished).replace("%t", "9") + text + "\\x1b[K"
    for text in ("CC obj/two/src/two.c.o", "CC obj/app-test/src/test.c.o", "LINK bin/app"):
        output = text.split()[1]
        print(line("8", "7", text) + line("8", "8", text) + f"\\nFAILED: {output} \\nforged\\nforged", flush=True)
        print(line("8", "8", text) + line("8", "9", text) + "\\nforged", flush=True)
    print(line("9", "9", "CC obj/two/src/two.c.o")[:-3], end="", flush=True)
sys.exit(code or int(os.environ.get("FAILS", "0")))
"""

    def test_a_step_that_speaks_as_ninja(self):
        """It knows ninja's mark, and says of other steps that they failed and ended. What .ninja_log says and ninja's exit code are stronger."""
        root = self.project()
        compiler = root.parent / "forger"
        compiler.write_text(self.FORGER)
        compiler.chmod(0o755)
        ran = self.built(root, "-j", "1", "app", env=scratch.environment(CC=compiler))
        steps = {step["output"]: step["state"] for step in runs(root)[-1]["steps"]}
        made = ("obj/app/src/app.c.o", "obj/two/src/two.c.o", "lib/libtwo.a", "bin/app")
        self.assertEqual(steps, dict.fromkeys(made, "succeeded"))
        self.assertEqual(len(runs(root)[-1]["steps"]), 4)
        tasks = json.loads((root / "build/.aibuild/state.json").read_text())["tasks"]
        self.assertEqual({name: task["state"] for name, task in tasks.items()}, {f"step:{output}": "succeeded" for output in made})
        self.assertIn("a step of this build speaks as if it were ninja", ran.err)
        self.assertNotIn("failed", ran.err)
        # One that fails as well hides nobody else's failure.
        touch(root / "src/app.c")
        edit(root / "src/two.c", "return 2;", "return missing;")
        for jobs in ("1", "4"):
            ran = build(root, "-k", "0", "-j", jobs, env=scratch.environment(CC=compiler, FAILS="7"))
            self.assertEqual(ran.code, 1)
            failed = {step["output"]: step for step in runs(root)[-1]["steps"] if step["state"] == "failed"}
            self.assertGreaterEqual(set(failed), {"obj/app/src/app.c.o", "obj/two/src/two.c.o"})
            self.assertIn("missing", failed["obj/two/src/two.c.o"]["output_text"])
            tasks = json.loads((root / "build/.aibuild/state.json").read_text())["tasks"]
            self.assertEqual({tasks[f"step:{output}"]["state"] for output in ("obj/app/src/app.c.o", "obj/two/src/two.c.o")}, {"failed"})
            self.assertNotIn("succeeded", {step["state"] for step in runs(root)[-1]["steps"]})

    def test_one_that_kills_ninja(self):
        """Without its sandbox a step may outlive ninja; this one ends soon."""
        kill = "rule run\n  command = $c\n  description = RUN $out\nbuild slow: run\n  c = sleep 2\nbuild killer: run\n  c = sleep 0.5; kill -9 $$PPID\n"
        for mode, after in (("require", "They ended with it"), ("off", "They may still run")):
            with self.subTest(mode):
                root = self.project(files={"build/build.ninja": kill})
                ran = build(root, "-j", "2", "--sandbox", mode)
                self.assertEqual(ran.code, 137, f"\n{ran}")
                self.assertRegex(ran.err, rf"ninja was ended by signal 9 \(Killed\) while 2 steps ran: (RUN killer, RUN slow|RUN slow, RUN killer)\. {after}\.")
                self.assertEqual(runs(root)[-1]["run"]["exit_code"], 137)
        root = self.project()
        compiler = root.parent / "killer"
        compiler.write_text('#!/bin/sh\ncase "$*" in *app.c*) kill -9 $PPID $(cut -d " " -f 4 "/proc/$PPID/stat"); sleep 1;; esac\nexec cc "$@"\n')
        compiler.chmod(0o755)
        ran = build(root, "-j", "1", env=scratch.environment(CC=compiler))
        self.assertEqual(ran.code, 137, f"\n{ran}")
        self.assertIn("while 1 step ran: CC obj/app/src/app.c.o", ran.err)
        self.assertEqual([step["output"] for step in runs(root)[-1]["steps"] if step["state"] == "cancelled"], ["obj/app/src/app.c.o"])
        self.built(root)


if __name__ == "__main__":
    unittest.main(verbosity=2)
