"""The observables of a results file recomputed with numpy, from the weights in it alone: exactly where they are functions
of the weights, within the scatter of replicas of the same size where they are means over random inputs."""

import itertools
import sys
from pathlib import Path

import numpy as np

from harness import Case, main

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
import rgsweep_network as rn

SPEC = """[model]
width = 6
bias = all
[activation]
alpha = 0.3
[task]
train = exponential
test = exponential, uniform
test_samples = 3000
[training]
steps = 200
learning_rate = 0.02
batch = 64
[trace]
flow_steps = 3
[grid.shallow]
model.symmetry = none, exchange, odd, full
activation.kind = leaky_relu, tanh
task.block = 2, 3
[grid.deep]
model.symmetry = none, equivariant
model.depth = 2
activation.kind = quadratic, leaky_relu
task.block = 3
"""
REPLICAS = 24


def k_statistics(x):
    """Unbiased estimates of the cumulants of orders 1 to 6 (Kendall and Stuart)."""
    n = len(x)
    m = [np.mean((x - x.mean()) ** r) for r in range(7)]
    falling = np.cumprod(n - np.arange(1.0, 6.0))  # (n-1) ... (n-j)
    return np.array([
        x.mean(),
        n * m[2] / falling[0],
        n ** 2 * m[3] / falling[1],
        n ** 2 * ((n + 1) * m[4] - 3 * (n - 1) * m[2] ** 2) / falling[2],
        n ** 3 * ((n + 5) * m[5] - 10 * (n - 1) * m[2] * m[3]) / falling[3],
        n ** 2 * ((n + 1) * (n * n + 15 * n - 4) * m[6] - 15 * (n - 1) ** 2 * (n + 4) * m[2] * m[4]
                  - 10 * (n - 1) * (n * n - n + 4) * m[3] ** 2 + 30 * n * (n - 1) * (n - 2) * m[2] ** 3) / falling[4],
    ])


def deviations(f, x):
    """even_fraction, exchange_asymmetry, nonlinearity on the inputs x."""
    out, block = f(x), x.shape[1]
    power = np.mean(out ** 2)
    swapped = []
    for i, j in itertools.combinations(range(block), 2):
        y = x.copy()
        y[:, [i, j]] = y[:, [j, i]]
        swapped.append(np.mean((out - f(y)) ** 2))
    fit = np.column_stack([np.ones(len(x)), x])
    rest = out - fit @ np.linalg.lstsq(fit, out, rcond=None)[0]
    return np.array([np.mean(((out + f(-x)) / 2) ** 2) / power, np.mean(swapped) / (4 * power),
                     np.mean(rest ** 2) / np.var(out)])


def flow(f, distribution, samples, steps, rng):
    """k-statistics of the population after each step."""
    population = rn.draw(distribution, samples * f.inputs, rng)
    result = []
    for _ in range(steps):
        rng.shuffle(population)
        whole = len(population) // f.inputs * f.inputs
        population = f(population[:whole].reshape(-1, f.inputs))
        result.append(k_statistics(population))
    return np.array(result)


def average(matrix, group):
    """The mean over a group, whose elements act on rows and on columns."""
    return np.mean([rows @ matrix @ columns.T for rows, columns in group], axis=0)


def permuting_units(block, units):
    """Permutations of the sites as matrices on the inputs and on units (channel, site)."""
    for p in itertools.permutations(range(block)):
        sites = np.eye(block)[list(p)]
        yield sites, np.kron(np.eye(units // block), sites)


def projections(matrices, block):
    """For each symmetry, the nearest matrices that have it, as averages over the group that it stands for."""
    units = len(matrices[0])
    swap = np.kron(np.eye(units // 2), [[0, 1], [1, 0]])  # the units of all pairs
    one = np.eye(units)
    result = {"exchange": [], "odd": [], "full": [], "equivariant": []}
    for layer, w in enumerate(matrices):
        result["full"].append(np.full_like(w, w.mean()))
        result["exchange"].append(np.tile(w.mean(axis=1, keepdims=True), block) if layer == 0 else w)
        inverted = (swap, -np.eye(block)) if layer == 0 else (swap, swap)
        result["odd"].append(average(w, [(one, np.eye(w.shape[1])), inverted]))
        result["equivariant"].append(average(w, [(of_units, of_sites if layer == 0 else of_units)
                                                 for of_sites, of_units in permuting_units(block, units)]))
    return result


class Observables(Case):
    def setUp(self):
        super().setUp()
        with open(self.spec, "w") as file:
            file.write(SPEC)
        self.file = rn.NetworkFile(self.run_sweep("x.h5", "--save-weights", "--quiet"))
        self.addCleanup(self.file.__exit__)
        self.results = self.file.results
        self.networks = [self.file.network(row) for row in range(self.results.points)]

    def test_functions_of_the_weights(self):
        r = self.results
        for row, network in enumerate(self.networks):
            matrices = [w for w, _, _ in network.layers]
            total = sum(np.sum(w ** 2) for w in matrices)
            for symmetry, nearest in projections(matrices, network.inputs).items():
                distance = sum(np.sum((w - p) ** 2) for w, p in zip(matrices, nearest)) / total
                np.testing.assert_allclose(r["delta_" + symmetry][row], distance, rtol=1e-9, atol=1e-13,
                                           err_msg=f"{symmetry}, {r['model_symmetry'][row]}")
            np.testing.assert_allclose(r["delta_trace"][row].max(where=r["checkpoint_step"][row] == 200, initial=-1),
                                       r["delta_exchange"][row], rtol=1e-12)
            norms, v = np.linalg.norm(matrices[0], axis=1), network.readout[0]
            if len(matrices) == 1:
                np.testing.assert_allclose(r["order_parameter"][row], (v * norms).sum() / (abs(v) * norms).sum(),
                                           rtol=1e-9, atol=1e-13)
            else:
                self.assertTrue(np.isnan(r["order_parameter"][row]))

    def test_means_over_inputs(self):
        r, rng = self.results, np.random.default_rng(3)
        samples = 3000

        def assert_scattered(stored, replicas, what):
            # Six standard deviations of a replica, and of their mean; exact zeros have rounding errors.
            allowed = 6 * np.std(replicas, axis=0, ddof=1) * (1 + 1 / REPLICAS) ** 0.5 + 1e-12
            self.assertTrue(np.all(np.abs(stored - np.mean(replicas, axis=0)) < allowed), f"{what}: {stored}, {replicas}")

        for row, network in enumerate(self.networks):
            shape = (samples, network.inputs)
            stored = np.array([r[name][row] for name in ("even_fraction", "exchange_asymmetry", "nonlinearity")])
            assert_scattered(stored, [deviations(network, rn.draw("exponential", shape, rng)) for _ in range(REPLICAS)],
                             "symmetry")
            for t, distribution in enumerate(r["test"]):
                outputs = [network(rn.draw(distribution, shape, rng)) for _ in range(REPLICAS)]
                assert_scattered(r["output_cumulant"][row, t], [k_statistics(f) for f in outputs], "output_cumulant")
            assert_scattered(r["flow_cumulant"][row],
                             [flow(network, "exponential", samples, 3, rng) for _ in range(REPLICAS)], "flow_cumulant")
            # (n-1)! for the inputs; the exact map in three steps.
            order, step = np.arange(1, 7), np.arange(1, 4)[:, None]
            kappa = np.array([0, 1, 2, 6, 24, 120])
            np.testing.assert_allclose(r["flow_target"][row],
                                       kappa * float(network.inputs) ** (step * (1 - order / 2)), rtol=1e-12)


if __name__ == "__main__":
    main()
