#!/usr/bin/env python3
"""Prints what a sweep says about one observable, a line for each group of replicas, with error bars.

    tools/rgsweep_summary.py results/claim_5.h5 --by model_symmetry,model_width --below 1e-3
    tools/rgsweep_summary.py results/claim_5.h5 --value loss_trace --by model_width --below 1e-3
    tools/rgsweep_summary.py results/claim_6.h5 --value nonlinearity --by activation_trainable_weights

A group is the runs that agree in the columns of --by; without it, in every column that the sweep varies but the seed.
Observables with dimensions beyond the point get them as columns of their own: test, order, or for a trace the step of
the checkpoint. Runs that diverged or failed count as lost; what they left behind is in no statistic but the share.

    median [low, high]   the sample median and its exact 95 % interval by order statistics: no assumption on the values
    quartiles            of the values; medians and quartiles are interpolated linearly
    mean +- error        and its standard error
    share [low, high]    with --below EPS: runs, of all including the lost, whose value is below EPS; Wilson's 95 % interval
"""
import argparse
import csv
import math
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))
from rgsweep_curves import choose_rows, order_of
from rgsweep_results import ResultsError, load

Z95 = 1.959963984540054
TRACES = {"checkpoint": "checkpoint_step"}  # a dimension whose coordinate differs from run to run


def wilson(successes, trials):
    """Wilson's 95 % score interval of a proportion."""
    if trials == 0:
        return math.nan, math.nan
    share, z2 = successes / trials, Z95**2
    centre = (share + z2 / (2 * trials)) / (1 + z2 / trials)
    half = Z95 / (1 + z2 / trials) * math.sqrt(share * (1 - share) / trials + z2 / (4 * trials**2))
    return max(0.0, centre - half), min(1.0, centre + half)


def median_interval(values):
    """The narrowest symmetric pair of order statistics that holds the median with at least 95 %; the range of the
    values where even that holds it less often (fewer than six)."""
    ordered = np.sort(values)
    n = len(ordered)
    if n == 0:
        return math.nan, math.nan
    rank, tail = 1, 0.0
    for k in range(n // 2):
        # The chance that exactly k values lie below the median; in logarithms, since 2^-n underflows.
        tail += math.exp(math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1) - n * math.log(2))
        if 2 * tail > 0.05:
            break
        rank = k + 1
    return float(ordered[rank - 1]), float(ordered[n - rank])


def statistics(values, lost, below):
    """The numbers of one line; `values` are those of the finished runs, NaN among them left out."""
    values = values[np.isfinite(values)]
    low, high = median_interval(values)
    quartiles = np.quantile(values, [0.25, 0.5, 0.75]) if len(values) else [math.nan] * 3
    row = {"runs": len(values), "lost": lost, "median": quartiles[1], "median_low": low, "median_high": high,
           "lower_quartile": quartiles[0], "upper_quartile": quartiles[2],
           "mean": values.mean() if len(values) else math.nan,
           "standard_error": values.std(ddof=1) / math.sqrt(len(values)) if len(values) > 1 else math.nan}
    if below is not None:
        count, trials = int((values < below).sum()), len(values) + lost
        row["share"] = count / trials if trials else math.nan
        row["share_low"], row["share_high"] = wilson(count, trials)
    return row


def unused_named(values):
    """NaN and -1 mark a key that a point does not use."""
    return ["-" if value != value or value == -1 else value for value in values]


def long_form(results, name, groups):
    """One entry a value: the keys (values of `groups`, then of the observable's further dimensions), the values, whether
    their runs finished, and the names of all key columns."""
    values, dims = results[name], results.dims[name]
    if dims[:1] != ("point",) or values.dtype.kind not in "if":
        raise ResultsError(f"--value {name}: not a column of numbers with a value for each point")
    further = [d for d in dims[1:] if d not in groups]
    keys = list(zip(*(unused_named(results[g].tolist()) for g in groups))) if groups else [()] * results.points
    done = results["status"] == "done"
    entries = []
    for index in np.ndindex(values.shape[1:]):
        labels = []
        for d, i in zip(dims[1:], index):
            column = TRACES.get(d)
            labels.append(results[column][:, i].tolist() if column in results
                          else [results[d][i].item() if d in results else i] * results.points)
        labels = list(zip(*labels)) if labels else [()] * results.points
        for point in range(results.points):
            if dims[-1] in TRACES and labels[point][-1] < 0:
                continue  # a run with fewer checkpoints than the file holds
            entries.append((keys[point] + labels[point], float(values[(point,) + index]), bool(done[point])))
    return entries, list(groups) + [TRACES.get(d, d) for d in further]


def summarise(results, name, groups, below):
    """Names of the key columns, and (key, statistics) of each group in the order of its values."""
    entries, names = long_form(results, name, groups)
    members = {}
    for key, value, done in entries:
        members.setdefault(key, []).append((value, done))
    table = []
    for key in sorted(members, key=lambda k: [order_of(v) for v in k]):
        finished = np.array([value for value, done in members[key] if done])
        lost = sum(not done for _, done in members[key])
        table.append((key, statistics(finished, lost, below)))
    return names, table


def show(value):
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def print_table(names, table, below):
    heads = names + ["runs", "lost", "median", "[low, high]", "quartiles", "mean +- error"]
    heads += [f"share below {below:g}"] if below is not None else []
    lines = [heads]
    for key, s in table:
        line = [show(v) for v in key] + [str(s["runs"]), str(s["lost"]), f"{s['median']:.3g}",
                                         f"[{s['median_low']:.3g}, {s['median_high']:.3g}]",
                                         f"{s['lower_quartile']:.3g} .. {s['upper_quartile']:.3g}",
                                         f"{s['mean']:.3g} +- {s['standard_error']:.2g}"]
        if below is not None:
            line.append(f"{s['share']:.3f} [{s['share_low']:.3f}, {s['share_high']:.3f}]")
        lines.append(line)
    widths = [max(len(line[i]) for line in lines) for i in range(len(heads))]
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip())


def write_csv(path, names, table):
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        for i, (key, s) in enumerate(table):
            if i == 0:
                writer.writerow(names + list(s))
            writer.writerow(list(key) + list(s.values()))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0],
                                     epilog="See the head of this file for the statistics.")
    parser.add_argument("results", type=Path)
    parser.add_argument("--value", default="test_mse", help="observable, default test_mse")
    parser.add_argument("--by", help="columns that make a group, separated by commas")
    parser.add_argument("--where", action="append", default=[], metavar="COLUMN=VALUE", help="only these points")
    parser.add_argument("--below", type=float, metavar="EPS", help="also the share of runs whose value is below EPS")
    parser.add_argument("--csv", type=Path, help="also write the table here")
    arguments = parser.parse_args()
    try:
        results = choose_rows(load(arguments.results), arguments.where)
        groups = arguments.by.split(",") if arguments.by else results.varying(results.parameters())
        results.require(groups)
        names, table = summarise(results, arguments.value, groups, arguments.below)
    except ResultsError as error:
        sys.exit(str(error))
    print_table(names, table, arguments.below)
    if arguments.csv:
        write_csv(arguments.csv, names, table)


if __name__ == "__main__":
    main()
