#!/usr/bin/env python3
"""Prints how well closures predict the cumulants of layers, order by order: over the points of a sweep, before training
and after it.

    tools/rgsweep_cumulants.py results/cumulants_gnn.h5
    tools/rgsweep_cumulants.py results/cumulants_gnn.h5 --by activation_kind --layer output --where model_readout=sink

A line is a group of points (the values of --by), a stage, a layer, an order; a column is a closure. Each cell is the
median over the points of the relative error |predicted - exact| / |exact| (against what was measured where there is no
exact value), and in brackets the share of points for which it is below --tracked, 0.1 unless said otherwise. Points
whose cumulant cannot be told from 0 are left out; `points` counts the others. A closure that says something for fewer
than half of them has no number. For graph networks `joint better` is the share of points for which keeping the nodes
joint makes the closure's error smaller, points with equal errors apart.

Also: Trace, the cumulants of one point during its training, for scripts of your own.
"""
import argparse
import csv
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))
from rgsweep_curves import choose_rows, order_of
from rgsweep_results import ResultsError, load

PREFIX = "layer_cumulant"
STAGES = {"untrained": 0, "trained": -1}  # first and last checkpoint of a point


def require_cumulants(results):
    if PREFIX not in results:
        raise ResultsError(f"{results.path}: no cumulants of layers here: it has no networks, or is older than they are")


def drop_doubles(labels):
    """Of a graph network's closures those that name the nodes' treatment; the plain ones are the joint ones."""
    labels = [str(label) for label in labels]
    return [label for label in labels if label + "_joint" not in labels]


class Trace:
    """One point: `steps` of its checkpoints, and at(name, side, layer, order) along them, where name is "" (measured),
    "_standard_error", "_truth", "_truth_error" or "_" and a closure, side "" or "_post", layer and order from 1."""

    def __init__(self, results, row):
        require_cumulants(results)
        self._results, self._row = results, row
        self.point = str(results["point_id"][row])
        steps = results["checkpoint_step"][row]
        self.steps = steps[steps >= 0]
        self.depth = int(results["model_depth"][row])
        self.orders = [int(n) for n in results["order"]]
        labels = [str(label) for label in results["closure"]] if "closure" in results else []
        self.closures = drop_doubles([c for c in labels if np.isfinite(self.at("_" + c, "", 1, 2)).any()])

    def at(self, name, side, layer, order):
        if PREFIX + name + side not in self._results:
            return np.full(len(self.steps), np.nan)
        return self._results[PREFIX + name + side][self._row, :len(self.steps), layer - 1, order - 1]

    def layer_name(self, layer, side):
        if layer > self.depth:
            return "output"
        return f"layer {layer}, {'after' if side else 'before'} activation"

    def caption(self):
        """What network this is."""
        names = ["model_architecture", "model_depth", "model_width", "model_features", "model_symmetry",
                 "activation_kind", "activation_slope", "task_train", "seed"]
        said = []
        for name in names:
            value = self._results[name][self._row] if name in self._results else ""
            if not (value == "" or value == -1 or value != value):
                said.append(f"{name.partition('_')[2] or name} {value:g}" if not isinstance(value, str) else str(value))
        title = self._results.attrs.get("title", self._results.path.stem)
        return f"{title}, point {self.point}: " + ", ".join(said)


def stage_errors(results, side, stage):
    """(point, closure, layer, order): relative errors at the first or the last checkpoint of each point."""
    errors, steps = results[PREFIX + "_error" + side], results["checkpoint_step"]
    count = (steps >= 0).sum(axis=1)
    place = np.where(count > 0, count - 1 if STAGES[stage] else 0, 0)
    return errors[np.arange(len(errors)), place]


def parse_layer(word):
    name, _, side = word.partition(":")
    if (name != "output" and not name.isdigit()) or side not in ("", "after"):
        raise ResultsError(f"--layer {word}: allowed: a number, also with :after, or output")
    return name, "_post" if side else ""


def of_layer(results, errors, name):
    """(point, closure, order): each point's own layer; NaN for points without it."""
    depth = results["model_depth"]
    layer = depth if name == "output" else np.full(len(depth), int(name) - 1)
    there = layer < errors.shape[2] if name == "output" else layer < depth
    chosen = errors[np.arange(len(errors)), :, np.where(there, layer, 0)]
    chosen[~there] = np.nan
    return chosen


def better(a, b):
    """Share of points where a < b, of those where they differ by more than rounding."""
    differ = np.isfinite(a) & np.isfinite(b) & (np.abs(a - b) > 1e-9 * np.maximum(a, b))
    return float((a < b)[differ].mean()) if differ.any() else np.nan


def table(results, groups, layers, tracked):
    """Column names, and a row for each group, stage, layer and order."""
    if PREFIX + "_error" not in results:
        raise ResultsError(f"{results.path}: this sweep was run without trace.theory = on: there are no predictions")
    labels = [str(label) for label in results["closure"]]
    closures = drop_doubles(labels)
    pairs = [c for c in ("gaussian", "edgeworth") if f"{c}_joint" in labels]
    names = [*groups, "stage", "layer", "order", "points"]
    for closure in closures:
        names += [closure, f"{closure} tracked"]
    names += [f"{c}: joint better" for c in pairs]
    done = results.select(results["status"] == "done")
    keys = list(zip(*(done[g].tolist() for g in groups))) if groups else [()] * done.points
    keys = [tuple("-" if v != v or v == -1 else v for v in key) for key in keys]
    rows = []
    for key in sorted(set(keys), key=lambda k: [order_of(v) for v in k]):
        members = done.select(np.array([k == key for k in keys]))
        for stage in STAGES:
            for word in layers:
                name, side = parse_layer(word)
                errors = of_layer(members, stage_errors(members, side, stage), name)
                for i, order in enumerate(done["order"].tolist()):
                    at = dict(zip(labels, errors[:, :, i].T))
                    known = np.isfinite([at[c] for c in closures])
                    if not known.any():
                        continue
                    row = [*key, stage, word, order, int(known.any(axis=0).sum())]
                    for closure in closures:
                        values = at[closure][np.isfinite(at[closure])]
                        row += [float(np.median(values)), float((values < tracked).mean())] \
                            if 2 * len(values) >= row[len(key) + 3] else [np.nan, np.nan]
                    row += [better(at[f"{c}_joint"], at[f"{c}_independent"]) for c in pairs]
                    rows.append(row)
    return names, rows


def cell(value, digits=2):
    if isinstance(value, float):
        return "-" if value != value else f"{value:.{digits}g}"
    return str(value)


def print_table(names, rows):
    """A closure's share stands in brackets behind its median."""
    head, lines = [], [[] for _ in rows]
    for i, name in enumerate(names):
        if name.endswith(" tracked"):
            for line, row in zip(lines, rows):
                if line[-1] != "-":
                    line[-1] += f" [{row[i]:.2f}]"
            continue
        head.append(name)
        for line, row in zip(lines, rows):
            line.append(cell(row[i], 6 if i < names.index("stage") else 2))
    widths = [max(len(line[i]) for line in [head, *lines]) for i in range(len(head))]
    for line in [head, *lines]:
        print("  ".join(text.ljust(width) for text, width in zip(line, widths)).rstrip())


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0],
                                     epilog="See the head of this file for what the columns are.")
    parser.add_argument("results", type=Path)
    parser.add_argument("--by", default="", help="columns that make a group, separated by commas")
    parser.add_argument("--where", action="append", default=[], metavar="COLUMN=VALUE", help="only these points")
    parser.add_argument("--layer", default="2,output", metavar="N[:after],...|output", help="default: %(default)s")
    parser.add_argument("--tracked", type=float, default=0.1, metavar="EPS", help="error of what counts as tracked")
    parser.add_argument("--csv", type=Path, help="also write the table here")
    arguments = parser.parse_args()
    try:
        results = choose_rows(load(arguments.results), arguments.where)
        require_cumulants(results)
        groups = [g for g in arguments.by.split(",") if g]
        results.require(groups)
        names, rows = table(results, groups, [w.strip() for w in arguments.layer.split(",")], arguments.tracked)
    except ResultsError as error:
        sys.exit(str(error))
    print_table(names, rows)
    if arguments.csv:
        arguments.csv.parent.mkdir(parents=True, exist_ok=True)
        with open(arguments.csv, "w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([names, *rows])


if __name__ == "__main__":
    main()
