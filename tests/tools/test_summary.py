#!/usr/bin/env python3
"""tools/rgsweep_summary.py on files with known numbers."""
import contextlib
import csv
import io
import math
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
import numpy as np
import rgsweep_summary as summary
import synthetic_results as synthetic


def point(symmetry, slope, seed, error, status=1):
    return {"model_symmetry": symmetry, "model_width": 2, "activation_slope": slope, "seed": seed, "status": status,
            "error": error}


class Summary(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.file = self.folder / "results.h5"

    def run_tool(self, *arguments):
        """Exit code or message, and the lines printed."""
        out = io.StringIO()
        with mock.patch.object(sys, "argv", ["rgsweep_summary.py", str(self.file), *map(str, arguments)]), \
                contextlib.redirect_stdout(out):
            try:
                summary.main()
            except SystemExit as end:
                return str(end.code), []
        return 0, out.getvalue().splitlines()

    def table(self, *arguments):
        """The CSV that the tool writes, a dictionary a line."""
        code, _ = self.run_tool(*arguments, "--csv", self.folder / "table.csv")
        self.assertEqual(code, 0)
        with open(self.folder / "table.csv", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def test_wilson_by_hand(self):
        low, high = summary.wilson(5, 10)  # the textbook value: 0.5 +- 0.2634
        self.assertAlmostEqual(low, 0.2366, delta=1e-4)
        self.assertAlmostEqual(high, 0.7634, delta=1e-4)
        self.assertEqual(summary.wilson(0, 8)[0], 0)
        self.assertEqual(summary.wilson(8, 8)[1], 1)
        self.assertTrue(math.isnan(summary.wilson(0, 0)[0]))

    def test_median_interval_covers_as_often_as_it_says(self):
        # Known ranks: n = 32 takes the 10th and 23rd value (97.99 %), n = 6 the extremes (96.9 %).
        self.assertEqual(summary.median_interval(np.arange(1, 33)), (10, 23))
        self.assertEqual(summary.median_interval(np.arange(1, 7)), (1, 6))
        self.assertEqual(summary.median_interval(np.array([3.0])), (3, 3))
        low, high = summary.median_interval(np.arange(4001))  # 2^-4001 is no double
        self.assertTrue(1930 < low < 1945 and 2055 < high < 2070)
        draws = np.random.default_rng(1).exponential(size=(4000, 32))
        bounds = np.array([summary.median_interval(row) for row in draws])
        covered = np.mean((bounds[:, 0] <= math.log(2)) & (math.log(2) <= bounds[:, 1]))
        self.assertAlmostEqual(covered, 0.9799, delta=0.01)

    def test_groups_and_statistics(self):
        points = [point("none", 0.5, i, e) for i, e in enumerate([1e-4, 2e-4, 3e-4, 4e-4, 10e-4])]
        points += [point("none", 0.5, 5, math.nan, status=2), point("exchange", 0.5, 0, 0.3), point("exchange", 0.5, 1, 0.1)]
        synthetic.write(self.file, points, tests=("gaussian",))
        none, exchange = self.table("--below", "3.5e-4")
        self.assertEqual((none["model_symmetry"], none["test"], none["runs"], none["lost"]), ("none", "gaussian", "5", "1"))
        self.assertAlmostEqual(float(none["median"]), 3e-4)
        self.assertAlmostEqual(float(none["lower_quartile"]), 2e-4)
        self.assertAlmostEqual(float(none["mean"]), 4e-4)
        self.assertAlmostEqual(float(none["standard_error"]), np.std([1, 2, 3, 4, 10], ddof=1) * 1e-4 / math.sqrt(5))
        self.assertEqual(float(none["share"]), 3 / 6)  # the lost run counts
        self.assertEqual((exchange["model_symmetry"], exchange["share"]), ("exchange", "0.0"))
        code, lines = self.run_tool("--by", "activation_slope")
        self.assertEqual((code, len(lines)), (0, 2))
        self.assertTrue(lines[1].startswith("0.5 "))

    def test_every_further_dimension_is_a_column(self):
        synthetic.write(self.file, synthetic.rows([0.0, 0.5], seeds=8))
        rows = self.table("--by", "model_symmetry", "--where", "activation_slope=0.5")
        self.assertEqual([(r["model_symmetry"], r["test"]) for r in rows],
                         [("none", "gaussian"), ("none", "uniform"), ("exchange", "gaussian"), ("exchange", "uniform")])
        self.assertAlmostEqual(float(rows[1]["median"]), 2 * float(rows[0]["median"]))

    def test_unused_keys_make_one_group(self):
        synthetic.write(self.file, [point("none", math.nan, i, 0.1) for i in range(6)], tests=("gaussian",))
        (row,) = self.table("--by", "activation_slope")
        self.assertEqual((row["activation_slope"], row["runs"]), ("-", "6"))

    def test_complaints(self):
        synthetic.write(self.file, synthetic.rows([0.5], seeds=2))
        self.assertIn("did you mean test_mse", self.run_tool("--value", "test_msa")[0])
        self.assertIn("no column model_widht", self.run_tool("--by", "model_widht")[0])
        self.assertIn("not a column of numbers", self.run_tool("--value", "model_symmetry")[0])


if __name__ == "__main__":
    unittest.main()
