"""Pictures of a phase diagram (`rgsweep analyze --output`): success along the axis, heat maps with the critical line,
the scaling collapse. Each function gives a matplotlib figure; plot_phase_diagram.py is their command line.

`test` is the label of a test distribution (None: the first), `keep` conditions {column: value} on the curves,
`against` the size that the curves of one panel differ in.
"""
import numpy as np
import matplotlib.pyplot as plt

import rgsweep_curves as rc
from rgsweep_results import ResultsError
from rgsweep_style import (LINE_STYLES, MARKERS, STYLE, axis_label, caption, colour_of, figure_of, shade, title_of,
                           value_name)

SIZES = ("training_steps", "model_width", "model_features")


# ---- panels --------------------------------------------------------------------------------------------------------

def curve_columns(phase):
    """The parameters of the curves, those that vary among them first known."""
    return [name for name, dims in phase.dims.items() if dims == ("curve",) and name != "curve"
            and not name.endswith("_family")]


def panels_of(phase, against, keep):
    """Curves that differ in `against` alone, by the values of the other parameters that vary: {title: [curve]}."""
    chosen = np.ones(len(phase["curve"]), bool)
    for name, value in keep.items():
        chosen &= phase[name] == value
    rows = np.flatnonzero(chosen)
    if not len(rows):
        raise ResultsError(f"{phase.path}: no curve is left")
    varying = [name for name in curve_columns(phase) if name != against and len(np.unique(phase[name][rows])) > 1]
    panels = {}
    for row in sorted(rows, key=lambda r: ([rc.order_of(phase[n][r]) for n in varying],
                                           rc.order_of(phase[against][r]) if against in phase else 0)):
        title = ", ".join(value_name(name, phase[name][row]) for name in varying)
        panels.setdefault(title, []).append(row)
    return panels


def default_size(phase, keep):
    """The size that the curves differ in: the training length if it varies, else a width."""
    return next((name for name in SIZES if name in phase and len(np.unique(phase[name])) > 1 and name not in keep), SIZES[0])


def critical(phase, curve, test_index, method="logistic"):
    """(value, low, high) or None."""
    name = "critical_" + phase.attrs["axis"].split("_", 1)[-1]
    place = curve, test_index, phase["method"].tolist().index(method)
    values = tuple(float(phase[name + end][place]) for end in ("", "_low", "_high"))
    return None if np.isnan(values[0]) else values


# ---- success -------------------------------------------------------------------------------------------------------

def draw_success(phase, test, keep, against=None):
    """Share of successful points with its Wilson interval, and the critical values with theirs."""
    against = against or default_size(phase, keep)
    test_index, test = rc.choose_test(phase, test)
    panels = panels_of(phase, against, keep)
    x = phase[phase.attrs["axis"]]
    with plt.rc_context(STYLE):
        figure, flat = figure_of(len(panels), sharex=True, sharey=True)
        for position, (axes, (title, curves)) in enumerate(zip(flat, panels.items())):
            axes.set_title(title, color="0.15")
            axes.set_ylim(-0.03, 1.03)
            hue = colour_of(title, position)
            for i, curve in enumerate(curves):
                colour = shade(hue, i, len(curves))
                has = phase["n_tested"][curve, :, test_index] > 0
                share, low, high = (phase[name][curve, has, test_index]
                                    for name in ("success_fraction", "success_low", "success_high"))
                axes.fill_between(x[has], low, high, color=colour, alpha=0.15, lw=0)
                axes.plot(x[has], share, color=colour, lw=1.4, ls=LINE_STYLES[i % len(LINE_STYLES)],
                          marker=MARKERS[i % len(MARKERS)], ms=4, mec="white", mew=0.5, label=str(phase[against][curve]))
                where = critical(phase, curve, test_index)
                if where:
                    axes.errorbar(where[0], 0.5, xerr=[[max(where[0] - where[1], 0)], [max(where[2] - where[0], 0)]],
                                  fmt=MARKERS[i % len(MARKERS)], ms=7, mfc="white", mec=colour, ecolor=colour, elinewidth=2.2,
                                  capsize=4, zorder=5)
            axes.axhline(0.5, color="0.6", lw=0.7, ls=":")
            if len(curves) > 1:
                axes.legend(title=value_name(against, "")[:-2], fontsize=8, title_fontsize=8, framealpha=0.9)
        figure.supxlabel(axis_label(phase, phase.attrs["axis"]), fontsize=10.5)
        figure.supylabel(f"share with test MSE < {phase.attrs['threshold']:g} Var(target)", fontsize=10.5)
        caption(figure, f"{title_of(phase)}, {test} test inputs. Bands: Wilson 95 % intervals; "
                        "open markers: critical values, 95 % intervals.")
    return figure


# ---- heat map ------------------------------------------------------------------------------------------------------

def edges_of(x):
    """Borders of the cells around ascending places: half-way between them."""
    x = np.asarray(x, float)
    if len(x) == 1:
        return np.array([x[0] - 0.5, x[0] + 0.5])
    middle = (x[1:] + x[:-1]) / 2
    return np.concatenate([[2 * x[0] - middle[0]], middle, [2 * x[-1] - middle[-1]]])


def draw_heat(phase, test, keep, against=None):
    """Success over the axis and a size, with the critical line."""
    against = against or default_size(phase, keep)
    if against not in phase or phase[against].dtype.kind not in "if":
        raise ResultsError(f"--against {against}: not a number of each curve")
    test_index, test = rc.choose_test(phase, test)
    panels = panels_of(phase, against, keep)
    x = phase[phase.attrs["axis"]]
    with plt.rc_context({**STYLE, "axes.grid": False}):
        figure, flat = figure_of(len(panels), sharex=True, sharey=True)
        for axes, (title, curves) in zip(flat, panels.items()):
            axes.set_title(title, color="0.15")
            sizes = phase[against][curves].astype(float)
            share = phase["success_fraction"][curves, :, test_index]
            places = np.arange(len(sizes))  # a row for each size, whatever lies between them
            has = ~np.isnan(share).all(axis=0)
            mesh = axes.pcolormesh(edges_of(x[has]), edges_of(places), share[:, has], cmap="cividis", vmin=0, vmax=1,
                                   rasterized=share.size > 20000)
            axes.set_yticks(places, [f"{size:g}" for size in sizes])
            found = [(c, p) for p, c in ((p, critical(phase, curve, test_index)) for p, curve in enumerate(curves)) if c]
            for line, colour in ((3.4, "black"), (1.8, "white")):  # legible on both ends of the scale
                axes.plot([c[0] for c, _ in found], [p for _, p in found], color=colour, lw=line, zorder=3)
                for (value, low, high), place in found:
                    axes.plot([low, high], [place, place], color=colour, lw=line, zorder=3, solid_capstyle="butt")
            axes.plot([c[0] for c, _ in found], [p for _, p in found], "o", mfc="white", mec="black", ms=6, zorder=4)
        figure.colorbar(mesh, ax=flat, label=f"share with test MSE < {phase.attrs['threshold']:g} Var(target)")
        figure.supxlabel(axis_label(phase, phase.attrs["axis"]), fontsize=10.5)
        figure.supylabel(axis_label(phase, against), fontsize=10.5)
        caption(figure, f"{title_of(phase)}, {test} test inputs. Line: critical values with 95 % intervals.")
    return figure


# ---- collapse ------------------------------------------------------------------------------------------------------

def linear_end(axis):
    """The value of the axis at which networks are linear; rgsweep knows it for these two."""
    ends = {"activation_slope": 1.0, "activation_alpha": 0.0}
    if axis not in ends:
        raise ResultsError(f"no collapse along {axis}: only activation_slope and activation_alpha have a linear end")
    return ends[axis]


def draw_collapse(phase, test, keep, against=None):
    """Success of all sizes of a family against size |end - axis|^z, left over the plain axis."""
    against = against or default_size(phase, keep)
    test_index, test = rc.choose_test(phase, test)
    axis = phase.attrs["axis"]
    end, x = linear_end(axis), phase[axis]
    column = "width_family" if against != SIZES[0] else "training_family"
    panels = {}
    for title, curves in panels_of(phase, against, keep).items():
        family = int(phase[column][curves[0]])
        z = phase["collapse_exponent"][family, test_index] if family >= 0 else np.nan
        if len(curves) > 1 and np.isfinite(z):
            panels[title] = curves, family, z
    if not panels:
        raise ResultsError(f"{phase.path}: no family of {against} has a collapse on {test} inputs")
    with plt.rc_context(STYLE):
        figure, flat = figure_of(len(panels), sharey=True)
        for position, (axes, (title, (curves, family, z))) in enumerate(zip(flat, panels.items())):
            ends = [phase["collapse_exponent" + e][family, test_index] for e in ("_low", "_high")]
            axes.set_title(title, color="0.15")
            axes.set_xscale("log")
            hue = colour_of(title, position)
            for i, curve in enumerate(curves):
                has = (phase["n_tested"][curve, :, test_index] > 0) & (x != end)
                share, low, high = (phase[name][curve, has, test_index]
                                    for name in ("success_fraction", "success_low", "success_high"))
                scaled = float(phase[against][curve]) * np.abs(end - x[has]) ** z
                axes.errorbar(scaled, share, yerr=[share - low, high - share], fmt=MARKERS[i % len(MARKERS)], ms=4.5,
                              color=shade(hue, i, len(curves)), elinewidth=0.8, alpha=0.9, label=str(phase[against][curve]))
            quality = phase["collapse_quality"][family, test_index]
            axes.annotate(f"$z$ = {z:.3g} [{ends[0]:.3g}, {ends[1]:.3g}]\n$\\chi^2$/dof = {quality:.2g}", (0.03, 0.97),
                          xycoords="axes fraction", va="top", fontsize=8.5)
            axes.legend(title=value_name(against, "")[:-2], fontsize=8, title_fontsize=8, loc="lower right")
        figure.supxlabel(f"{value_name(against, '')[:-2]} × |{end:g} − {axis.split('_', 1)[-1]}|$^z$", fontsize=10.5)
        figure.supylabel(f"share with test MSE < {phase.attrs['threshold']:g} Var(target)", fontsize=10.5)
        caption(figure, f"{title_of(phase)}, {test} test inputs. Bars: Wilson 95 % intervals.")
    return figure
