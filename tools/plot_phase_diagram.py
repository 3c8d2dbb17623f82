#!/usr/bin/env python3
"""Draws the test error of a sweep against one of its axes: median and quartiles over the seeds, every run a faint dot.

The first column of --group makes the panels, the last the lines of a panel, those between make panels too; columns
that do not vary are dropped.
Diverged and failed runs are crosses at the top edge. For exchange-tied leaky-ReLU layers of depth 1 without bias on
Gaussian inputs the dashed line is the error of a layer whose units all have one sign, (1-a)^2 / (2 (1+a^2)).
"""
import argparse
import sys
from pathlib import Path

try:
    import numpy as np
    import h5py  # noqa: F401  (rgsweep_results needs it)
    import matplotlib
    matplotlib.use("Agg")
    matplotlib.rcParams["svg.hashsalt"] = "rgsweep"  # the same results give the same file
    import matplotlib.pyplot as plt
    from matplotlib.patheffects import withStroke
    import rgsweep_curves as rc
    from rgsweep_results import ResultsError, load
except ModuleNotFoundError as error:
    sys.exit(f"{sys.executable} has no module {error.name}; "
             "on Debian: apt-get install python3-h5py python3-numpy python3-matplotlib, then /usr/bin/python3 "
             + sys.argv[0])

# Okabe and Ito's palette, which colour-blind readers can tell apart; a symmetry keeps its colour in every figure.
SYMMETRY_COLOURS = {"none": "#0072B2", "exchange": "#D55E00", "equivariant": "#009E73", "odd": "#CC79A7", "full": "#E69F00"}
OTHER_COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"]
LINE_STYLES = ["-", (0, (5, 1.5)), (0, (1.2, 1.2)), (0, (5, 1.5, 1.2, 1.5)), (0, (8, 2))]
MARKERS = ["o", "s", "^", "D", "v", "P"]
DEFAULT_GROUPS = ["model_symmetry", "model_width", "training_steps"]
FLOOR = 1e-17  # an error of exactly 0 is drawn here

STYLE = {
    "font.size": 10, "axes.titlesize": 11, "axes.titleweight": "bold", "axes.titlelocation": "left",
    "axes.spines.top": False, "axes.spines.right": False, "axes.edgecolor": "0.35", "axes.linewidth": 0.8,
    "axes.grid": True, "axes.axisbelow": True, "grid.color": "0.9", "grid.linewidth": 0.7,
    "xtick.color": "0.25", "ytick.color": "0.25", "ytick.minor.size": 0,
}


# ---- drawing -------------------------------------------------------------------------------------------------------

def colour_of(value, position):
    return SYMMETRY_COLOURS.get(value, OTHER_COLOURS[position % len(OTHER_COLOURS)])


def shade(colour, position, count):
    """The lines of one panel go from light to dark in the panel's hue."""
    rgb = np.array(matplotlib.colors.to_rgb(colour))
    t = 0.0 if count == 1 else 0.35 - 0.85 * position / (count - 1)  # > 0 towards white, < 0 towards black
    return tuple(rgb + (1 - rgb) * t if t > 0 else rgb * (1 + 0.8 * t))


def draw_curve(axes, curve, colour, position, band):
    runs_x, runs_y = curve.runs
    axes.plot(sideways(runs_x), np.maximum(runs_y, FLOOR), ".", color=colour, ms=4, mew=0, alpha=0.45, zorder=2,
              rasterized=len(runs_x) > 5000)
    axes.fill_between(curve.x, np.maximum(curve.lower, FLOOR), np.maximum(curve.upper, FLOOR), color=colour, alpha=band,
                      lw=0, zorder=1.5)
    axes.plot(curve.x, np.maximum(curve.median, FLOOR), color=colour, lw=1.4, ls=LINE_STYLES[position % len(LINE_STYLES)],
              marker=MARKERS[position % len(MARKERS)], ms=4.5, mec="white", mew=0.6, zorder=3)


def sideways(x):
    """Spreads the runs of each x evenly over half the distance to the next x, so that equal errors do not hide."""
    values, where, count = np.unique(x, return_inverse=True, return_counts=True)
    if len(values) < 2:
        return x
    order = np.argsort(where, kind="stable")
    rank = np.empty(len(x))
    rank[order] = np.arange(len(x)) - np.repeat(np.cumsum(count) - count, count)
    return x + ((rank + 0.5) / count[where] - 0.5) * 0.5 * np.diff(values).min()


def draw_lost(axes, curves):
    """Crosses at the top edge for the runs without an error."""
    lost = np.concatenate([curve.lost for curve in curves])
    if len(lost):
        axes.plot(lost, np.full(len(lost), 0.985), "x", color="0.2", ms=5, mew=1.1, alpha=0.7, zorder=4,
                  transform=axes.get_xaxis_transform(), clip_on=False)
        axes.annotate(f"{len(lost)} without a result", (1, 1.0), xycoords="axes fraction", xytext=(0, 3),
                      textcoords="offset points", ha="right", va="bottom", fontsize=8, color="0.2")


def draw_plateau(axes, curves):
    drawn = np.concatenate([curve.x for curve in curves])
    a = np.linspace(drawn.min(), drawn.max(), 400)
    a = a[rc.plateau(a) > 1e-6]
    if len(a):
        axes.plot(a, rc.plateau(a), color="black", lw=1.1, ls=(0, (4, 2)), zorder=2.5)
        at = a[int(0.2 * len(a))]
        axes.annotate(r"units of one sign: $(1-a)^2\,/\,2(1+a^2)$", (at, rc.plateau(at)), xytext=(0, 4), fontsize=9,
                      textcoords="offset points", ha="left", va="bottom", zorder=6,
                      path_effects=[withStroke(linewidth=2.5, foreground="white")])


def name_curves(axes, curves, texts, colours):
    """Writes the name of each curve right of the panel, in the order of their ends and clear of one another."""
    ends = {i: np.log(max(c.median[-1], FLOOR)) for i, c in enumerate(curves) if len(c.x)}
    bottom, top = np.log(axes.get_ylim())
    order = sorted(ends, key=ends.get)
    heights = spread([(ends[i] - bottom) / (top - bottom) for i in order], 0.065)
    for i, height in zip(order, heights):
        axes.annotate(texts[i], (curves[i].x[-1], np.exp(ends[i])), xytext=(1.04, height), textcoords="axes fraction",
                      ha="left", va="center", color=colours[i], fontsize=9, annotation_clip=False,
                      arrowprops={"arrowstyle": "-", "color": colours[i], "lw": 0.7, "shrinkA": 1, "shrinkB": 4})


def spread(heights, gap):
    """Moves ascending heights in [0, 1] apart until neighbours differ by `gap`, and keeps the order."""
    result = []
    for height in heights:
        result.append(max(height, result[-1] + gap) if result else height)
    limit = 1.0
    for i in reversed(range(len(result))):
        result[i] = min(result[i], limit)
        limit = result[i] - gap
    return result


def axis_label(results, axis):
    if axis == "activation_slope":
        return "slope $a$ of the leaky ReLU"
    text, units = results.long_names.get(axis, axis), results.units.get(axis, "1")
    return text if units == "1" else f"{text} ({units})"


def value_name(column, value):
    return f"{column.removeprefix('model_').removeprefix('training_').replace('_', ' ')}: {value}"


def draw_panel(axes, curves, line, colour, theory):
    """`line`: the column that tells the curves of this panel apart, last in each curve's key, or None for one curve."""
    colours = [shade(colour, i, len(curves)) for i in range(len(curves))]
    for i, curve in enumerate(curves):
        draw_curve(axes, curve, colours[i], i, 0.18 if len(curves) == 1 else 0.1)
    draw_lost(axes, curves)
    if theory:
        draw_plateau(axes, curves)
    if line:
        name_curves(axes, curves, [value_name(line, curve.key[-1]) for curve in curves], colours)


def draw(results, axis, panels, line, curves, test):
    """`panels`: the columns that make the panels, first in each curve's key; a single panel without any."""
    members = {}
    for curve in curves:
        members.setdefault(curve.key[:len(panels)], []).append(curve)
    inner = len({key[1:] for key in members})
    columns = inner if 1 < inner <= 4 else min(len(members), 3)
    rows = -(-len(members) // columns)
    with plt.rc_context(STYLE):
        figure, grid = plt.subplots(rows, columns, sharex=True, sharey=True, squeeze=False, layout="constrained",
                                    figsize=(0.7 + 4.1 * columns, 0.9 + 3.3 * rows))
        flat = list(grid.flat)
        set_range(flat[0], curves)
        outer = list(dict.fromkeys(key[:1] for key in members))
        for axes, (key, inside) in zip(flat, members.items()):
            axes.set_title(", ".join(map(value_name, panels, key)), color="0.15")
            here = np.all([results[name] == value for name, value in zip(panels, key)] or [True], axis=0)
            theory = rc.plateau_applies(results.select(np.broadcast_to(here, results.points)), axis, test)
            colour = colour_of(key[0] if key else only_symmetry(results), outer.index(key[:1]))
            draw_panel(axes, inside, line, colour, theory)
        for position, unused in enumerate(flat[len(members):], len(members)):
            unused.remove()
            flat[position - columns].tick_params(labelbottom=True)
        figure.supxlabel(axis_label(results, axis), fontsize=10.5)
        figure.supylabel("test MSE / Var(target)", fontsize=10.5)
        figure.suptitle(caption(results, test, curves, columns), fontsize=9, color="0.35", x=0.01, ha="left")
    return figure


def only_symmetry(results):
    return results["model_symmetry"][0] if "model_symmetry" in results else None


def set_range(axes, curves):
    """All runs with room above for names and crosses; the plateau's 1/2 is always in sight."""
    errors = np.maximum(np.concatenate([curve.runs[1] for curve in curves]), FLOOR)
    low, high = errors.min(), max(errors.max(), 0.5)
    margin = (high / low) ** 0.08
    axes.set_yscale("log")
    axes.set_ylim(low / margin, high * margin)


def caption(results, test, curves, columns):
    runs = np.concatenate([curve.count for curve in curves])
    many = f"{runs.max()} runs" if runs.min() == runs.max() else f"{runs.min()} to {runs.max()} runs"
    gap = "\n" if columns == 1 else " "
    title = results.attrs.get("title", results.path.stem)
    return (f"{title}, {test} test inputs.{gap}"
            f"Line: median of {many}; band: quartiles; dots: single runs, spread sideways.")


# ---- command line --------------------------------------------------------------------------------------------------

def options(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", help="a results file of `rgsweep run`")
    parser.add_argument("-o", "--output", type=Path, help="writes OUTPUT.png and OUTPUT.svg (default: beside the results)")
    parser.add_argument("--axis", default="activation_slope", metavar="COLUMN", help="default: %(default)s")
    parser.add_argument("--group", metavar="COLUMN,...", help="default: " + ",".join(DEFAULT_GROUPS))
    parser.add_argument("--test", metavar="NAME", help="test distribution (default: the first of the file)")
    parser.add_argument("--where", action="append", default=[], metavar="COLUMN=VALUE", help="only these points")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="also writes the numbers that are drawn")
    return parser.parse_args(arguments)


def run(arguments):
    chosen = options(arguments)
    results = rc.choose_rows(load(chosen.results), chosen.where)
    test_index, test = rc.choose_test(results, chosen.test)
    wanted = DEFAULT_GROUPS if chosen.group is None else [name for name in chosen.group.split(",") if name]
    if chosen.group is not None:
        results.require(wanted)
    groups = [name for name in results.varying(wanted) if name != chosen.axis]
    line = groups[-1] if groups and groups[-1] != wanted[0] else None
    panels = [name for name in groups if name != line]
    curves = rc.curves_of(results, chosen.axis, groups, test_index)
    pooled = results.varying([name for name in results.parameters() if name not in (chosen.axis, *groups)])
    if pooled:
        print(f"note: runs with different {', '.join(pooled)} are drawn together; separate them with --group or --where",
              file=sys.stderr)
    figure = draw(results, chosen.axis, panels, line, curves, test)
    stem = chosen.output or Path(chosen.results).with_suffix("")
    if stem.suffix in (".png", ".svg"):
        stem = stem.with_suffix("")
    stem.parent.mkdir(parents=True, exist_ok=True)
    for suffix, metadata in ((".png", {"Software": None}), (".svg", {"Date": None})):
        figure.savefig(f"{stem}{suffix}", dpi=160, metadata=metadata)
        print(f"{stem}{suffix}")
    if chosen.csv:
        rc.write_csv(chosen.csv, groups, chosen.axis, curves)
        print(chosen.csv)


def main():
    try:
        run(sys.argv[1:])
    except ResultsError as error:
        sys.exit(f"plot_phase_diagram.py: {error}")


if __name__ == "__main__":
    main()
