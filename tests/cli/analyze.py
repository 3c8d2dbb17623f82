"""`rgsweep analyze` on a small sweep: its files read with xarray and the csv module, its numbers recomputed with
numpy from the results."""

import csv
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

import numpy as np
import xarray as xr

from harness import main, rgsweep

SPEC = """[sweep]
name = small
seed = 0..4
[model]
symmetry = none, exchange
[activation]
slope = 0, 0.5, 1
[task]
test = uniform, gaussian
test_samples = 1000
[training]
steps = 300
learning_rate = 0.05, 1e6
[grid.leaky]
activation.kind = leaky_relu
[grid.relu]
activation.kind = relu
[grid.fine]
activation.kind = leaky_relu
model.symmetry = none
activation.slope = 0.25
training.learning_rate = 0.05
"""


class Analyze(unittest.TestCase):
    """Curves: 2 symmetries x 2 learning rates, one of which diverges; the fine block adds a slope to one of them."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = folder.name
        spec, cls.results = cls.path("small.ini"), cls.path("small.h5")
        with open(spec, "w") as file:
            file.write(SPEC)
        done = rgsweep("run", spec, "--output", cls.results, "--quiet")
        assert done.returncode == 0, done.stderr
        cls.points = xr.load_dataset(cls.results)

    @classmethod
    def path(cls, *names):
        return os.path.join(cls.folder, *names)

    def analyze(self, *arguments, code=0):
        result = rgsweep("analyze", self.results, *arguments)
        self.assertEqual(result.returncode, code, result.stderr)
        return result

    def members(self, **values):
        """The points that have these values."""
        points = self.points
        for name, value in values.items():
            points = points.isel(point=np.flatnonzero(points[name].values == value))
        return points

    def test_phase_file(self):
        output = self.path("phase.h5")
        result = self.analyze("--output", output, "--threshold", "0.01")
        lines = result.stdout.splitlines()
        self.assertEqual(lines[0], f"{output}: 4 curves of 65 points over 4 values of activation_slope")
        self.assertIn("critical slope, success at test_mse < 0.01, 95 % intervals from 2000 resamples", lines)
        self.assertEqual(result.stdout.count("  verdict: "), 8)
        self.assertIn("20 points left out: they do not use activation_slope", result.stderr)
        phase = xr.load_dataset(output)
        self.assertEqual(dict(phase.sizes), {"curve": 4, "activation_slope": 4, "test": 2, "method": 3, "family": 4})
        self.assertEqual(list(phase.method.values), ["logistic", "susceptibility", "binder"])
        self.assertEqual(list(phase.activation_slope.values), [0, 0.25, 0.5, 1])
        self.assertEqual(list(phase.test.values), list(self.points.test.values))
        self.assertEqual(phase.success_fraction.dims, ("curve", "activation_slope", "test"))
        self.assertEqual(phase.attrs["spec"], SPEC)
        self.assertEqual(phase.attrs["spec_hash"], self.points.attrs["spec_hash"])
        self.assertEqual((phase.attrs["program"], phase.attrs["threshold"], phase.attrs["axis"]),
                         ("rgsweep", 0.01, "activation_slope"))
        self.assertEqual(phase.n.sum(), 65)
        diverged = 0
        for curve in phase.curve:
            at = phase.sel(curve=curve)
            for slope in phase.activation_slope:
                points = self.members(model_symmetry=at.model_symmetry.item(), activation_slope=slope.item(),
                                      training_learning_rate=at.training_learning_rate.item())
                self.compare(at.sel(activation_slope=slope), points)
                diverged += int((points.status == 2).sum())
        self.assertGreater(diverged, 0)
        self.assertEqual(phase.n_diverged.sum(), diverged)

    def compare(self, place, points):
        """One curve and slope against its points."""
        self.assertEqual(place.n, points.sizes["point"])
        self.assertEqual(place.n_diverged, (points.status == 2).sum())
        lost = points.status == 2
        for test in ("uniform", "gaussian"):
            there = place.sel(test=test)
            if points.sizes["point"] == 0:
                self.assertTrue(np.isnan(there.success_fraction) and np.isnan(there.success_low))
                self.assertTrue(np.isnan(there.test_mse_median) and np.isnan(there.binder))
                continue
            mse = np.where(lost, np.inf, points.test_mse.sel(test=test))
            self.assertEqual(there.success_fraction, np.mean(mse < 0.01))
            self.assertLessEqual(there.success_low, there.success_fraction)
            self.assertGreaterEqual(there.success_high, there.success_fraction)
            self.assertEqual(there.test_mse_median, np.median(mse))  # five members: no interpolation
            self.assertEqual(there.test_mse_lower_quartile, np.sort(mse)[1])
            self.assertEqual(there.test_mse_upper_quartile, np.sort(mse)[3])
            np.testing.assert_allclose(there.test_mse_mean, np.mean(mse), rtol=1e-14)
        m = np.abs(points.order_parameter.values[~lost.values])
        if len(m):
            np.testing.assert_allclose(place.order_parameter_mean_abs, np.mean(m), rtol=1e-14)
            np.testing.assert_allclose(place.susceptibility, 2 * np.var(m), atol=1e-14)
            np.testing.assert_allclose(place.binder, 1 - np.mean(m**4) / (3 * np.mean(m**2)**2), rtol=1e-12)

    def test_csv_holds_the_same(self):
        self.analyze("--output", self.path("a.h5"), "--csv", self.path("csv"))
        phase = xr.load_dataset(self.path("a.h5"))
        with open(self.path("csv", "curves.csv"), newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual(len(rows), 13 * 2)
        for row in rows:
            curve = phase.sel(curve=int(row["curve"]))
            place = curve.sel(activation_slope=float(row["activation_slope"]), test=row["test"])
            self.assertEqual(row["task_test"], str(self.points.task_test.values[0]))
            self.assertIn(",", row["task_test"])
            for name, cell in row.items():
                value = place[name].values
                if value.dtype.kind in "fi":
                    unused = -1 if np.issubdtype(value.dtype, np.integer) else "nan"
                    np.testing.assert_array_equal(float(cell or unused), float(value), name)
                else:
                    self.assertEqual(cell, str(value))

    def test_families_in_both_forms(self):
        output = self.path("families.h5")
        self.analyze("--output", output, "--csv", self.path("more"), "--resamples", "200")
        phase = xr.load_dataset(output)
        for name in ("critical_slope", "critical_slope_low", "critical_slope_high", "width"):
            self.assertEqual(phase[name].dims, ("curve", "test", "method"))
        for name in ("collapse_exponent", "collapse_exponent_low", "collapse_exponent_high"):
            self.assertEqual(phase[name].dims, ("family", "test"))
        self.assertEqual(rgsweep("verify", output).stdout, f"{output}: ok, a phase diagram\n")
        with open(self.path("more", "families.csv"), newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual(len(rows), phase.sizes["family"] * phase.sizes["test"])
        meanings = phase.verdict.attrs["flag_meanings"].split()
        for row in rows:
            at = phase.sel(family=int(row["family"]), test=row["test"])
            self.assertEqual(row["verdict"], meanings[int(at.verdict)])
            self.assertEqual(row["family_variable"], at.family_variable.item())
            np.testing.assert_array_equal(float(row["collapse_exponent"] or "nan"), at.collapse_exponent.item())
        with open(self.path("more", "critical.csv"), newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual(len(rows), int(np.isfinite(phase.critical_slope).sum()))

    def test_any_numeric_key_is_an_axis(self):
        for axis in ("training.learning_rate", "model.width", "training.steps", "slope", "model.depth", "task.block"):
            output = self.path(axis + ".h5")
            self.analyze("--axis", axis, "--output", output, "--resamples", "200")
            phase = xr.load_dataset(output)
            self.assertIn("critical_" + phase.attrs["axis"].split("_", 1)[1], phase)
            self.assertEqual(rgsweep("verify", output).returncode, 0)

    def test_the_same_bytes_again(self):
        self.analyze("--output", self.path("b.h5"))
        self.analyze("--output", self.path("c.h5"))
        with open(self.path("b.h5"), "rb") as b, open(self.path("c.h5"), "rb") as c:
            self.assertEqual(b.read(), c.read())

    def test_table_and_other_axes(self):
        table = self.analyze().stdout
        self.assertIn("success: test_mse < 0.001, along activation_slope\n", table)
        curves, transitions = table.split("\ncritical slope, ")
        self.assertEqual(curves.count("model_symmetry = none, training_learning_rate = 0.05, test = gaussian"), 1)
        self.assertEqual(curves.count("test = "), 8)
        self.assertEqual(transitions.count("test = "), 8)
        self.assertIn("along training_learning_rate", self.analyze("--axis", "training.learning_rate").stdout)
        self.analyze("--axis", "training_learning_rate", "--output", self.path("rate.h5"))
        rates = xr.load_dataset(self.path("rate.h5"))
        self.assertEqual(list(rates.training_learning_rate.values), [0.05, 1e6])
        self.assertIn("activation_slope", rates.data_vars)
        self.assertIn("relu", rates.activation_kind.values)

    def test_unfinished_sweep(self):
        output = self.path("unfinished.h5")
        os.mkdir(output + ".parts")
        shutil.copy(self.results, os.path.join(output + ".parts", "seg-00000001.h5"))
        result = rgsweep("analyze", output)
        self.assertEqual((result.returncode, result.stdout), (1, ""))
        self.assertIn("unfinished.h5: this sweep is not finished; 'rgsweep run' continues it", result.stderr)
        self.assertIn("unfinished.h5: here are results", self.analyze("--output", output, code=2).stderr)
        self.assertEqual(rgsweep("merge", self.path("so_far.h5"), output).returncode, 0)
        self.assertEqual(rgsweep("analyze", self.path("so_far.h5")).stdout, self.analyze().stdout)
        shutil.copy(self.results, output)
        self.assertIn("warning: " + output, rgsweep("analyze", output).stderr)

    def test_help(self):
        result = self.analyze("--help")
        self.assertTrue(result.stdout.startswith("rgsweep analyze RESULTS.h5 "))
        for option in ("--output", "--csv", "--threshold", "--axis"):
            self.assertIn(option, result.stdout)

    def test_errors(self):
        for arguments, words in ((["--axis", "activation.slop"], "did you mean 'activation_slope'"),
                                 (["--axis", "seed"], "allowed: "),
                                 (["--resamples", "10"], "--resamples 10: allowed: integer in [200, 100000]"),
                                 (["--threshold", "-1"], "--threshold -1: allowed: real > 0"),
                                 (["--output", ""], "--output needs a name"),
                                 (["--output", self.results], "is no phase diagram; choose another name")):
            result = self.analyze(*arguments, code=2)
            self.assertIn(words, result.stderr)
            self.assertEqual(result.stdout, "")
        result = self.analyze("--output", self.path("none", "phase.h5"), code=1)
        self.assertIn("none", result.stderr)
        self.assertEqual(rgsweep("verify", self.results).returncode, 0)


if __name__ == "__main__":
    main()
