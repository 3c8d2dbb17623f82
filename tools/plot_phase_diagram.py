#!/usr/bin/env python3
"""Draws a sweep, or the phase diagram that `rgsweep analyze --output` made of it, as PNG and SVG.

Of a results file, --kind
  curves     test error against an axis: median and quartiles over the seeds, every run a faint dot (the default)
  histogram  order parameter, at some values of the axis
  traces     training loss of stuck and solved runs, at some values of the axis
Of a phase diagram, --kind
  success    share of successful runs with 95 % intervals, and the critical values with theirs (the default)
  heat       the same as a heat map over the axis and a size (--against), with the critical line
  collapse   the same against size |end - axis|^z, for the z of the best collapse

For `curves` the first column of --group makes the panels, the last the lines of a panel, those between make panels too;
columns that do not vary are dropped. Diverged and failed runs are crosses at the top edge. For exchange-tied leaky-ReLU
layers of depth 1 without bias on Gaussian inputs the dashed line is the error of a layer whose units all have one sign,
(1-a)^2 / (2 (1+a^2)).
"""
import argparse
import sys
from pathlib import Path

# First: it names missing modules.
from rgsweep_style import LINE_STYLES, MARKERS, STYLE, axis_label, save, shade, symmetry_colour, title_of, value_name
import numpy as np
import matplotlib.pyplot as plt
from matplotlib.patheffects import withStroke
import rgsweep_curves as rc
import rgsweep_phase_pictures as phase_pictures
import rgsweep_point_pictures as point_pictures
from rgsweep_results import ResultsError, distinct, is_phase, load, load_phase, used

DEFAULT_GROUPS = ["model_symmetry", "model_width", "training_steps"]
FLOOR = 1e-17  # an error of exactly 0 is drawn here


# ---- drawing -------------------------------------------------------------------------------------------------------

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
            colour = symmetry_colour(key[0] if key else only_symmetry(results), outer.index(key[:1]))
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
    return (f"{title_of(results)}, {test} test inputs.{gap}"
            f"Line: median of {many}; band: quartiles; dots: single runs, spread sideways.")


# ---- command line --------------------------------------------------------------------------------------------------

PHASE_KINDS = {"success": phase_pictures.draw_success, "heat": phase_pictures.draw_heat,
               "collapse": phase_pictures.draw_collapse}
POINT_KINDS = ("curves", "histogram", "traces")


def options(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", help="a results file of `rgsweep run` or a phase diagram of `rgsweep analyze`")
    parser.add_argument("-o", "--output", type=Path, help="writes OUTPUT.png and OUTPUT.svg (default: beside the file)")
    parser.add_argument("--kind", choices=[*POINT_KINDS, *PHASE_KINDS], help="what to draw")
    parser.add_argument("--axis", metavar="COLUMN", help="of a results file, default: activation_slope")
    parser.add_argument("--group", metavar="COLUMN,...", help="default: " + ",".join(DEFAULT_GROUPS))
    parser.add_argument("--against", metavar="COLUMN", help="of a phase diagram: the size that the curves of a panel differ "
                        "in, training_steps or model_width; default: the first that varies")
    parser.add_argument("--test", metavar="NAME", help="test distribution (default: the first of the file)")
    parser.add_argument("--where", action="append", default=[], metavar="COLUMN=VALUE", help="only these points or curves")
    parser.add_argument("--threshold", type=float, default=1e-3, metavar="EPS",
                        help="for traces: test error below which a run is solved, default: %(default)s")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="for curves: also writes the numbers that are drawn")
    return parser.parse_args(arguments)


def refuse(chosen, kind, names):
    for name in names:
        if getattr(chosen, name) is not None:
            raise ResultsError(f"--{name} does not go with --kind {kind}")


def phase_figure(chosen, kind):
    refuse(chosen, kind, ("axis", "group", "csv"))
    phase = load_phase(chosen.results)
    keep = {}
    for condition in chosen.where:
        name, _, text = condition.partition("=")
        column = phase[name]
        keep[name] = text if column.dtype.kind == "U" else rc.number_of(condition, text)
    return PHASE_KINDS[kind](phase, chosen.test, keep, chosen.against)


def grouping(chosen, results, axis):
    wanted = DEFAULT_GROUPS if chosen.group is None else [name for name in chosen.group.split(",") if name]
    if chosen.group is not None:
        results.require(wanted)
    groups = [name for name in results.varying(wanted) if name != axis]
    pooled = [name for name in results.varying([name for name in results.parameters() if name not in (axis, *groups)])
              if len(distinct(used(results[name]))) > 1]
    if pooled:
        print(f"note: runs with different {', '.join(pooled)} are drawn together; separate them with --group or --where",
              file=sys.stderr)
    return wanted, groups


def point_figure(chosen, kind):
    refuse(chosen, kind, ("against",) if kind == "curves" else ("against", "csv"))
    axis = chosen.axis or "activation_slope"
    results = rc.choose_rows(load(chosen.results), chosen.where)
    results.require([axis])
    wanted, groups = grouping(chosen, results, axis)
    if kind == "histogram":
        return point_pictures.draw_histogram(results, axis, groups)
    if kind == "traces":
        return point_pictures.draw_traces(results, axis, groups, chosen.test, chosen.threshold)
    test_index, test = rc.choose_test(results, chosen.test)
    line = groups[-1] if groups and groups[-1] != wanted[0] else None
    panels = [name for name in groups if name != line]
    curves = rc.curves_of(results, axis, groups, test_index)
    if chosen.csv:
        rc.write_csv(chosen.csv, groups, axis, curves)
        print(chosen.csv)
    return draw(results, axis, panels, line, curves, test)


def run(arguments):
    chosen = options(arguments)
    phase = is_phase(chosen.results)
    kind = chosen.kind or ("success" if phase else "curves")
    if phase != (kind in PHASE_KINDS) and Path(chosen.results).exists():
        raise ResultsError(f"--kind {kind} needs {'a results file' if phase else 'a phase diagram'}; {chosen.results} is "
                           f"{'a phase diagram' if phase else 'none'}")
    figure = phase_figure(chosen, kind) if kind in PHASE_KINDS else point_figure(chosen, kind)
    save(figure, chosen.output or Path(chosen.results).with_suffix(""))


def main():
    try:
        run(sys.argv[1:])
    except ResultsError as error:
        sys.exit(f"plot_phase_diagram.py: {error}")


if __name__ == "__main__":
    main()
