"""What the pictures of tools/ share: palette, line styles, labels, a grid of panels, files.

A script that draws imports this before any other module that is not Python's own: it says which ones are missing."""
import sys
import textwrap
from pathlib import Path

try:
    import h5py  # noqa: F401  (rgsweep_results needs it)
    import numpy as np
    import matplotlib
    matplotlib.use("Agg")
    matplotlib.rcParams["svg.hashsalt"] = "rgsweep"  # the same results give the same file
    import matplotlib.pyplot as plt
except ModuleNotFoundError as error:
    sys.exit(f"{sys.executable} has no module {error.name}; "
             "on Debian: apt-get install python3-h5py python3-numpy python3-matplotlib, then /usr/bin/python3 "
             + sys.argv[0])

# Okabe and Ito's palette, which colour-blind readers can tell apart; a symmetry keeps its colour in every figure.
SYMMETRY_COLOURS = {"none": "#0072B2", "exchange": "#D55E00", "equivariant": "#009E73", "odd": "#CC79A7", "full": "#E69F00"}
OTHER_COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"]
LINE_STYLES = ["-", (0, (5, 1.5)), (0, (1.2, 1.2)), (0, (5, 1.5, 1.2, 1.5)), (0, (8, 2))]
MARKERS = ["o", "s", "^", "D", "v", "P"]
STYLE = {
    "font.size": 10, "axes.titlesize": 11, "axes.titleweight": "bold", "axes.titlelocation": "left",
    "axes.spines.top": False, "axes.spines.right": False, "axes.edgecolor": "0.35", "axes.linewidth": 0.8,
    "axes.grid": True, "axes.axisbelow": True, "grid.color": "0.9", "grid.linewidth": 0.7,
    "xtick.color": "0.25", "ytick.color": "0.25", "ytick.minor.size": 0,
}


def axis_label(results, axis):
    if axis == "activation_slope":
        return "slope $a$ of the leaky ReLU"
    text, units = results.long_names.get(axis, axis), results.units.get(axis, "1")
    return text if units == "1" else f"{text} ({units})"


def value_name(column, value):
    return f"{column.removeprefix('model_').removeprefix('training_').replace('_', ' ')}: {value}"


def shade(colour, position, count):
    """The lines of one panel go from light to dark in the panel's hue."""
    rgb = np.array(plt.matplotlib.colors.to_rgb(colour))
    t = 0.0 if count == 1 else 0.35 - 0.85 * position / (count - 1)  # > 0 towards white, < 0 towards black
    return tuple(rgb + (1 - rgb) * t if t > 0 else rgb * (1 + 0.8 * t))


def figure_of(count, width=4.1, height=3.3, **shared):
    columns = min(count, 4 if count in (4, 7, 8) else 3) if count != 4 else 2
    rows = -(-count // columns)
    figure, grid = plt.subplots(rows, columns, squeeze=False, layout="constrained",
                                figsize=(0.9 + width * columns, 1.0 + height * rows), **shared)
    flat = list(grid.flat)
    for position, unused in enumerate(flat[count:], count):
        unused.remove()
        flat[position - columns].tick_params(labelbottom=True)
    return figure, flat[:count]


def caption(figure, text):
    """Above the panels, in as many lines as the figure's width needs."""
    lines = textwrap.wrap(text, width=int(16 * figure.get_figwidth()))
    figure.suptitle("\n".join(lines), fontsize=9, color="0.35", x=0.01, ha="left")


def symmetry_colour(symmetry, position):
    return SYMMETRY_COLOURS.get(symmetry, OTHER_COLOURS[position % len(OTHER_COLOURS)])


def colour_of(title, position):
    """By the symmetry that a panel's title names, else by the panel's position."""
    named = [symmetry for symmetry in SYMMETRY_COLOURS if f"symmetry: {symmetry}" in title]
    return symmetry_colour(named[0] if named else None, position)


def title_of(results):
    return results.attrs.get("title", results.path.stem)


def save(figure, stem, **options):
    """Writes STEM.png and STEM.svg, whichever of these endings `stem` may have, and prints their names."""
    stem = Path(stem)
    if stem.suffix in (".png", ".svg"):
        stem = stem.with_suffix("")
    stem.parent.mkdir(parents=True, exist_ok=True)
    for suffix, metadata in ((".png", {"Software": None}), (".svg", {"Date": None})):
        figure.savefig(f"{stem}{suffix}", dpi=160, metadata=metadata, **options)
        print(f"{stem}{suffix}")
