#!/usr/bin/env python3
"""Rebuilds the networks of a results file that was written with `rgsweep run --save-weights`, by the file alone.

    tools/rgsweep_network.py results/weights.h5                  every network's stored and rebuilt test error
    tools/rgsweep_network.py results/weights.h5 --point 0123456789abcdef

draws fresh inputs of each test distribution with numpy, evaluates the rebuilt network and prints its test error beside
the stored one. Both are means over finite samples: `error` is the standard error of their difference, `deviation` the
difference in units of it. In a script:

    from rgsweep_network import NetworkFile, draw
    with NetworkFile("results/weights.h5") as file:
        network = file.network("0123456789abcdef")  # or the row's number
        f = network(draw("laplace", (1000, network.inputs), np.random.default_rng(0)))
"""
import argparse
import math
import sys
from pathlib import Path

try:
    import h5py
    import numpy as np
except ModuleNotFoundError as error:
    sys.exit(f"{sys.executable} has no module {error.name}; "
             "on Debian: apt-get install python3-h5py python3-numpy, then /usr/bin/python3 " + sys.argv[0])

sys.path.insert(0, str(Path(__file__).resolve().parent))
from rgsweep_results import ResultsError, load

TILE = 1 << 14  # inputs evaluated at once


# ---- inputs ----------------------------------------------------------------------------------------------------------

def _bimodal(rng, m, shape):
    return m * rng.choice([-1.0, 1.0], shape) + math.sqrt(1 - m * m) * rng.standard_normal(shape)


# Mean 0 and variance 1 all of them, as `rgsweep list distributions` describes them; `a` is the argument.
SAMPLERS = {
    "gaussian": lambda rng, a, shape: rng.standard_normal(shape),
    "uniform": lambda rng, a, shape: rng.uniform(-math.sqrt(3), math.sqrt(3), shape),
    "laplace": lambda rng, a, shape: rng.laplace(0, 1 / math.sqrt(2), shape),
    "exponential": lambda rng, a, shape: rng.exponential(1, shape) - 1,
    "rademacher": lambda rng, a, shape: rng.choice([-1.0, 1.0], shape),
    "gamma": lambda rng, a, shape: (rng.gamma(a, 1, shape) - a) / math.sqrt(a),
    "bimodal": _bimodal,
    "student_t": lambda rng, a, shape: rng.standard_t(a, shape) * math.sqrt((a - 2) / a),
}


def draw(distribution, shape, rng):
    """Independent numbers of a distribution by the name that files give it: "laplace", "gamma(2)"."""
    name, _, argument = distribution.partition("(")
    if name not in SAMPLERS:
        raise ResultsError(f"no sampler for the distribution {distribution}; there are: {', '.join(SAMPLERS)}")
    return SAMPLERS[name](rng, float(argument.rstrip(")")) if argument else None, shape)


def target(x):
    """The map to be learned: the sum of each row over the square root of its length."""
    return x.sum(axis=1) / math.sqrt(x.shape[1])


# ---- networks --------------------------------------------------------------------------------------------------------

def cardinal_b_spline(x, degree):
    """The B-spline on the knots 0, 1, ..., degree + 1."""
    shifted = [((x >= i) & (x < i + 1)).astype(float) for i in range(degree + 1)]  # of degree 0, at x - i
    for p in range(1, degree + 1):
        shifted = [((x - i) * shifted[i] + (p + 1 + i - x) * shifted[i + 1]) / p for i in range(degree + 1 - p)]
    return shifted[0]


def spline(coefficients, knots, degree, reach):
    """sum_k c_k B(u - k + degree), u = z / h + (knots - 1) / 2, h = 2 reach / (knots - 1); beyond the knots linear."""
    last = knots - 1

    def basis(u, order, shift):  # all k side by side
        return np.stack([cardinal_b_spline(u - k + shift, order) for k in range(last + degree)], axis=-1)

    def phi(z):
        u = z * last / (2 * reach) + last / 2
        inner = np.clip(u, 0, np.nextafter(last, 0))  # the last interval includes its end
        value = basis(inner, degree, degree) @ coefficients
        slope = (basis(inner, degree - 1, degree) - basis(inner, degree - 1, degree - 1)) @ coefficients
        return np.where(u == inner, value, value + slope * (u - inner))

    return phi


def activation(columns, coefficients):
    """phi of a hidden layer, from the values of the row's columns activation_* and the layer's own coefficients."""
    kind = columns["activation_kind"]
    if kind == "linear":
        return lambda z: z
    if kind == "relu":
        return lambda z: np.maximum(z, 0)
    if kind == "leaky_relu":
        return lambda z: np.where(z < 0, columns["activation_slope"] * z, z)
    if kind == "quadratic":
        return lambda z: z + columns["activation_alpha"] * z * z
    if kind == "tanh":
        return np.tanh
    if kind == "spline":
        return spline(coefficients, columns["activation_knots"], columns["activation_degree"],
                      columns["activation_range"])
    raise ResultsError(f"unknown activation {kind}")


class Network:
    """f(x) = v.h^D + c, h^l = phi^l(W^l h^(l-1) + b^l), h^0 = x; `layers` holds (W^l, b^l, phi^l), `readout` (v, c)."""

    def __init__(self, columns, numbers):
        """`columns`: the row's values by column name. `numbers`: its row of `weights`, NaN at the end or not."""
        self.inputs, depth = int(columns["task_block"]), int(columns["model_depth"])
        units = int(columns["model_width"] if columns["model_architecture"] == "mlp"
                    else columns["task_block"] * columns["model_features"])
        place = 0

        def take(*shape):
            nonlocal place
            first, place = place, place + math.prod(shape)
            if place > len(numbers):
                raise ResultsError(f"the row of weights has {len(numbers)} numbers, fewer than its network needs")
            return np.asarray(numbers[first:place], float).reshape(shape)

        matrices = []
        for layer in range(depth):
            matrices.append((take(units, units if layer else self.inputs), take(units)))
        self.readout = take(units), take(1)[0]
        learnable = columns["activation_kind"] == "spline"
        count = int(columns["activation_knots"] + columns["activation_degree"]) - 1 if learnable else 0
        self.layers = [(w, b, activation(columns, take(count))) for w, b in matrices]

    def __call__(self, x):
        """f of each row of x, (samples, inputs)."""
        h = np.asarray(x, float)
        for w, b, phi in self.layers:
            h = phi(h @ w.T + b)
        v, c = self.readout
        return h @ v + c


class NetworkFile:
    """The networks of a results file; reads the weights of one at a time."""

    def __init__(self, path):
        self.results = load(path, leave_out=["weights"])
        self._file = h5py.File(path, "r")
        if "weights" not in self._file:
            raise ResultsError(f"{path} holds no column weights; `rgsweep run ... --save-weights` writes it")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._file.close()

    def row(self, point):
        """The number of a point's row, from its id."""
        found = np.flatnonzero(self.results["point_id"] == point)
        if len(found) == 0:
            raise ResultsError(f"{self.results.path}: no point {point}")
        return int(found[0])

    def has_network(self, row):
        """Whether the row's point is done and was trained with --save-weights."""
        return self.results["status"][row] == "done" and bool(np.isfinite(self._file["weights"][row, 0]))

    def network(self, point):
        """The network of a point, by id or number of its row."""
        row = point if isinstance(point, (int, np.integer)) else self.row(point)
        if not self.has_network(row):
            raise ResultsError(f"point {self.results['point_id'][row]} has no weights: it is "
                               f"{self.results['status'][row]}, or was trained without --save-weights")
        columns = {name: self.results[name][row] for name in self.results.parameters()}
        return Network(columns, self._file["weights"][row])


# ---- test errors -----------------------------------------------------------------------------------------------------

def test_mse(network, distribution, samples, rng):
    """Mean and variance of (f(x) - y)^2 over fresh inputs; Var(y) = 1."""
    errors = []
    for first in range(0, samples, TILE):
        x = draw(distribution, (min(TILE, samples - first), network.inputs), rng)
        errors.append((network(x) - target(x)) ** 2)
    errors = np.concatenate(errors)
    return errors.mean(), errors.var()


def compare(file, row, samples, rng):
    """(test distribution, stored test error, rebuilt one, standard error of their difference) of one point."""
    results, network = file.results, file.network(row)
    for t, distribution in enumerate(results["test"]):
        stored = results["test_mse"][row, t]
        if np.isnan(stored):
            continue  # other points of the file are tested on it
        rebuilt, variance = test_mse(network, distribution, samples, rng)
        error = math.sqrt(variance * (1 / samples + 1 / results["task_test_samples"][row]))
        yield distribution, stored, rebuilt, error


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0],
                                     epilog="--help of the other tools: see tools/README.md")
    parser.add_argument("results", type=Path, metavar="RESULTS.h5")
    parser.add_argument("--point", metavar="ID", help="one point, by its point_id; otherwise all that have weights")
    parser.add_argument("--samples", type=int, default=1 << 17, metavar="N", help="fresh inputs [131072]")
    parser.add_argument("--seed", type=int, default=0, help="of the fresh inputs [0]")
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    try:
        if arguments.samples < 2:
            raise ResultsError(f"--samples {arguments.samples}: allowed: integer >= 2")
        with NetworkFile(arguments.results) as file:
            count = file.results.points
            rows = [file.row(arguments.point)] if arguments.point else [r for r in range(count) if file.has_network(r)]
            print(f"{'point':16}  {'test':16}  {'stored':>13}  {'rebuilt':>13}  {'error':>9}  {'deviation':>9}")
            rng = np.random.default_rng(arguments.seed)
            for row in rows:
                for distribution, stored, rebuilt, error in compare(file, row, arguments.samples, rng):
                    deviation = (rebuilt - stored) / error if error > 0 else 0.0 if rebuilt == stored else math.inf
                    print(f"{file.results['point_id'][row]:16}  {distribution:16}  {stored:13.6e}  {rebuilt:13.6e}  "
                          f"{error:9.2e}  {deviation:9.2f}")
            if len(rows) < count and not arguments.point:
                print(f"{count - len(rows)} of {count} points have no network: not done, or trained without "
                      "--save-weights", file=sys.stderr)
    except ResultsError as error:
        sys.exit(f"{Path(sys.argv[0]).name}: {error}")


if __name__ == "__main__":
    main()
