"""Networks rebuilt by tools/rgsweep_network.py from a results file alone have the test errors that the file says."""

import shutil
import subprocess
import sys
import unittest
from pathlib import Path

import h5py
import numpy as np
import xarray

from harness import Case, columns, main, rgsweep

sys.dont_write_bytecode = True
TOOL = Path(__file__).resolve().parents[2] / "tools" / "rgsweep_network.py"
sys.path.insert(0, str(TOOL.parent))
import rgsweep_network as rn
from rgsweep_results import ResultsError

# Light-tailed tests, so that standard errors mean something after products of activations too.
NETWORKS = """[model]
init_scale = 0.5
[activation]
alpha = 0.2
[task]
test = gaussian, uniform, rademacher, bimodal(0.9)
test_samples = 4000
[training]
steps = 60
learning_rate = 0.01
batch = 64
[grid.mlp]
model.width = 4
model.depth = 1, 2
model.symmetry = none, exchange, equivariant, odd, full
model.bias = none, output, all
activation.kind = linear, relu, leaky_relu, quadratic, tanh
[grid.soft]
model.symmetry = equivariant, full
training.symmetry_penalty = 0.1
training.precision = float32, float64
[grid.wide]
model.width = 6
task.block = 3
model.depth = 3
model.symmetry = none, equivariant
model.bias = all
activation.kind = tanh
[grid.gnn]
model.architecture = gnn
task.block = 3
model.depth = 2
model.graph = pair, chain, ring, complete
model.readout = sink, sum
model.symmetry = none, exchange, odd, full
model.bias = all
activation.kind = leaky_relu, tanh
[grid.spline]
model.depth = 1, 2
model.symmetry = none, full
activation.kind = spline
activation.degree = 1, 2, 3, 5
activation.knots = 2, 8
activation.range = 1.5
activation.trainable_weights = on, off
[grid.spline_gnn]
model.architecture = gnn
model.depth = 2
activation.kind = spline
"""
SAMPLES = 8000


class Networks(Case):
    @classmethod
    def setUpClass(cls):
        case = cls("run_networks")
        case.setUp()
        cls.addClassCleanup(case.folder.cleanup)
        cls.whole = case.run_networks()

    def run_networks(self):
        with open(self.spec, "w") as file:
            file.write(NETWORKS)
        return self.run_sweep("networks.h5", "--save-weights", "--quiet")

    def assert_agreement(self, path, rows=None):
        """Within five standard errors of the difference, and rounding."""
        rng = np.random.default_rng(1)
        with rn.NetworkFile(path) as file:
            for row in range(file.results.points) if rows is None else rows:
                for test, stored, rebuilt, error in rn.compare(file, row, SAMPLES, rng):
                    self.assertLess(abs(rebuilt - stored), 5 * error + 1e-14,
                                    f"{test}, row {row}: {stored} and {rebuilt}")

    def test_every_network_has_its_stored_errors(self):
        dataset = xarray.open_dataset(self.whole)
        self.assertTrue((dataset.status == 1).all())
        self.assertGreater(dataset.sizes["point"], 200)
        self.assertEqual(dataset.weights.dims, ("point", "parameter"))
        self.assertEqual(dataset.weights.dtype, np.float64)
        self.assertEqual(dataset.sizes["parameter"], 6 * 4 + 2 * 6 * 7 + 7)  # [grid.wide]
        self.assertIn("row by row", dataset.weights.attrs["layout"])
        padding = np.isnan(dataset.weights.values)
        self.assertTrue((np.diff(padding.astype(int), axis=1) >= 0).all())  # at the end alone
        self.assert_agreement(self.whole)

    def test_solved_networks_keep_their_last_digits(self):
        with open(self.spec, "w") as file:
            file.write("[training]\nsteps = 8000\n[activation]\nkind = linear\n[task]\ntest_samples = 4000\n")
        solved = self.run_sweep("solved.h5", "--save-weights", "--quiet")
        self.assertLess(columns(solved)["test_mse"][0, 0], 1e-9)
        self.assert_agreement(solved)

    def test_a_wrong_number_is_noticed(self):
        wrong = self.path("wrong.h5")
        shutil.copy(self.whole, wrong)
        with rn.NetworkFile(self.whole) as file:
            results = file.results
            depth_two = results["model_depth"] == 2
            chosen = [np.flatnonzero(depth_two & (results["model_architecture"] == name) & (results["model_bias"] == "all")
                                     & (results["activation_kind"] == "tanh") & (results["model_symmetry"] == "none"))[0]
                      for name in ("mlp", "gnn")]
        for row in map(int, chosen):
            with h5py.File(wrong, "r+") as file:
                numbers = file["weights"][row]
                largest = int(np.nanargmax(np.abs(numbers)))
                numbers[largest] *= -1
                file["weights"][row] = numbers
            with self.assertRaises(AssertionError):
                self.assert_agreement(wrong, [row])

    def test_samplers_have_the_exact_cumulants(self):
        tests = "gaussian, uniform, laplace, exponential, rademacher, gamma(2), bimodal(0.9), student_t(9)"
        output = self.run_sweep("tests.h5", "--task.test", tests, "--training.steps", "1", "--sweep.seed", "0")
        dataset = xarray.open_dataset(output)
        self.assertEqual(len(dataset.test), 8)
        order = dataset.order.values
        for t, distribution in enumerate(dataset.test.values):
            exact = dataset.target_cumulant.values[0, t] * 2.0 ** (order / 2 - 1)  # of the inputs
            x = rn.draw(str(distribution), 400000, np.random.default_rng(2))
            powers = [np.mean((x - x.mean()) ** n) for n in range(7)]
            found = [x.mean(), powers[2], powers[3], powers[4] - 3 * powers[2] ** 2]
            errors = [np.std((x - x.mean()) ** n) / len(x) ** 0.5 for n in (1, 2, 3, 4)]
            for n in range(4):
                self.assertLess(abs(found[n] - exact[n]), 6 * errors[n] + 1e-9, f"{distribution}, order {n + 1}")

    def test_script(self):
        point = str(xarray.open_dataset(self.whole).point_id.values[0])
        command = [sys.executable, "-B", str(TOOL)]
        result = subprocess.run([*command, self.whole, "--point", point, "--samples", "1000"], capture_output=True, text=True)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        lines = result.stdout.splitlines()
        self.assertEqual([line.split()[:2] for line in lines],
                         [["point", "test"], *([point, t] for t in ("gaussian", "uniform", "rademacher", "bimodal(0.9)"))])
        for line in lines[1:]:
            stored, rebuilt, error, deviation = map(float, line.split()[2:])
            self.assertAlmostEqual((rebuilt - stored) / error, deviation, delta=0.05 * abs(deviation) + 0.01)
        bare = self.run_sweep("bare.h5", "--sweep.seed", "0", "--training.steps", "1")
        for arguments, words in (([self.whole, "--point", "none"], "no point none"), ([bare], "--save-weights"),
                                 ([self.path("absent.h5")], "absent.h5")):
            result = subprocess.run([*command, *arguments], capture_output=True, text=True)
            self.assertEqual(result.returncode, 1)
            self.assertIn(words, result.stderr)
            self.assertEqual(len(result.stderr.splitlines()), 1)


class Saving(Case):
    QUICK = ("--training.steps", "30", "--activation.kind", "relu")

    def test_finished_points_stay_without(self):
        first = self.run_sweep("x.h5", *self.QUICK, "--sweep.seed", "0")
        before = columns(first)
        result = rgsweep("run", self.spec, "--output", first, *self.QUICK, "--save-weights", "--quiet")
        self.assertEqual(result.returncode, 0)
        self.assertIn("warning: 2 finished points of " + first + " have no weights", result.stderr)
        after = columns(first)
        old = np.isin(after["point_id"], before["point_id"])
        self.assertEqual((old.sum(), len(old)), (2, 6))
        np.testing.assert_array_equal(np.isnan(after["weights"][:, 0]), old)
        np.testing.assert_array_equal(after["wall_seconds"][old], before["wall_seconds"])
        with rn.NetworkFile(first) as file:
            self.assertEqual(sum(map(file.has_network, range(6))), 4)
            with self.assertRaises(ResultsError):
                file.network(int(np.flatnonzero(old)[0]))
        whole = self.run_sweep("whole.h5", *self.QUICK, "--save-weights")
        self.assertNotIn("warning", rgsweep("run", self.spec, "--output", whole, *self.QUICK, "--save-weights").stderr)

    def test_merging_keeps_what_there_is(self):
        bare = self.run_sweep("bare.h5", *self.QUICK, "--sweep.seed", "0,1")
        small = self.run_sweep("small.h5", *self.QUICK, "--sweep.seed", "1,2", "--save-weights")
        large = self.run_sweep("large.h5", *self.QUICK, "--sweep.seed", "2,3", "--model.width", "5", "--save-weights")
        for names in ((bare, small, large), (large, bare, small)):
            merged = self.path("merged.h5")
            self.assertEqual(rgsweep("merge", merged, *names).returncode, 0)
            dataset = xarray.open_dataset(merged)
            self.assertEqual(dataset.sizes["parameter"], 5 * 2 + 5 + 6)
            self.assertIn("row by row", dataset.weights.attrs["layout"])
            missing = np.isnan(dataset.weights.values[:, 0])
            np.testing.assert_array_equal(missing, dataset.seed.values == 0)
            dataset.close()
            # A file that holds points without weights beside others gets them from a file that has them.
            all_of_them = self.run_sweep("all.h5", *self.QUICK, "--sweep.seed", "0..2", "--save-weights", "--quiet")
            again = self.path("again.h5")
            self.assertEqual(rgsweep("merge", again, merged, all_of_them).returncode, 0)
            self.assertFalse(np.isnan(columns(again)["weights"][:, 0]).any())
            for path in (merged, again):
                Path(path).unlink()

    def test_results_are_the_same_without(self):
        bare = columns(self.run_sweep("bare.h5", *self.QUICK))
        saved = columns(self.run_sweep("saved.h5", *self.QUICK, "--save-weights", ranks=2))
        for name in bare.keys() - {"wall_seconds", "worker_rank", "host"}:
            np.testing.assert_array_equal(bare[name], saved[name], name)
        self.assertEqual(saved.keys() - bare.keys(), {"weights", "parameter"})

    def test_networks_that_are_too_large(self):
        output = self.path("never.h5")
        result = rgsweep("run", self.spec, "--output", output, "--model.width", "2, 4096", "--model.depth", "1, 2",
                         "--save-weights")
        self.assertEqual(result.returncode, 2)
        self.assertIn("--save-weights: the largest network of this sweep has 16797697 numbers; allowed: at most", result.stderr)
        self.assertFalse(Path(output + ".parts").exists())


if __name__ == "__main__":
    main()
