"""`rgsweep cumulants`: what it prints is what the file holds, from whole, merged and unfinished results."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import numpy as np
import xarray as xr

from harness import different_columns, main, rgsweep

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
import rgsweep_network as rn

SPEC = """[sweep]
name = layers
[model]
depth = 1, 2
[activation]
kind = tanh
[task]
train = uniform
test = uniform
test_samples = 500
[training]
steps = 50
learning_rate = 0.01
[trace]
checkpoints = 4
orders = 4
theory_checkpoints = 2
[grid.mlp]
model.width = 3
trace.theory = on
[grid.gnn]
model.architecture = gnn
trace.theory = on
[grid.four]
model.width = 3
model.depth = 1
task.block = 4
trace.theory = on
[grid.plain]
model.width = 4
"""


def plane(nodes, weights):
    """A rule for two independent inputs from one for a single one: points (n, 2), and weights that sum to 1."""
    x, y = np.meshgrid(nodes, nodes)
    return np.column_stack([x.ravel(), y.ravel()]), np.outer(weights, weights).ravel() / weights.sum() ** 2


def signals(network, x):
    """Of each layer what comes before and after its activation, then the output."""
    h, result = x, []
    for w, b, phi in network.layers:
        z = h @ w.T + b
        h = phi(z)
        result.append((z, h))
    return result, network(x)


def cumulants_of(values, weights):
    """Orders 1 to 4, mean over the columns."""
    mean = weights @ values
    d = values - mean
    m2, m3, m4 = (weights @ d ** r for r in (2, 3, 4))
    return np.array([mean, m2, m3, m4 - 3 * m2 ** 2]).mean(axis=1)


class Cumulants(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = folder.name
        cls.spec, cls.results = cls.path("layers.ini"), cls.path("layers.h5")
        with open(cls.spec, "w") as file:
            file.write(SPEC)
        done = rgsweep("run", cls.spec, "--output", cls.results, "--quiet", "--save-weights")
        assert done.returncode == 0, done.stderr
        cls.points = xr.load_dataset(cls.results)

    @classmethod
    def path(cls, *names):
        return os.path.join(cls.folder, *names)

    def row(self, **values):
        """The one point with these values."""
        mask = np.all([self.points[name].values == value for name, value in values.items()], axis=0)
        (row,) = np.flatnonzero(mask)
        return self.points.isel(point=row)

    def cumulants(self, *arguments, file=None, code=0):
        result = rgsweep("cumulants", file or self.results, *arguments)
        self.assertEqual(result.returncode, code, result.stderr)
        return result

    def of(self, point, *arguments, **more):
        return self.cumulants("--point", str(point.point_id.values), *arguments, **more)

    def compare(self, point, closures, reference, checkpoint=3, *arguments):
        said = json.loads(self.of(point, "--json", *arguments).stdout)
        self.assertEqual((said["point"], said["checkpoint"], said["reference"]),
                         (str(point.point_id.values), checkpoint, reference))
        self.assertEqual(said["step"], point.checkpoint_step[checkpoint])
        at = point.isel(checkpoint=checkpoint)
        expected = []
        for layer in range(1, int(point.model_depth) + 2):
            for side, words in (("", "before"), ("_post", "after")):
                if layer > point.model_depth and side:
                    continue
                expected += [(layer, words, order, side) for order in range(1, 5)]
        self.assertEqual([(c["layer"], c["activation"], c["order"]) for c in said["cumulants"]],
                         [e[:3] for e in expected])
        for line, (layer, _, order, side) in zip(said["cumulants"], expected):
            def same(name, key, value=line):
                stored = float(at[f"layer_cumulant{name}{side}"].sel(layer=layer, order=order))
                self.assertEqual(value[key], stored if np.isfinite(stored) else None)

            same("", "measured")
            same("_standard_error", "standard_error")
            if reference == "truth":
                same("_truth", "truth")
                same("_truth_error", "truth_error")
            self.assertEqual(set(line["error"]), set(closures))
            for closure in closures:
                same("_" + closure, closure)
                stored = float(at["layer_cumulant_error" + side].sel(closure=closure, layer=layer, order=order))
                self.assertEqual(line["error"][closure], stored if np.isfinite(stored) else None)

    def test_what_the_file_holds(self):
        two = ("gaussian", "edgeworth")
        four = tuple(f"{closure}_{nodes}" for closure in two for nodes in ("independent", "joint"))
        mlp, gnn = ({"model_architecture": a, "model_depth": 2, "trace_theory": "on"} for a in ("mlp", "gnn"))
        self.compare(self.row(**mlp), two, "truth")
        self.compare(self.row(**mlp), two, "truth", 0, "--checkpoint", "0")
        self.compare(self.row(**gnn), four, "truth")
        self.compare(self.row(task_block=4), two, "measured")
        self.compare(self.row(model_depth=1, trace_theory="off"), (), None)

    def test_exact_values_and_gaussian_closure_again(self):
        """From the weights alone, by other rules: tanh is smooth and the inputs are uniform."""
        uniform = plane(*np.polynomial.legendre.leggauss(60))
        uniform = (np.sqrt(3) * uniform[0], uniform[1])
        steps = np.linspace(-9, 9, 241)  # the trapezoidal rule: exponentially accurate for an analytic integrand
        gaussian = plane(steps, np.exp(-steps ** 2 / 2))
        with rn.NetworkFile(self.results) as file:
            for row in np.flatnonzero(self.points.task_block.values == 2):
                point, network = self.points.isel(point=row, checkpoint=3), file.network(int(row))
                if point.trace_theory != "on":
                    continue
                layers, output = signals(network, uniform[0])

                def same(name, layer, expected, orders=slice(None)):
                    stored = point["layer_cumulant_" + name].sel(layer=layer).values
                    np.testing.assert_allclose(stored[orders], expected[orders], rtol=1e-5, atol=1e-7, err_msg=name)

                for layer, (before, after) in enumerate(layers, 1):
                    same("truth", layer, cumulants_of(before, uniform[1]))
                    same("truth_post", layer, cumulants_of(after, uniform[1]))
                same("truth", len(layers) + 1, cumulants_of(output[:, None], uniform[1]))
                # Gaussian pre-activations with the mean and covariance of the first layer: Gaussian inputs.
                _, h = signals(network, gaussian[0])[0][0]
                same("gaussian_post", 1, cumulants_of(h, gaussian[1]))
                mean = gaussian[1] @ h
                covariance = (h - mean).T @ ((h - mean) * gaussian[1][:, None])
                w, b = network.layers[1][:2] if len(layers) > 1 else (network.readout[0][None], network.readout[1])
                nodes = np.repeat(np.arange(2), len(mean) // 2) if point.model_architecture == "gnn" else np.zeros(len(mean))
                together = nodes[:, None] == nodes
                for name, kept in (("gaussian", covariance), ("gaussian_independent", covariance * together)):
                    if name == "gaussian" or point.model_architecture == "gnn":
                        variance = np.diag(w @ kept @ w.T).mean()
                        same(name, 2, np.array([(w @ mean + b).mean(), variance, 0, 0]))

    def test_table(self):
        point = self.row(model_architecture="gnn", model_depth=2)
        result = self.of(point)
        lines = result.stdout.splitlines()
        self.assertIn(f"point {point.point_id.values}, checkpoint 3, step 50; errors relative to what is exact", lines[0])
        self.assertEqual(lines[1].split(), ["layer", "activation", "order", "measured", "+-", "truth",
                                            "gaussian_independent", "error", "gaussian_joint", "error",
                                            "edgeworth_independent", "error", "edgeworth_joint", "error"])
        self.assertEqual(len(lines), 2 + 4 * 5)
        self.assertEqual(lines[2].split()[:3], ["1", "before", "1"])
        self.assertEqual(lines[-1].split()[:3], ["output", "-", "4"])
        variance = lines[3].split()
        self.assertAlmostEqual(float(variance[5]), float(point.layer_cumulant_truth.sel(checkpoint=3, layer=1, order=2)),
                               places=4)
        self.assertEqual(result.stderr, "")

    def test_without_theory_it_says_so(self):
        result = self.of(self.row(model_depth=1, trace_theory="off"))
        self.assertIn("ran without trace.theory = on: only measured cumulants", result.stderr)
        self.assertEqual(result.stdout.splitlines()[1].split(), ["layer", "activation", "order", "measured", "+-"])
        result = self.of(self.row(task_block=4), "--checkpoint", "1")
        self.assertIn("this checkpoint has no theory; those that have it: 0, 3", result.stderr)

    def test_other_files(self):
        parts = [self.path(f"part_{i}.h5") for i in (1, 2)]
        for i, part in enumerate(parts, 1):
            self.assertEqual(rgsweep("run", self.spec, "--output", part, "--shard", f"{i}/2", "--quiet").returncode, 0)
        merged, repacked = self.path("merged.h5"), self.path("repacked.h5")
        self.assertEqual(rgsweep("merge", merged, *parts).returncode, 0)
        subprocess.run(["h5repack", merged, repacked], check=True)
        unfinished = self.path("unfinished.h5")
        os.mkdir(unfinished + ".parts")
        for i, part in enumerate(parts, 1):
            shutil.copy(part, os.path.join(unfinished + ".parts", f"seg-0000000{i}.h5"))
        for point in (self.row(model_architecture="gnn", model_depth=2), self.row(task_block=4)):
            whole = self.of(point).stdout
            for file in (merged, repacked, unfinished):
                self.assertEqual(self.of(point, file=file).stdout, whole, file)

    def test_the_same_bits_on_other_ranks(self):
        output = self.path("ranks.h5")
        done = rgsweep("run", self.spec, "--output", output, "--quiet", "--save-weights", ranks=2)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(different_columns(self.results, output), [])

    def test_errors(self):
        point = self.row(task_block=4)
        null = self.path("null.h5")
        self.assertEqual(rgsweep("run", self.spec, "--output", null, "--sweep.experiment", "null", "--quiet").returncode, 0)
        (nothing,) = np.unique(xr.load_dataset(null).point_id.values)
        for arguments, words in (([], "cumulants needs --point ID"),
                                 (["--point", "xyz"], "--point xyz: allowed: the 16 hex digits of a point_id"),
                                 (["--point", "0123456789abcdef"],
                                  "--point 0123456789abcdef: not among the 7 points of " + self.results),
                                 (["--point", str(point.point_id.values), "--checkpoint", "4"],
                                  "--checkpoint 4: allowed: 0 to 3"),
                                 (["--point", str(point.point_id.values), "--checkpoint", "last"],
                                  "--checkpoint last: allowed: 0 to 3")):
            result = self.cumulants(*arguments, code=2)
            self.assertIn(words, result.stderr)
            self.assertEqual((result.stdout, len(result.stderr.splitlines())), ("", 1))
        result = rgsweep("cumulants", self.path("none.h5"), "--point", "0123456789abcdef")
        self.assertEqual((result.returncode, result.stdout), (1, ""))
        self.assertIn("none.h5: there are no results", result.stderr)
        self.assertIn("no cumulants of layers here", self.cumulants("--point", nothing, file=null, code=1).stderr)

    def test_help(self):
        text = self.cumulants("--help").stdout
        self.assertTrue(text.startswith("rgsweep cumulants RESULTS.h5 "))
        self.assertIn("rgsweep cumulants ", rgsweep("--help").stdout)


if __name__ == "__main__":
    main()
