#!/usr/bin/env python3
"""tools/plot_orbit.py on files with known numbers: what it chooses, what it computes, and how it complains."""
import contextlib
import gzip
import io
import struct
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

sys.dont_write_bytecode = True
TOOLS = Path(__file__).resolve().parents[2] / "tools"
sys.path.insert(0, str(TOOLS))
import h5py
import numpy as np
import plot_orbit as plot
import rgsweep_results as rr


def write(path, groups, poses, **columns):
    """A results file with one row for each of `groups`."""
    rows = len(groups)
    values = {"eps_spectral": np.linspace(0.1, 2, rows), "eps_exact_mean": np.linspace(0.2, 1.9, rows),
              "eps_exact": np.linspace(0.3, 1.8, rows), "eps_group": np.linspace(0.1, 1.7, rows),
              "image_a": np.zeros(rows, int), "image_b": np.ones(rows, int), "orbit_images": ["synthetic"] * rows,
              "status": np.ones(rows, np.int8), "orbit_group": groups, "orbit_poses": poses, **columns}
    with h5py.File(path, "w", libver=("earliest", "v110")) as file:
        point = file.create_dataset("point", data=np.arange(rows))
        point.make_scale("point")
        for name, value in values.items():
            text = isinstance(value[0], str)
            dataset = file.create_dataset(name, data=value, dtype=h5py.string_dtype() if text else None)
            dataset.dims[0].attach_scale(point)
        file["status"].attrs["flag_values"] = np.arange(4, dtype=np.int8)
        file["status"].attrs["flag_meanings"] = "pending done diverged failed"


def idx(images):
    return bytes([0, 0, 8, 3]) + struct.pack(">III", *images.shape) + images.tobytes()


class PlotOrbit(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.file = self.folder / "results.h5"
        self.images = np.arange(2 * 36, dtype=np.uint8).reshape(2, 6, 6)

    def run_tool(self, *arguments):
        with mock.patch.object(sys, "argv", ["plot_orbit.py", str(self.file), *map(str, arguments)]), \
                contextlib.redirect_stdout(io.StringIO()) as output:
            try:
                plot.main()
            except SystemExit as end:
                return 1, str(end.code)
            finally:
                plot.plt.close("all")
        return 0, output.getvalue()

    def test_only_finished_points_count(self):
        write(self.file, ["rotations"] * 4, [2, 4, 4, 8], status=np.array([1, 3, 1, 1], np.int8),
              eps_spectral=[0.5, 0.6, np.nan, 0.7])
        results = plot.finished(rr.load(self.file), "eps_spectral", "eps_exact")
        self.assertEqual(results["orbit_poses"].tolist(), [2, 8])

    def test_dihedral_orbits_have_eight_poses(self):
        write(self.file, ["rotations", "dihedral"], [4, -1])
        self.assertEqual(plot.pose_counts(rr.load(self.file)).tolist(), [4, 8])

    def test_rank_correlation_and_agreement(self):
        x = np.array([1.0, 2, 3, 4])
        self.assertAlmostEqual(plot.rank_correlation(x, np.exp(x)), 1)
        self.assertAlmostEqual(plot.rank_correlation(x, -x), -1)
        # 1 - 6 sum d^2 / (n (n^2 - 1)) = 1 - 6 * 2 / 60
        self.assertAlmostEqual(plot.rank_correlation(x, np.array([1.0, 3, 2, 4])), 0.8)
        # Ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4.
        self.assertAlmostEqual(plot.rank_correlation(np.array([1.0, 2, 2, 4]), x), 4.5 / np.sqrt(4.5 * 5))
        self.assertEqual(plot.agreement(np.array([0.5, 1.5, 0.9, 2]), np.array([0.2, 1.1, 1.2, 3])), 0.75)

    def test_poses_are_those_of_the_group(self):
        image = self.images[0].astype(float)
        np.testing.assert_array_equal(plot.pose(image, "shifts", 3, 1)[:, 2:], image[:, :4])
        np.testing.assert_allclose(plot.pose(image, "rotations", 4, 1), plot.pose(image, "dihedral", 8, 1), atol=1e-12)
        np.testing.assert_array_equal(plot.pose(image, "dihedral", 8, 4), image[:, ::-1])
        np.testing.assert_array_equal(plot.pose(image, "rotations", 5, 0), image)

    def test_strip_shows_the_pair_of_the_largest_orbit(self):
        path = self.folder / "images.gz"
        path.write_bytes(gzip.compress(idx(self.images)))
        write(self.file, ["shifts"] * 3, [2, 6, 3], orbit_images=[str(path)] * 3, image_a=[1, 0, 1], image_b=[0, 1, 0])
        strip = plot.strip_of(rr.load(self.file))
        self.assertEqual(strip.shape, (12, 36))
        np.testing.assert_array_equal(strip[:6, :6], self.images[0])
        np.testing.assert_array_equal(strip[6:, :6], self.images[1])
        np.testing.assert_array_equal(strip[6:, 6:12], np.roll(self.images[1], 1, axis=1))

    def test_no_strip_without_images(self):
        for source in ("synthetic", str(self.folder / "missing"), str(self.file)):
            write(self.file, ["shifts"], [2], orbit_images=[source])
            self.assertIsNone(plot.strip_of(rr.load(self.file)))
        short = self.folder / "short"
        short.write_bytes(idx(self.images)[:-1])
        self.assertIsNone(plot.read_images(short))

    def test_figures_are_the_same_every_time(self):
        write(self.file, ["rotations"] * 6, [2, 2, 2, 8, 8, 8])
        code, output = self.run_tool("-o", self.folder / "a")
        self.assertEqual((code, len(output.split())), (0, 2))
        self.run_tool("-o", self.folder / "b.png", "--where", "orbit_group=rotations")
        for suffix in ("png", "svg"):
            self.assertEqual((self.folder / f"a.{suffix}").read_bytes(), (self.folder / f"b.{suffix}").read_bytes())

    def test_complaints(self):
        code, message = self.run_tool()
        self.assertEqual(code, 1)
        self.assertIn("no file", message)
        write(self.file, ["rotations"] * 2, [2, 2], status=np.array([3, 3], np.int8))
        self.assertIn("no finished point with eps_spectral and eps_exact_mean among 2 points", self.run_tool()[1])
        self.assertIn("no such value", self.run_tool("--where", "orbit_poses=64")[1])


if __name__ == "__main__":
    unittest.main()
