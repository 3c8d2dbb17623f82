#!/usr/bin/env python3
"""tools/plot_phase_diagram.py on files with known numbers: what it reads, what it draws, and how it complains."""
import contextlib
import csv
import io
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

sys.dont_write_bytecode = True
TOOLS = Path(__file__).resolve().parents[2] / "tools"
sys.path.insert(0, str(TOOLS))
import numpy as np
import plot_phase_diagram as plot
import rgsweep_curves as rc
import rgsweep_results as rr
import rgsweep_style as style
import synthetic_results as synthetic

SLOPES = np.linspace(0, 1, 6)


class Plot(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.file = self.folder / "results.h5"

    def run_tool(self, *arguments):
        """Runs the tool's main; the exit code and what it wrote to stderr."""
        errors = io.StringIO()
        with mock.patch.object(sys, "argv", ["plot_phase_diagram.py", str(self.file), *map(str, arguments)]), \
                contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(errors):
            try:
                plot.main()
            except SystemExit as end:  # Python prints the message and exits with 1
                return 1, str(end.code)
            finally:
                plot.plt.close("all")
        return 0, errors.getvalue()

    def test_reader(self):
        points = list(synthetic.rows(SLOPES, widths=(2, 4), seeds=3))
        points[1]["status"] = 2
        synthetic.write(self.file, points, order_parameter=0.5)
        results = rr.load(self.file)
        self.assertEqual(results.points, 72)
        self.assertEqual(results.dims["test_mse"], ("point", "test"))
        self.assertEqual(results["test"].tolist(), ["gaussian", "uniform"])
        self.assertEqual(results["status"][:3].tolist(), ["done", "diverged", "done"])
        self.assertEqual(results["model_symmetry"][[0, -1]].tolist(), ["none", "exchange"])
        self.assertEqual(results.varying(["model_width", "model_bias", "no_such"]), ["model_width"])
        self.assertEqual(results.attrs["program_version"], "0.1.0")
        half = results.select(results["model_width"] == 4)
        self.assertEqual((half["test_mse"].shape, half["test"].shape), ((36, 2), (2,)))

    def test_quartiles_leave_out_what_did_not_finish(self):
        errors = [4e-3, 1e-3, 3e-3, 2e-3, 5e-3, 0.9, 0.9, np.nan]
        status = [1, 1, 1, 1, 1, 2, 0, 1]
        synthetic.write(self.file, [{"model_symmetry": "none", "model_width": 2, "activation_slope": 0.5, "seed": i,
                                     "status": s, "error": e} for i, (e, s) in enumerate(zip(errors, status))])
        (curve,) = rc.curves_of(rr.load(self.file), "activation_slope", [], 1)
        self.assertEqual((curve.x.tolist(), curve.count.tolist(), curve.lost.tolist()), ([0.5], [5], [0.5]))
        np.testing.assert_allclose([curve.lower[0], curve.median[0], curve.upper[0]], [4e-3, 6e-3, 8e-3])

    def test_pictures_and_numbers(self):
        synthetic.write(self.file, synthetic.rows(SLOPES))
        result = self.run_tool("-o", self.folder / "out" / "picture", "--csv", self.folder / "numbers.csv")
        self.assertEqual(result, (0, ""))
        png, svg = ((self.folder / "out" / f"picture.{suffix}").read_bytes() for suffix in ("png", "svg"))
        self.assertTrue(png.startswith(b"\x89PNG") and len(png) > 20000)
        self.assertTrue(b"<svg" in svg and svg.rstrip().endswith(b"</svg>"))
        for colour in ("none", "exchange"):
            self.assertIn(style.SYMMETRY_COLOURS[colour].lower().encode(), svg)
        with open(self.folder / "numbers.csv", encoding="utf-8") as file:
            numbers = list(csv.DictReader(file))
        self.assertEqual(len(numbers), 12)
        stuck = next(row for row in numbers if row["model_symmetry"] == "exchange" and row["activation_slope"] == "0.0")
        self.assertEqual(stuck["runs"], "20")
        self.assertAlmostEqual(float(stuck["upper_quartile"]), 0.502, delta=1e-9)
        self.assertLess(float(stuck["lower_quartile"]), 1e-9)

    def test_same_file_same_picture(self):
        synthetic.write(self.file, synthetic.rows(SLOPES, seeds=4))
        pictures = []
        for _ in range(2):
            self.run_tool()
            pictures.append([self.file.with_suffix(suffix).read_bytes() for suffix in (".png", ".svg")])
        self.assertEqual(*pictures)

    def drawn(self, axis="activation_slope", panels=("model_symmetry",), line=None, test="gaussian"):
        results = rr.load(self.file)
        curves = rc.curves_of(results, axis, [*panels, line] if line else list(panels), 0)
        figure = plot.draw(results, axis, list(panels), line, curves, test)
        self.addCleanup(plot.plt.close, figure)
        return figure, curves

    def test_panels_lines_and_theory(self):
        synthetic.write(self.file, synthetic.rows(SLOPES, symmetries=("exchange", "none"), widths=(8, 2)))
        figure, curves = self.drawn(line="model_width")
        self.assertEqual([curve.key for curve in curves], [("none", 2), ("none", 8), ("exchange", 2), ("exchange", 8)])
        none, exchange = figure.axes
        self.assertEqual([axes.get_title(loc="left") for axes in figure.axes], ["symmetry: none", "symmetry: exchange"])
        names = [text.get_text() for text in none.texts]
        self.assertEqual(sorted(names), ["width: 2", "width: 8"])
        self.assertEqual(none.get_yscale(), "log")
        self.assertFalse(any(line.get_color() == "black" for line in none.lines))
        (theory,) = [line for line in exchange.lines if line.get_color() == "black"]
        a, error = theory.get_data()
        np.testing.assert_allclose(error, (1 - a) ** 2 / (2 * (1 + a ** 2)))
        self.assertEqual((a[0], error[0]), (0, 0.5))

    def test_grid_of_panels(self):
        points = list(synthetic.rows(SLOPES, widths=(2, 4), seeds=3)) * 2
        synthetic.write(self.file, points, training_steps=np.repeat([100, 1000], len(points) // 2))
        figure, curves = self.drawn(panels=["model_symmetry", "model_width"], line="training_steps")
        self.assertEqual(len(curves), 8)
        self.assertEqual([axes.get_title(loc="left") for axes in figure.axes],
                         [f"symmetry: {s}, width: {w}" for s in ("none", "exchange") for w in (2, 4)])
        self.assertEqual([axes.get_subplotspec().rowspan.start for axes in figure.axes], [0, 0, 1, 1])
        self.assertIn("steps: 1000", [text.get_text() for text in figure.axes[0].texts])

    def test_theory_only_where_it_holds(self):
        for column, value in (("model_bias", "output"), ("activation_kind", "relu"), ("task_train", "uniform"),
                              ("model_depth", 2)):
            synthetic.write(self.file, synthetic.rows(SLOPES, symmetries=("exchange",), seeds=2), **{column: value})
            results = rr.load(self.file)
            self.assertFalse(rc.plateau_applies(results, "activation_slope", "gaussian"), column)
        synthetic.write(self.file, synthetic.rows(SLOPES, symmetries=("exchange",), seeds=2))
        results = rr.load(self.file)
        self.assertTrue(rc.plateau_applies(results, "activation_slope", "gaussian"))
        self.assertFalse(rc.plateau_applies(results, "activation_slope", "uniform"))
        self.assertFalse(rc.plateau_applies(results, "model_width", "gaussian"))

    def test_lost_runs_are_marked(self):
        points = list(synthetic.rows(SLOPES, symmetries=("none",), seeds=3))
        points[0]["status"], points[4]["status"], points[5]["status"] = 2, 3, 0
        synthetic.write(self.file, points)
        figure, _ = self.drawn(panels=())
        (axes,) = figure.axes
        (crosses,) = [line for line in axes.lines if line.get_marker() == "x"]
        np.testing.assert_allclose(crosses.get_xdata(), [0, 0.2])
        self.assertIn("2 without a result", [text.get_text() for text in axes.texts])

    def test_zero_error_and_other_axis(self):
        points = list(synthetic.rows([0.5], widths=(2, 4, 8), seeds=3))
        points[0]["error"] = 0
        synthetic.write(self.file, points)
        result = self.run_tool("--axis", "model_width", "--test", "uniform", "--where", "model_symmetry=none")
        self.assertEqual(result, (0, ""))

    def test_pooling_is_said(self):
        synthetic.write(self.file, synthetic.rows(SLOPES, seeds=2), training_learning_rate=np.tile([0.1, 0.2], 12))
        self.assertIn("different training_learning_rate", self.run_tool()[1])
        self.assertEqual(self.run_tool("--where", "training_learning_rate=0.1"), (0, ""))

    def test_names_do_not_overlap(self):
        self.assertEqual(plot.spread([0.2, 0.5], 0.1), [0.2, 0.5])
        np.testing.assert_allclose(plot.spread([0.95, 0.96, 0.97], 0.1), [0.8, 0.9, 1.0])

    def test_dots_spread_sideways(self):
        np.testing.assert_allclose(plot.sideways(np.array([1.0, 0.0, 1.0, 3.0])), [0.875, 0.0, 1.125, 3.0])
        self.assertEqual(plot.sideways(np.array([2.0, 2.0])).tolist(), [2, 2])

    def test_complaints(self):
        def complaint(*arguments):
            code, message = self.run_tool(*arguments)
            self.assertEqual(code, 1, message)
            return message

        self.assertIn("no file", complaint())
        self.file.with_name("results.h5.parts").mkdir()
        self.assertIn("not complete yet", complaint())
        self.file.write_bytes(b"nonsense")
        self.assertIn("not a readable HDF5 file", complaint())
        synthetic.write(self.file, synthetic.rows(SLOPES, seeds=2))
        self.assertIn("no column activation_slop (did you mean activation_slope?)", complaint("--axis", "activation_slop"))
        self.assertIn("no column model_with", complaint("--group", "model_with"))
        self.assertIn("not a column of numbers", complaint("--axis", "model_symmetry"))
        self.assertIn("the file has: gaussian, uniform", complaint("--test", "laplace"))
        self.assertIn("model_width takes 2", complaint("--where", "model_width=3"))
        self.assertIn("expected COLUMN=VALUE", complaint("--where", "model_width"))
        self.assertIn("holds numbers", complaint("--where", "model_width=two"))
        synthetic.write(self.file, [dict(row, status=0) for row in synthetic.rows(SLOPES, seeds=2)])
        self.assertIn("no finished run", complaint())

    def test_as_a_program(self):
        synthetic.write(self.file, synthetic.rows(SLOPES, seeds=2))
        command = [sys.executable, "-B", TOOLS / "plot_phase_diagram.py", self.file]
        done = subprocess.run(command, capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        blocked = self.folder / "h5py.py"
        blocked.write_text("raise ModuleNotFoundError(\"No module named 'h5py'\", name='h5py')\n")
        done = subprocess.run(command, capture_output=True, text=True, env={"PYTHONPATH": str(self.folder)})
        self.assertEqual(done.returncode, 1)
        self.assertIn("no module h5py; on Debian: apt-get install python3-h5py", done.stderr)


if __name__ == "__main__":
    unittest.main()
