"""Pictures of the points of a results file: histograms of the order parameter, traces of the loss. Each function gives a
matplotlib figure; plot_phase_diagram.py is their command line. `groups` are the columns that make the panels.
"""
import numpy as np
import matplotlib.pyplot as plt
from matplotlib.lines import Line2D

import rgsweep_curves as rc
from rgsweep_results import ResultsError
from rgsweep_style import STYLE, axis_label, caption, colour_of, figure_of, title_of, value_name


def spread_choice(values, most=4):
    """At most so many of the sorted different values, evenly over their range."""
    different = np.unique(values[np.isfinite(values)])
    return different[np.unique(np.linspace(0, len(different) - 1, most).round().astype(int))]


def draw_histogram(results, axis, groups):
    """Histograms of the order parameter, a row for each of some values of the axis, a panel for each group."""
    m, status = results["order_parameter"], results["status"]
    use = (status == "done") & np.isfinite(m) & np.isfinite(results[axis])
    if not use.any():
        raise ResultsError(f"{results.path}: no finished point has an order parameter and a value of {axis}")
    slopes = spread_choice(results[axis][use])
    keys = sorted(set(zip(*(results[name][use].tolist() for name in groups))) if groups else {()},
                  key=lambda k: [rc.order_of(v) for v in k])
    bins = np.linspace(-1, 1, 42)
    with plt.rc_context({**STYLE, "axes.grid": False}):
        figure, flat = figure_of(len(keys), height=3.6, sharex=True)
        for position, (axes, key) in enumerate(zip(flat, keys)):
            title = ", ".join(map(value_name, groups, key))
            axes.set_title(title, color="0.15")
            here = use & np.all([results[n] == v for n, v in zip(groups, key)] or [use], axis=0)
            for i, slope in enumerate(slopes):
                values = m[here & (results[axis] == slope)]
                share = np.histogram(values, bins)[0] / max(len(values), 1)
                axes.stairs(i + 0.9 * share / max(share.max(), 1e-9), bins, baseline=i, fill=True,
                            color=colour_of(title, position), alpha=0.75)
                axes.axhline(i, color="0.5", lw=0.6)
            axes.set_yticks(np.arange(len(slopes)), [f"{slope:g}" for slope in slopes])
        figure.supxlabel("order parameter $m$", fontsize=10.5)
        figure.supylabel(axis_label(results, axis), fontsize=10.5)
        caption(figure, f"{title_of(results)}. Histograms over the finished runs, each scaled to its highest bin.")
    return figure


def draw_traces(results, axis, groups, test, threshold):
    """Traces of the loss: runs that end below the threshold solid blue, the others dashed vermilion."""
    test_index, test = rc.choose_test(results, test)
    results.require(["loss_trace", "checkpoint_step"])
    use = (results["status"] == "done") & np.isfinite(results[axis])
    slopes = spread_choice(results[axis][use], 3)
    keys = sorted(set(zip(*(results[name][use].tolist() for name in groups))) if groups else {()},
                  key=lambda k: [rc.order_of(v) for v in k])
    panels = [(key, slope) for key in keys for slope in slopes]
    with plt.rc_context(STYLE):
        figure, flat = figure_of(len(panels), width=3.4, height=2.6, sharey=True)
        for axes, (key, slope) in zip(flat, panels):
            here = use & np.all([results[n] == v for n, v in zip(groups, key)] or [use], axis=0) & (results[axis] == slope)
            axes.set_title(", ".join([*map(value_name, groups, key), f"{axis.split('_', 1)[-1]}: {slope:g}"]), fontsize=9)
            for row in np.flatnonzero(here):
                solved = results["test_mse"][row, test_index] < threshold
                step, loss = results["checkpoint_step"][row], results["loss_trace"][row]
                has = (step > 0) & np.isfinite(loss) & (loss > 0)
                axes.plot(step[has], loss[has], color="#0072B2" if solved else "#D55E00", ls="-" if solved else (0, (4, 1.5)),
                          lw=0.8, alpha=0.6)
            axes.set_xscale("log")
            axes.set_yscale("log")
        flat[0].legend(handles=[Line2D([], [], color="#0072B2", label=f"solved: test MSE < {threshold:g}"),
                                Line2D([], [], color="#D55E00", ls="--", label="stuck")], fontsize=8)
        figure.supxlabel("training step", fontsize=10.5)
        figure.supylabel("training loss", fontsize=10.5)
        caption(figure, f"{title_of(results)}, {test} test inputs.")
    return figure
