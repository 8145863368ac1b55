#!/usr/bin/env python3
"""The page of `aibuild-gen report`, looked at in a real browser: light and dark, wide and narrow, with scripts allowed and not, printed."""
import json
import os
import pathlib
import sys
import unittest

import browser
from support import Test, aibuild, edit, ninja, scratch

# Of a colour to the one behind it (WCAG 2, 1.4.3), for every element that has text of its own.
CONTRAST = """
(() => {
  const light = c => { const [r, g, b] = c.map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
                       return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const rgb = text => text.match(/[\\d.]+/g).map(Number);
  const out = [];
  for (const e of document.querySelectorAll("body *")) {
    if (e.closest("svg") || ![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) || !e.getClientRects().length) continue;
    let behind = e;
    while (behind && rgb(getComputedStyle(behind).backgroundColor)[3] === 0) behind = behind.parentElement;
    const a = light(rgb(getComputedStyle(e).color)), b = light(rgb(getComputedStyle(behind || document.documentElement).backgroundColor));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) out.push([e.tagName, e.className, e.textContent.slice(0, 40), ratio]);
  }
  return out;
})()
"""


class Browser(Test):
    """A project with an edited file, a second run and a test that failed."""

    @classmethod
    def setUpClass(cls):
        make = cls("copy_of_the_project")
        root = make.copy_of_the_project()
        cls.passing = root
        make.passes(aibuild("report", "-C", root))
        cls.failing = make.copy_of_the_project()
        source = cls.failing / "src" / "word_frequency_cli.cpp"
        source = source if source.exists() else next(cls.failing.glob("tests/*test.cpp"))
        edit(source, "\n", "\n// <script>alert(1)</script>\n")
        test = next(path for path in sorted((cls.failing / "tests").glob("*test.py")))
        test.write_text("import sys\nprint('not ok 1 - <b>')\nsys.exit(1)\n")
        ninja(cls.failing / "build", "-k", "0", "all", "test")
        make.passes(aibuild("report", "-C", cls.failing))
        cls.browser = browser.Browser().__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.browser.__exit__()

    def look(self, root, **how):
        """The page, and that it is quiet: it asks for nothing and complains of nothing."""
        page = self.browser.page(**how)
        path = root / "build" / "report" / "report.html"
        page.open(path)
        self.assertEqual(page.requests, [f"file://{path}"])
        self.assertEqual(page.complaints, [])
        if keep := os.environ.get("AIBUILD_SCREENSHOTS"):
            name = "-".join([self.id().split(".")[-1], *(f"{key}={value}" for key, value in how.items())])
            pathlib.Path(keep, f"{name}.png").write_bytes(page.screenshot())
        return page

    def test_what_a_browser_would_refuse_is_seen(self):
        """The test of the test: a page that fetches, against its own policy, is not quiet."""
        bad = scratch.new("bad.html")
        bad.write_text("<meta http-equiv='Content-Security-Policy' content=\"default-src 'none'\"><style>p{color:red}</style><img src='x.png'>")
        page = self.browser.page()
        page.open(bad)
        self.assertGreaterEqual(len(page.complaints), 2)

    def test_every_view_of_both(self):
        for root in (self.passing, self.failing):
            for dark in (False, True):
                for width in (1180, 420):
                    with self.subTest(project=root, dark=dark, width=width):
                        page = self.look(root, dark=dark, width=width)
                        # Its style sheet is allowed: the policy has the right hash.
                        self.assertNotEqual(page.evaluate("getComputedStyle(document.body).maxWidth"), "none")
                        red = page.evaluate("Number(getComputedStyle(document.documentElement).backgroundColor.match(/\\d+/)[0])")
                        self.assertTrue(red < 80 if dark else red > 200, red)
                        self.assertLessEqual(page.evaluate("document.documentElement.scrollWidth"), width, "it scrolls sideways")
                        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
                        self.assertLessEqual(page.evaluate("document.documentElement.scrollWidth"), width, "it scrolls sideways, opened")
                        self.assertEqual(page.evaluate(CONTRAST), [])
                        self.assertGreater(len(page.screenshot()), 40_000, "a blank page has a few thousand bytes")

    def test_without_scripts_it_is_the_same(self):
        with_scripts, without = self.look(self.passing), self.look(self.passing, scripts=False)
        self.assertEqual(with_scripts.evaluate("document.scripts.length"), 0)
        self.assertEqual(with_scripts.html(), without.html())
        self.assertEqual(with_scripts.screenshot(), without.screenshot())

    def test_it_has_what_the_data_has(self):
        report = json.loads((self.passing / "build/report/report.json").read_text())
        page = self.look(self.passing)
        self.assertIn("19 tests passed", page.evaluate("document.querySelector('.verdict').textContent"))
        self.assertEqual(page.evaluate("document.querySelectorAll('tr[id^=s]').length"), len(report["run"]["steps"]))
        self.assertEqual(page.evaluate("document.querySelectorAll('svg.timeline a').length"), len(report["run"]["steps"]))
        self.assertEqual(page.evaluate("document.querySelectorAll('svg.graph g').length"), len(report["targets"]))
        self.assertEqual(page.evaluate("document.querySelectorAll('svg.graph .edge').length"), sum(len(each["uses"]) for each in report["targets"]))

    def test_a_bar_leads_to_its_row(self):
        page = self.look(self.passing)
        page.evaluate("document.querySelector('svg.timeline a').dispatchEvent(new MouseEvent('click', {bubbles: true, cancelable: true}))")
        self.assertTrue(page.evaluate("document.querySelector(':target') !== null"))
        self.assertTrue(page.evaluate("document.querySelector('details:has(:target)').open"), "what is closed opens for what is looked for")

    def test_what_failed_comes_first_and_its_text_is_text(self):
        page = self.look(self.failing)
        self.assertIn("1 test failed", page.evaluate("document.querySelector('.verdict').textContent"))
        self.assertEqual(page.evaluate("document.scripts.length"), 0)
        self.assertIn("\u2717 failed", page.evaluate("document.querySelector('#tests').closest('section').textContent"))

    def test_for_those_who_hear_it(self):
        page = self.look(self.passing)
        self.assertEqual([name for name in page.names("link") if not name.strip()], [])
        headings = page.names("heading")
        for heading in ("Timeline", "Critical path", "Slowest steps", "Why it ran", "Tests", "Targets", "Where every file comes from"):
            self.assertIn(heading, headings)
        self.assertEqual([name for name in page.names("image") if not name.strip()], [])
        self.assertTrue(any("19" in name or "tests" in name for name in page.names("StaticText")))

    def test_on_paper(self):
        page = self.look(self.failing, dark=True)
        self.assertGreater(len(page.pdf()), 20_000)


if __name__ == "__main__":
    if not browser.program():
        print("no Chromium here: install the package chromium")
        sys.exit(77)
    unittest.main(verbosity=2)
