#!/usr/bin/env python3
"""The reference of the package: a page for each public function and for nothing else, whose example runs; and a guide that leads there."""
import re
import shutil
import unittest

import declaring
from support import PACKAGE, PREFIX, SOURCE, build, configure, new, write

PAGES = PREFIX / "share/doc/aibuild/cmake"
PLANS = PREFIX.parent / "the plans"
MODULES = SOURCE / "cmake-modules"
HEAD = "cmake_minimum_required(VERSION 3.25)\nproject(tiny NONE)\nfind_package(AIBuild REQUIRED)\n"

# What the projects of the examples have beside what is generated, and the generated texts that must be programs.
BESIDE = {"main.cpp": "int main() {}\n", "docs/style.md": "Short names.\n"}
GENERATED = {"src/count.c": "int main(void) { return 0; }\n", "src/hive.cpp": "int main() {}\n"}


def said(lines):
    """What a project says by message() on lines that begin with =."""
    text = configure(write(new(), {"CMakeLists.txt": HEAD + lines}), new("build"), f"-DAIBuild_DIR={PACKAGE}")
    return {line[1:] for line in text.splitlines() if line.startswith("=")}


class Reference(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.functions = said('get_cmake_property(commands COMMANDS)\nforeach(command IN LISTS commands)\n  if(command MATCHES "^aibuild_")\n'
                             '    message("=${command}")\n  endif()\nendforeach()\n')
        cls.pages = {path.stem: path.read_text(encoding="utf-8") for path in PAGES.glob("*.md")}
        cls.guide = cls.pages.pop("README")

    def test_every_public_function_has_a_page_and_nothing_else_has(self):
        self.assertIn("aibuild_add_library", self.functions)
        self.assertEqual(self.pages.keys(), self.functions)

    def test_the_guide_leads_to_each(self):
        self.assertEqual(set(re.findall(r"^\| \[`(aibuild_[a-z_]+)`\]\(\1\.md\) \| .+ \|$", self.guide, re.M)), self.functions)
        # In the repository it leads to where the function is.
        there = dict(re.findall(r"^\| \[`(aibuild_[a-z_]+)`\]\((\w+\.cmake)\) \|", (MODULES / "README.md").read_text(encoding="utf-8"), re.M))
        self.assertEqual(there.keys(), self.functions)
        for function, module in there.items():
            self.assertRegex((MODULES / module).read_text(encoding="utf-8"), rf"(?m)^#\]=+\]\nfunction\({function}\)$", f"{function} and its page are in {module}")

    def test_links_lead_somewhere(self):
        for name, text in {"README": self.guide, **self.pages}.items():
            for link in re.findall(r"\]\(([^)#]+)\)", text):
                self.assertTrue((PAGES / link).exists(), f"{name}.md: {link}")

    def test_the_guide_names_the_targets(self):
        targets = said('file(WRITE "${PROJECT_SOURCE_DIR}/x.txt" "x")\nset(AIBUILD_MODE FROZEN)\naibuild_add_file(x.txt PROMPT "x")\nfunction(show)\n'
                       '  get_property(targets DIRECTORY PROPERTY BUILDSYSTEM_TARGETS)\n  foreach(target IN LISTS targets)\n    message("=${target}")\n  endforeach()\n'
                       'endfunction()\ncmake_language(DEFER CALL cmake_language DEFER CALL show)\n')
        self.assertEqual(set(re.findall(r"^\| `(aibuild-[a-z]+)` \|", self.guide, re.M)), targets)

    def test_a_page_says_what_it_is_about(self):
        for name, text in self.pages.items():
            with self.subTest(name):
                self.assertRegex(text, rf"^# {name}\n\n[A-Z][^\n]+\.\n\n```\n{name}\(")
                synopsis = text.split("```")[1]
                for keyword in set(re.findall(r"(?<![<|A-Z_])\[?([A-Z][A-Z_]{3,})(?= <)", synopsis)):
                    documented = text + (self.pages["aibuild_add_library"] if "are those of" in text else "")
                    self.assertIn(f"`{keyword}`", documented)

    def test_its_example_runs(self):
        for name, text in self.pages.items():
            with self.subTest(name):
                examples = re.findall(r"^```cmake\n(.*?)^```$", text, re.M | re.S)
                self.assertEqual(len(examples), 1)
                self.assertIn(f"\n{name}(", examples[0])
                self.check(examples[0])

    def check(self, example):
        root, directory = write(new(), {"CMakeLists.txt": example, **BESIDE}), new("build")
        if "wordfreq/" in example:
            shutil.copytree(PLANS / "wordfreq", root / "wordfreq")
        configure(root, directory, f"-DAIBuild_DIR={PACKAGE}", "-DAIBUILD_MODE=WARN")
        if (directory / "aibuild.declared.jsonl").exists():
            declaring.generate(root, directory, lambda path: GENERATED.get(path, f"// {path}\n"))
        configure(root, directory, "-DAIBUILD_MODE=LOCKED")
        build(directory)


if __name__ == "__main__":
    unittest.main()
