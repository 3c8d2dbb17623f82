#!/usr/bin/env python3
"""Draws a sweep of the orbit experiment: predicted against exact error, one colour for each number of poses, and a
strip with the poses of one pair of images.

The prediction is --predicted (eps_spectral, or eps_group), the truth --exact (eps_exact_mean, the mean over all
left-out poses, or eps_exact, that of the first image as it is). Dashed lines: error 1, beyond which a pose is taken for
the other class. The strip needs the images' IDX file; without it, or for synthetic images, it is left out.
"""
import argparse
import gzip
import sys
from pathlib import Path

from rgsweep_style import save  # first: it names missing modules
import numpy as np
import matplotlib.pyplot as plt
import rgsweep_curves as rc
from rgsweep_results import ResultsError, load

STRIP = 12  # poses of each image that are shown at most
ERRORS = {"eps_exact": "exact error, first pose left out", "eps_exact_mean": "exact error, mean over left-out poses",
          "eps_spectral": "spectral prediction", "eps_group": "prediction from the group's representations"}
STYLE = {"font.size": 10, "axes.spines.top": False, "axes.spines.right": False, "axes.edgecolor": "0.35",
         "axes.grid": True, "axes.axisbelow": True, "grid.color": "0.9", "grid.linewidth": 0.7}


# ---- numbers -------------------------------------------------------------------------------------------------------

def finished(results, predicted, exact):
    """The points that have both errors; refuses a file without any."""
    results.require(["orbit_group", predicted, exact])
    mask = (results["status"] == "done") & np.isfinite(results[predicted]) & np.isfinite(results[exact])
    if not mask.any():
        raise ResultsError(f"{results.path}: no finished point with {predicted} and {exact} "
                           f"among {results.points} points")
    return results.select(mask)


def pose_counts(results):
    """Poses of one image at each point: the order of the group."""
    return np.where(results["orbit_group"] == "dihedral", 8, results["orbit_poses"])


def rank_correlation(x, y):
    """Spearman's, with mean ranks for ties; NaN where either does not vary."""
    def ranks(values):
        _, where, count = np.unique(values, return_inverse=True, return_counts=True)
        return (np.cumsum(count) - (count - 1) / 2)[where]
    with np.errstate(invalid="ignore"):
        return np.corrcoef(ranks(x), ranks(y))[0, 1]


def agreement(predicted, exact):
    """Share of the points where both are on the same side of 1."""
    return np.mean((predicted < 1) == (exact < 1))


# ---- poses ---------------------------------------------------------------------------------------------------------

def read_images(path):
    """The images of an IDX file (image, row, column), or None where that cannot be read as one."""
    try:
        raw = Path(path).read_bytes()
        raw = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
        if raw[:4] != b"\0\0\x08\x03":
            return None
        extents = np.frombuffer(raw, ">u4", 3, 4)
        return np.frombuffer(raw, np.uint8, offset=16).reshape(extents)
    except (OSError, EOFError, ValueError):
        return None


def pose(image, group, poses, element):
    """Element `element` of the group applied to an image, as the program does it."""
    rows, columns = image.shape
    if group == "shifts":
        return np.roll(image, element * (columns // poses), axis=1)
    if group == "dihedral":
        return np.rot90(image[:, ::-1] if element >= 4 else image, element % 4)
    angle = 2 * np.pi * element / poses
    y, x = np.mgrid[:rows, :columns].astype(float)
    y, x = y - (rows - 1) / 2, x - (columns - 1) / 2
    row, column = (rows - 1) / 2 + np.cos(angle) * y + np.sin(angle) * x, (columns - 1) / 2 - np.sin(angle) * y + np.cos(angle) * x
    result = np.zeros(image.shape)
    for corner in range(4):
        r, c = np.floor(row) + corner // 2, np.floor(column) + corner % 2
        inside = (r >= 0) & (r < rows) & (c >= 0) & (c < columns)
        weight = np.where(inside, (1 - abs(row - r)) * (1 - abs(column - c)), 0)
        result += weight * image[np.where(inside, r, 0).astype(int), np.where(inside, c, 0).astype(int)]
    return result


def strip_of(results):
    """The poses of the first pair at the largest orbit, one row for each image; None without its images."""
    at = int(np.argmax(pose_counts(results)))
    images = read_images(results["orbit_images"][at])
    if images is None or max(results["image_a"][at], results["image_b"][at]) >= len(images):
        return None
    count, group = int(pose_counts(results)[at]), results["orbit_group"][at]
    shown = range(0, count, max(1, -(-count // STRIP)))
    return np.vstack([np.hstack([pose(images[int(results[name][at])].astype(float), group, count, g) for g in shown])
                      for name in ("image_a", "image_b")])


# ---- drawing -------------------------------------------------------------------------------------------------------

def draw_errors(axes, results, predicted, exact):
    counts = pose_counts(results)
    colours = plt.get_cmap("viridis")(np.linspace(0, 0.92, len(np.unique(counts))))
    for colour, n in zip(colours, np.unique(counts)):
        here = counts == n
        x, y = results[predicted][here], results[exact][here]
        axes.plot(x, y, ".", color=colour, ms=4, mew=0, alpha=0.5, rasterized=len(x) > 5000,
                  label=f"{n}: rank correlation {rank_correlation(x, y):.3f}, same side {agreement(x, y):.1%}")
    low = min(results[predicted].min(), results[exact].min()) / 1.2
    high = max(results[predicted].max(), results[exact].max()) * 1.2
    if low > 0:
        axes.set(xscale="log", yscale="log")
    axes.plot([low, high], [low, high], color="0.4", lw=0.8, zorder=0)
    axes.axhline(1, color="black", lw=0.9, ls=(0, (4, 2)))
    axes.axvline(1, color="black", lw=0.9, ls=(0, (4, 2)))
    axes.set(xlim=(low, high), ylim=(low, high), xlabel=ERRORS[predicted], ylabel=ERRORS[exact])
    axes.legend(title="poses", fontsize=8, title_fontsize=8, markerscale=2.5, loc="upper left", framealpha=0.9)


def draw(results, predicted, exact):
    strip = strip_of(results)
    with plt.rc_context(STYLE):
        if strip is None:
            figure, axes = plt.subplots(figsize=(6, 5.6), layout="constrained")
        else:
            figure, (axes, poses) = plt.subplots(2, 1, figsize=(6, 6.9), layout="constrained", height_ratios=[5, 1])
            poses.imshow(strip, cmap="gray", interpolation="nearest")
            poses.set_axis_off()
        draw_errors(axes, results, predicted, exact)
        title = results.attrs.get("title", results.path.stem)
        figure.suptitle(f"{title}: {results.points} points", fontsize=9, color="0.35", x=0.01, ha="left")
    return figure


def options(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", help="a results file of `rgsweep run` with experiment = orbit")
    parser.add_argument("-o", "--output", type=Path, help="writes OUTPUT.png and OUTPUT.svg (default: beside the results)")
    parser.add_argument("--predicted", choices=["eps_spectral", "eps_group"], default="eps_spectral")
    parser.add_argument("--exact", choices=["eps_exact_mean", "eps_exact"], default="eps_exact_mean")
    parser.add_argument("--where", action="append", default=[], metavar="COLUMN=VALUE", help="only these points")
    return parser.parse_args(arguments)


def run(arguments):
    chosen = options(arguments)
    results = finished(rc.choose_rows(load(chosen.results), chosen.where), chosen.predicted, chosen.exact)
    figure = draw(results, chosen.predicted, chosen.exact)
    save(figure, chosen.output or Path(chosen.results).with_suffix(""))


def main():
    try:
        run(sys.argv[1:])
    except ResultsError as error:
        sys.exit(f"plot_orbit.py: {error}")


if __name__ == "__main__":
    main()
