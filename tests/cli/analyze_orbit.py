"""`rgsweep analyze` on an orbit sweep: its cells, recomputed with numpy."""

import csv
import os
import tempfile
import unittest

import numpy as np
import xarray as xr

from harness import main, rgsweep

ORBIT = """[sweep]
name = orbit
experiment = orbit
[orbit]
images = synthetic
group = rotations
poses = 4, 8
pair = 0..6
kernel = ntk
slope = 0, 0.5
"""


class Orbit(unittest.TestCase):
    """An orbit sweep: its cells against numpy and scipy."""

    def test_summary(self):
        with tempfile.TemporaryDirectory() as folder:
            path = lambda name: os.path.join(folder, name)
            with open(path("orbit.ini"), "w") as file:
                file.write(ORBIT)
            done = rgsweep("run", path("orbit.ini"), "--output", path("orbit.h5"), "--quiet")
            self.assertEqual(done.returncode, 0, done.stderr)
            result = rgsweep("analyze", path("orbit.h5"), "--output", path("cells.h5"), "--csv", folder)
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertEqual(result.stdout.splitlines()[0], path("cells.h5") + ": 4 cells of 28 points")
            points, cells = xr.load_dataset(path("orbit.h5")), xr.load_dataset(path("cells.h5"))
            self.assertEqual(cells.sizes["cell"], 4)
            self.assertEqual(cells.attrs["summary"], "orbit")
            for c in cells.cell:
                cell = cells.sel(cell=c)
                own = points.isel(point=np.flatnonzero((points.orbit_poses.values == cell.orbit_poses.item()) &
                                                       (points.orbit_slope.values == cell.orbit_slope.item())))
                self.assertEqual((own.sizes["point"], cell.n), (7, 7))
                for name in ("eps_exact", "eps_exact_mean", "eps_spectral", "eps_group", "condition_number"):
                    self.assertEqual(cell[name + "_median"], np.median(own[name]))
                self.assertEqual(cell.correct, np.mean(own.eps_exact < 1))
                self.assertTrue(cell.correct_low <= cell.correct <= cell.correct_high)
                ranks = [np.argsort(np.argsort(own[name].values)) for name in ("eps_spectral", "eps_exact", "eps_exact_mean")]
                np.testing.assert_allclose(cell.rank_correlation, np.corrcoef(ranks[0], ranks[1])[0, 1], rtol=1e-12)
                np.testing.assert_allclose(cell.rank_correlation_mean, np.corrcoef(ranks[0], ranks[2])[0, 1], rtol=1e-12)
            with open(path("cells.csv"), newline="") as file:
                rows = list(csv.DictReader(file))
            self.assertEqual([float(row["eps_exact_median"]) for row in rows], cells.eps_exact_median.values.tolist())
            self.assertEqual(rgsweep("analyze", path("orbit.h5"), "--output", path("cells.h5")).returncode, 0)
            for option in (("--axis", "orbit.slope"), ("--threshold", "0.1"), ("--resamples", "500")):
                result = rgsweep("analyze", path("orbit.h5"), *option)
                self.assertEqual((result.returncode, result.stdout), (2, ""))
                self.assertIn(option[0] + ": " + path("orbit.h5") + " holds an orbit sweep", result.stderr)


if __name__ == "__main__":
    main()
