"""From the rows of a sweep to curves: quartiles of the test error over the seeds, along one axis of the grid."""
import csv
from collections import namedtuple

import numpy as np

from rgsweep_results import ResultsError, distinct

SYMMETRIES = ["none", "exchange", "equivariant", "odd", "full"]  # in their customary order

# One line of a figure: `key` its values of the group columns, x the distinct axis values with quartiles and number of
# finished runs at each, `runs` (x, y) of the single runs, `lost` the axis values of runs that diverged or failed.
Curve = namedtuple("Curve", "key x lower median upper count runs lost")


def choose_rows(results, where):
    """Applies COLUMN=VALUE conditions."""
    mask = np.ones(results.points, bool)
    for condition in where:
        name, found, value = condition.partition("=")
        if not found:
            raise ResultsError(f"--where {condition}: expected COLUMN=VALUE")
        column = results[name]
        if column.dtype.kind == "U":
            chosen = column == value
        else:
            chosen = np.isclose(column, number_of(condition, value), rtol=1e-9, atol=0)
        if not chosen.any():
            raise ResultsError(f"--where {condition}: no such value; {name} takes {listing(column)}")
        mask &= chosen
    return results.select(mask)


def number_of(condition, text):
    try:
        return float(text)
    except ValueError:
        raise ResultsError(f"--where {condition}: {condition.partition('=')[0]} holds numbers") from None


def choose_test(results, name):
    """Index and label of a test distribution; the first without a name."""
    labels = [str(label) for label in results["test"]]
    if name is None:
        return 0, labels[0]
    if name not in labels:
        raise ResultsError(f"no test distribution {name}; the file has: {', '.join(labels)}")
    return labels.index(name), name


def curves_of(results, axis, groups, test_index):
    """One Curve for each combination of values of the columns `groups`, in the order of their values."""
    x, error, status = results[axis], results["test_mse"][:, test_index], results["status"]
    if x.dtype.kind not in "if" or x.ndim != 1:
        raise ResultsError(f"--axis {axis}: not a column of numbers, one a point")
    keys = list(zip(*(results[name].tolist() for name in groups))) if groups else [()] * len(x)
    members = {}
    for row, key in enumerate(keys):
        if np.isfinite(x[row]):
            members.setdefault(key, []).append(row)
    curves = []
    for key in sorted(members, key=lambda k: [order_of(v) for v in k]):
        rows = np.array(members[key])
        done = rows[(status[rows] == "done") & np.isfinite(error[rows])]
        lost = rows[np.isin(status[rows], ["diverged", "failed"])]
        at = np.unique(x[done])
        quartiles = np.array([np.quantile(error[done[x[done] == a]], [0.25, 0.5, 0.75]) for a in at]).reshape(-1, 3)
        count = np.array([np.sum(x[done] == a) for a in at], int)
        curves.append(Curve(key, at, *quartiles.T, count, (x[done], error[done]), x[lost]))
    if not any(len(curve.x) for curve in curves):
        raise ResultsError(f"{results.path}: no finished run with a value of {axis} among {results.points} points")
    return curves


def order_of(value):
    """Symmetries in their customary order, then numbers and texts in theirs."""
    if value in SYMMETRIES:
        return (0, SYMMETRIES.index(value), "")
    return (1, 0 if isinstance(value, str) else value, str(value))


def plateau(a):
    """Test error, relative to Var(target), of exchange-tied units of one sign on Gaussian inputs."""
    return (1 - a) ** 2 / (2 * (1 + a ** 2))


def plateau_applies(results, axis, test):
    """Whether the dashed line describes these points."""
    needed = {"activation_kind": "leaky_relu", "model_symmetry": "exchange", "model_bias": "none", "model_depth": 1,
              "model_architecture": "mlp", "task_train": "gaussian"}
    return (axis == "activation_slope" and test == "gaussian" and "model_symmetry" in results
            and all(name not in results or np.all(results[name] == value) for name, value in needed.items()))


def listing(values, limit=8):
    values = [f"{v:g}" if isinstance(v, float) else str(v) for v in distinct(values).tolist()]
    return ", ".join(values[:limit]) + (", ..." if len(values) > limit else "")


def write_csv(path, groups, axis, curves):
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([*groups, axis, "runs", "lower_quartile", "median", "upper_quartile"])
        for curve in curves:
            for row in zip(curve.x, curve.count, curve.lower, curve.median, curve.upper):
                writer.writerow([*curve.key, *(repr(value.item()) for value in row)])
