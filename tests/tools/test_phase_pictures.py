#!/usr/bin/env python3
"""tools/plot_phase_diagram.py on phase diagrams, and its histograms and traces: what is drawn, and how it complains."""
import contextlib
import io
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
import numpy as np
import plot_phase_diagram as plot
import rgsweep_phase_pictures as phase_pictures
import rgsweep_point_pictures as point_pictures
import rgsweep_results as rr
import synthetic_phase
import synthetic_results


class Pictures(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.addCleanup(plot.plt.close, "all")
        self.folder = Path(folder.name)
        self.phase_file, self.results_file = self.folder / "phase.h5", self.folder / "results.h5"
        synthetic_phase.write(self.phase_file)
        self.phase = rr.load_phase(self.phase_file)

    def run_tool(self, *arguments):
        """What the tool wrote, or its message."""
        with mock.patch.object(sys, "argv", ["plot_phase_diagram.py", *map(str, arguments)]), \
                contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()):
            try:
                plot.main()
            except SystemExit as end:
                return str(end.code)
        return out.getvalue()

    def write_results(self, **more):
        points = list(synthetic_results.rows(np.linspace(0, 1, 5), seeds=6))
        n = len(points)
        steps = np.tile([0, 10, 100, 1000], (n, 1))
        synthetic_results.write(self.results_file, points, order_parameter=np.linspace(-1, 1, n), **more)
        import h5py
        with h5py.File(self.results_file, "a") as file:
            checkpoint = file.create_dataset("checkpoint", data=np.arange(4))
            checkpoint.make_scale("checkpoint")
            for name, values in (("checkpoint_step", steps), ("loss_trace", 10.0 ** -steps.clip(1, 5))):
                dataset = file.create_dataset(name, data=values)
                dataset.dims[0].attach_scale(file["point"])
                dataset.dims[1].attach_scale(checkpoint)
        return rr.load(self.results_file)

    def test_success_has_the_shares_and_the_critical_values(self):
        figure = phase_pictures.draw_success(self.phase, None, {})
        self.assertEqual([axes.get_title(loc="left") for axes in figure.axes], ["symmetry: none", "symmetry: exchange"])
        free = figure.axes[0]
        lines = [line for line in free.get_lines() if len(line.get_xdata()) == len(synthetic_phase.SLOPES)]
        self.assertEqual(len(lines), 3)
        for line, length in zip(lines, synthetic_phase.LENGTHS):
            np.testing.assert_allclose(line.get_ydata(),
                                       [synthetic_phase.share("none", length, a) for a in synthetic_phase.SLOPES])
        marks = [line.get_xdata()[0] for line in free.get_lines() if len(line.get_xdata()) == 1 and line.get_marker() in "os^"]
        np.testing.assert_allclose(sorted(marks), sorted(1 - 10 / np.sqrt(synthetic_phase.LENGTHS)))

    def test_heat_map_is_slope_by_length_with_the_critical_line(self):
        figure = phase_pictures.draw_heat(self.phase, "uniform", {"model_symmetry": "none"})
        axes = figure.axes[0]
        mesh = axes.collections[0]
        np.testing.assert_allclose(mesh.get_array().reshape(3, 11)[1],
                                   [synthetic_phase.share("none", 2000, a) for a in synthetic_phase.SLOPES])
        self.assertEqual([tick.get_text() for tick in axes.get_yticklabels()], ["500", "2000", "8000"])
        points = axes.get_lines()[-1]
        np.testing.assert_allclose(points.get_xdata(), 1 - 10 / np.sqrt(synthetic_phase.LENGTHS))
        np.testing.assert_allclose(points.get_ydata(), [0, 1, 2])

    def test_cells_end_half_way(self):
        np.testing.assert_allclose(phase_pictures.edges_of([0, 1, 3]), [-0.5, 0.5, 2, 4])
        np.testing.assert_allclose(phase_pictures.edges_of([2]), [1.5, 2.5])

    def test_collapse_lies_on_one_curve(self):
        figure = phase_pictures.draw_collapse(self.phase, None, {})
        self.assertEqual(len(figure.axes), 1)  # the tied family has no exponent
        scaled = {}
        for line in figure.axes[0].get_lines():
            if len(line.get_xdata()) > 3:
                for x, y in zip(line.get_xdata(), line.get_ydata()):
                    self.assertAlmostEqual(y, 1 / (1 + (100 / x) ** 3), places=9)  # T d^2 alone decides
                    scaled[x] = y
        self.assertGreater(len(scaled), 10)

    def test_histograms_hold_every_run(self):
        results = self.write_results()
        figure = point_pictures.draw_histogram(results, "activation_slope", ["model_symmetry"])
        self.assertEqual(len(figure.axes), 2)
        self.assertEqual(len(figure.axes[0].patches), 4)  # four of the five slopes

    def test_traces_tell_stuck_from_solved(self):
        results = self.write_results()
        figure = point_pictures.draw_traces(results, "activation_slope", ["model_symmetry"], None, 1e-3)
        self.assertEqual(len(figure.axes), 6)
        tied = [axes for axes in figure.axes if "exchange" in axes.get_title(loc="left") and axes.get_title(loc="left").endswith(": 0")]
        colours = [line.get_color() for line in tied[0].get_lines() if len(line.get_xdata()) == 3]
        self.assertEqual((colours.count("#0072B2"), colours.count("#D55E00")), (3, 3))

    def test_files_and_their_kinds(self):
        for kind in ("success", "heat", "collapse"):
            stem = self.folder / kind
            self.assertEqual(self.run_tool(self.phase_file, "--kind", kind, "-o", stem), f"{stem}.png\n{stem}.svg\n")
            self.assertTrue(Path(f"{stem}.svg").read_bytes().startswith(b"<?xml"))
        self.assertEqual(self.run_tool(self.phase_file).count(".png"), 1)
        self.write_results()
        for kind in ("histogram", "traces"):
            self.assertIn(".svg", self.run_tool(self.results_file, "--kind", kind, "-o", self.folder / kind))

    def test_complaints(self):
        self.write_results()
        for arguments, words in (((self.results_file, "--kind", "heat"), "needs a phase diagram"),
                                 ((self.phase_file, "--kind", "traces"), "needs a results file"),
                                 ((self.phase_file, "--csv", "x.csv"), "--csv does not go with --kind success"),
                                 ((self.results_file, "--against", "model_width"), "--against does not go with"),
                                 ((self.phase_file, "--where", "training_steps=many"), "holds numbers"),
                                 ((self.phase_file, "--where", "training_steps=7"), "no curve is left"),
                                 ((self.phase_file, "--test", "cauchy"), "no test distribution cauchy"),
                                 ((self.phase_file, "--kind", "heat", "--against", "model_symmetry"), "not a number")):
            with self.subTest(words):
                self.assertIn(words, self.run_tool(*arguments))


if __name__ == "__main__":
    unittest.main()
