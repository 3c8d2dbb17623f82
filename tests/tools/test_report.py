#!/usr/bin/env python3
"""tools/report.py: what the page holds, and, where a Chromium is installed, that it draws, hovers and chooses."""
import base64
import contextlib
import html.parser
import io
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path
from unittest import mock

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
import numpy as np
import report
import synthetic_phase
import synthetic_results

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
# What a reader does, and what is on the page then.
VISIT = """
const seen = {};
const mark = () => document.querySelector("#curves circle");
seen.curves = document.querySelectorAll("#curves polyline").length;
seen.cells = document.querySelectorAll("#heat rect.mark").length;
mark().dispatchEvent(new MouseEvent("mousemove", {bubbles: true}));
seen.tip = getComputedStyle(document.getElementById("tip")).display + ": " + document.getElementById("tip").textContent;
document.querySelector("#heat rect.mark").dispatchEvent(new MouseEvent("click", {bubbles: true}));
seen.points = document.querySelectorAll("#points tr").length - 1;
seen.heading = document.querySelector("#points h3").textContent;
const measure = document.getElementById("measure");
measure.value = "median";
measure.dispatchEvent(new Event("change"));
seen.median = [...document.querySelectorAll("#curves text")].some((t) => t.textContent.startsWith("median"));
const axis = document.getElementById("axis");
seen.axes = [...axis.options].map((o) => o.value);
axis.value = "model_width";
axis.dispatchEvent(new Event("change"));
seen.other = [...document.querySelectorAll("#curves text")].some((t) => t.textContent === "width");
seen.ready = document.body.dataset.ready;
const result = document.createElement("pre");
result.id = "seen";
result.textContent = "SEEN" + JSON.stringify(seen) + "NEES";
document.body.appendChild(result);
"""


class Tags(html.parser.HTMLParser):
    """Addresses that the page would load, and whether its tags close in order."""

    def __init__(self, text):
        super().__init__()
        self.loads, self.open, self.unclosed = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.loads += [value for name, value in attrs if name in ("src", "href") and not value.startswith(("#", "data:"))]
        if tag not in ("meta", "link"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        if self.open.pop() != tag:
            self.unclosed.append(tag)


class Report(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.results, self.phase, self.page = (self.folder / name for name in ("results.h5", "phase.h5", "report.html"))

    def write(self, *arguments, slopes=6, widths=(2, 4), seeds=4):
        points = list(synthetic_results.rows(np.linspace(0, 1, slopes), widths=widths, seeds=seeds))
        points[1]["status"] = 2
        steps = np.full(len(points), 500)
        synthetic_results.write(self.results, points, order_parameter=np.linspace(-1, 1, len(points)), training_steps=steps)
        synthetic_phase.write(self.phase)
        return points, self.run_tool("--phase", self.phase, *arguments)

    def run_tool(self, *arguments):
        with mock.patch.object(sys, "argv", ["report.py", str(self.results), "-o", str(self.page), *map(str, arguments)]), \
                contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            try:
                report.main()
            except SystemExit as end:
                return str(end.code)
        return self.page.read_text(encoding="utf-8")

    def data(self, page):
        return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.S)[1])

    def test_page_needs_no_network(self):
        _, page = self.write()
        tags = Tags(page)
        self.assertEqual(tags.loads, [])
        self.assertEqual((tags.open, tags.unclosed), ([], []))
        self.assertNotRegex(page.replace("http://www.w3.org/2000/svg", ""), r"https?://")

    def test_page_holds_every_point(self):
        points, page = self.write()
        data = self.data(page)
        self.assertEqual(data["points"], len(points))
        mse = np.frombuffer(base64.b64decode(data["mse"]), "<f4").reshape(-1, 2)
        done = np.array([p["status"] == 1 for p in points])
        np.testing.assert_allclose(mse[done, 1], [2 * p["error"] for p in points if p["status"] == 1], rtol=1e-6)
        parameters = {p["name"]: p for p in data["parameters"]}
        self.assertEqual(sorted(parameters), ["activation_slope", "model_symmetry", "model_width", "seed"])
        for name in parameters:
            codes = np.frombuffer(base64.b64decode(parameters[name]["codes"]), "<u4")
            self.assertEqual([parameters[name]["values"][c] for c in codes], [p[name] for p in points])
        status = np.frombuffer(base64.b64decode(data["status"]), "u1")
        self.assertEqual(data["statusNames"][status[1]], "diverged")
        self.assertEqual(len(data["ids"]), 16 * len(points))

    def test_verdicts_and_critical_values(self):
        _, page = self.write()
        self.assertIn("crossover that moves with training time", page)
        self.assertIn("no transition in range", page)
        self.assertIn("2 [1.95, 2.05]", page)
        self.assertEqual(page.count("training_steps = 500"), 1, "a family of widths, on the one test where it has critical values")
        self.assertIn("<td>width</td><td>2</td><td>0.75 [0.7, 0.8]</td><td>–</td><td>1.25 [1.2, 1.3]</td>", page)
        critical = self.data(page)["critical"]
        self.assertEqual(len(critical), 6)
        self.assertEqual(critical[0]["parameters"], {"model_symmetry": "none"})
        self.assertAlmostEqual(critical[0]["value"], 1 - 10 / np.sqrt(500))

    def test_text_of_the_file_is_no_markup(self):
        synthetic_results.write(self.results, synthetic_results.rows([0, 0.5], seeds=2))
        import h5py
        with h5py.File(self.results, "a") as file:
            file.attrs["title"], file.attrs["spec"] = "<b>a & b</b>", "# </script><script>alert(1)</script>"
        page = self.run_tool("--rgsweep", "/bin/false")
        self.assertIn("<title>&lt;b&gt;a &amp; b&lt;/b&gt;</title>", page)
        self.assertNotIn("alert(1)</script>", page)
        self.assertIn("No phase diagram", page)

    def test_complaints(self):
        self.assertIn("no file", self.run_tool())
        self.write()
        self.assertIn("is no phase diagram", self.run_tool("--phase", self.results))

    def visit(self, script):
        page = self.page.read_text(encoding="utf-8").replace("</body>", f"<script>{script}</script></body>")
        self.page.write_text(page, encoding="utf-8")
        done = subprocess.run([CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                               f"--user-data-dir={self.folder / 'profile'}", "--enable-logging=stderr", "--dump-dom",
                               self.page.as_uri()], capture_output=True, text=True, timeout=120, check=False)
        self.assertEqual([line for line in done.stderr.splitlines() if ":CONSOLE" in line], [])
        found = re.search("SEEN(.*?)NEES", done.stdout.rpartition('<pre id="seen">')[2], re.S)
        self.assertIsNotNone(found, done.stderr[-2000:])
        return json.loads(html.unescape(found[1]))

    @unittest.skipUnless(CHROMIUM, "no Chromium")
    def test_in_a_browser(self):
        self.write()
        seen = self.visit(VISIT)
        self.assertEqual(seen["ready"], "yes")
        self.assertGreaterEqual(seen["curves"], 2)
        self.assertEqual(seen["cells"], 12)
        self.assertTrue(seen["tip"].startswith("block: slope = 0"), seen["tip"])
        self.assertEqual(seen["points"], 4)
        self.assertTrue(seen["heading"].startswith("4 points: slope = "), seen["heading"])
        self.assertTrue(seen["median"])
        self.assertEqual(sorted(seen["axes"]), ["activation_slope", "model_width"])
        self.assertTrue(seen["other"])

    @unittest.skipUnless(CHROMIUM, "no Chromium")
    def test_a_hundred_thousand_points_are_drawn(self):
        self.write(slopes=41, widths=(2, 4, 8, 16), seeds=305)
        seen = self.visit(VISIT)
        self.assertEqual((seen["ready"], seen["points"]), ("yes", 305))


if __name__ == "__main__":
    unittest.main()
