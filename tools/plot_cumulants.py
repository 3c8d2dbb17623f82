#!/usr/bin/env python3
"""Draws how the cumulants of a network's layers change during its training: a column of panels for each order, a row for
each layer. Dots with bars are what was measured and its standard error, the line with squares joins the exact values where
the sweep has them (trace.theory = on, two or three inputs), dashed lines are the closures' predictions.

    tools/plot_cumulants.py results/cumulants_gnn.h5 --point 0123456789abcdef
    tools/plot_cumulants.py results/cumulants_gnn.h5 --where activation_slope=0.1 --layer output --orders 1,2,3,4

One point is drawn: the one that --point names, or the first finished one for which all of --where holds.
"""
import argparse
import sys
from pathlib import Path

from rgsweep_style import STYLE as COMMON_STYLE, save  # first: it names missing modules
import matplotlib.pyplot as plt
import numpy as np
import rgsweep_cumulants as cumulants
from rgsweep_curves import choose_rows
from rgsweep_results import ResultsError, load

# Okabe and Ito's palette, which colour-blind readers can tell apart; dashes tell the lines apart without any colour.
STYLES = {
    "gaussian": ("#56B4E9", (0, (1.2, 1.2))), "edgeworth": ("#0072B2", (0, (5, 1.5))),
    "gaussian_independent": ("#E69F00", (0, (1.2, 1.2))), "gaussian_joint": ("#56B4E9", (0, (1.2, 2.4))),
    "edgeworth_independent": ("#D55E00", (0, (5, 1.5, 1.2, 1.5))), "edgeworth_joint": ("#0072B2", (0, (5, 1.5))),
}
ORDER_NAMES = {1: "mean", 2: "variance", 3: "third cumulant", 4: "fourth cumulant", 5: "fifth cumulant",
               6: "sixth cumulant"}
STYLE = {**COMMON_STYLE, "ytick.minor.size": 2}


# ---- what is drawn -------------------------------------------------------------------------------------------------

def choose_point(results, point, where):
    """The row that is drawn."""
    if point:
        rows = np.flatnonzero(results["point_id"] == point)
        if not len(rows):
            raise ResultsError(f"--point {point}: not among the {results.points} points of {results.path}")
        return rows[0]
    chosen = choose_rows(results, where)
    rows = np.flatnonzero((chosen["status"] == "done") & (chosen["checkpoint_step"] >= 0).any(axis=1))
    if not len(rows):
        raise ResultsError(f"{results.path}: no finished point" + (" with " + ", ".join(where) if where else ""))
    return np.flatnonzero(results["point_id"] == chosen["point_id"][rows[0]])[0]


def choose_layers(trace, wanted):
    """(layer, side) of each row of panels: all layers before their activation, or what --layer says."""
    everything = [(layer, "") for layer in range(1, trace.depth + 2)]
    if not wanted:
        return everything
    rows = []
    for word in wanted.split(","):
        name, _, side = word.strip().partition(":")
        layer = trace.depth + 1 if name == "output" else int(name) if name.isdigit() else 0
        if not 1 <= layer <= trace.depth + 1 or side not in ("", "after") or (side and layer > trace.depth):
            raise ResultsError(f"--layer {word.strip()}: allowed: 1 to {trace.depth}, each also with :after, and output")
        rows.append((layer, "_post" if side else ""))
    return rows


def choose_orders(trace, wanted):
    known = trace.orders
    if not wanted:
        return [order for order in known if order <= 4]
    chosen = [int(word) if word.strip().isdigit() else 0 for word in wanted.split(",")]
    if not set(chosen) <= set(known):
        raise ResultsError(f"--orders {wanted}: allowed: {', '.join(map(str, known))}")
    return chosen


# ---- drawing -------------------------------------------------------------------------------------------------------

def limits(reference, predicted):
    """The reference with room, and the predictions as far as they do not dwarf it."""
    low, high = np.nanmin(reference), np.nanmax(reference)
    span = max(high - low, 0.2 * max(abs(low), abs(high)), 1e-12)
    near = [p for p in predicted if np.isfinite(p) and low - 2 * span <= p <= high + 2 * span]
    low, high = min([low, *near]), max([high, *near])
    margin = 0.08 * max(high - low, span)
    return low - margin, high + margin


def draw_panel(axes, trace, layer, side, order):
    measured, error = trace.at("", side, layer, order), trace.at("_standard_error", side, layer, order)
    truth = trace.at("_truth", side, layer, order)
    axes.errorbar(trace.steps, measured, error, fmt="o", color="0.55", ms=3, lw=0.8, zorder=1, label="measured")
    known = np.isfinite(truth)
    if known.any():
        axes.plot(trace.steps[known], truth[known], color="black", lw=1.6, marker="s", ms=3.5, zorder=2, label="truth")
    everything = []
    for closure in trace.closures:
        values = trace.at("_" + closure, side, layer, order)
        there = np.isfinite(values)
        if there.any():
            colour, dashes = STYLES.get(closure, ("#CC79A7", "--"))
            axes.plot(trace.steps[there], values[there], color=colour, ls=dashes, lw=1.5, zorder=3,
                      label=closure.replace("_", ", "))
            everything += values[there].tolist()
    reference = np.concatenate([truth[known], measured[np.isfinite(measured)]])
    if len(reference):
        axes.set_ylim(*limits(reference, everything))
    axes.set_xscale("symlog", linthresh=1)
    axes.set_xlim(left=0)


def draw(trace, layers, orders):
    with plt.rc_context(STYLE):
        figure, grid = plt.subplots(len(layers), len(orders), sharex=True, squeeze=False, layout="constrained",
                                    figsize=(0.8 + 2.9 * len(orders), 1.2 + 2.1 * len(layers)))
        for row, (layer, side) in zip(grid, layers):
            for axes, order in zip(row, orders):
                draw_panel(axes, trace, layer, side, order)
            row[0].set_ylabel(trace.layer_name(layer, side))
        for axes, order in zip(grid[0], orders):
            axes.set_title(ORDER_NAMES[order], color="0.15")
        figure.supxlabel("training step", fontsize=10.5)
        figure.suptitle(trace.caption(), fontsize=9, color="0.35", x=0.01, ha="left")
        named = {}
        for axes in grid.flat:
            for handle, label in zip(*axes.get_legend_handles_labels()):
                named.setdefault(label, handle)
        figure.legend(named.values(), named.keys(), loc="upper center", bbox_to_anchor=(0.5, 0), fontsize=9,
                      ncol=min(len(named), len(orders) + 1), frameon=False, handlelength=3)
    return figure


# ---- command line --------------------------------------------------------------------------------------------------

def options(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", help="a results file of `rgsweep run`")
    parser.add_argument("-o", "--output", type=Path,
                        help="writes OUTPUT.png and OUTPUT.svg (default: RESULTS_cumulants beside the results)")
    parser.add_argument("--point", metavar="ID", help="the point_id of the point")
    parser.add_argument("--where", action="append", default=[], metavar="COLUMN=VALUE", help="only these points")
    parser.add_argument("--layer", metavar="N[:after],...|output", help="default: every layer before its activation")
    parser.add_argument("--orders", metavar="N,...", help="default: 1,2,3,4")
    return parser.parse_args(arguments)


def run(arguments):
    chosen = options(arguments)
    results = load(chosen.results)
    trace = cumulants.Trace(results, choose_point(results, chosen.point, chosen.where))
    if not trace.closures:
        print(f"point {trace.point} ran without trace.theory = on: only what was measured is drawn", file=sys.stderr)
    figure = draw(trace, choose_layers(trace, chosen.layer), choose_orders(trace, chosen.orders))
    save(figure, chosen.output or results.path.with_name(results.path.stem + "_cumulants"), bbox_inches="tight")


def main():
    try:
        run(sys.argv[1:])
    except ResultsError as error:
        sys.exit(f"plot_cumulants.py: {error}")


if __name__ == "__main__":
    main()
