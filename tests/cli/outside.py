"""Results and phase diagrams in other programs: xarray with both of its readers, h5py, netCDF4, pandas, ncdump and h5dump,
and Octave and R where they are installed. Each is compared with what the program's own columns say through h5py."""

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import h5py
import netCDF4
import numpy as np
import xarray as xr

from harness import ENVIRONMENT, main, rgsweep

EXAMPLE = Path(__file__).resolve().parents[2] / "tools" / "examples" / "xarray_phase_diagram.py"
SPEC = """[sweep]
name = outside
seed = 0..3
[model]
symmetry = none
[activation]
slope = 0, 0.5, 0.9
[task]
test = gaussian, uniform
test_samples = 512
[training]
steps = 50, 200
"""


def has_r(library):
    return shutil.which("Rscript") is not None and subprocess.run(
        ["Rscript", "-e", f"library({library})"], capture_output=True, check=False).returncode == 0


class Outside(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        spec, cls.results, cls.phase = (str(cls.folder / name) for name in ("outside.ini", "outside.h5", "phase.h5"))
        Path(spec).write_text(SPEC, encoding="utf-8")
        for arguments in (("run", spec, "--output", cls.results, "--quiet"),
                          ("analyze", cls.results, "--output", cls.phase, "--resamples", "200")):
            done = rgsweep(*arguments)
            assert done.returncode == 0, done.stderr
        with h5py.File(cls.results) as file:
            cls.error = {(file["activation_slope"][p], file["training_steps"][p], file["seed"][p]): file["test_mse"][p]
                         for p in range(file["point"].shape[0])}

    def test_xarray_unstacks_to_an_array_with_named_axes(self):
        axes = ["activation_slope", "training_steps", "seed"]
        for engine in ("h5netcdf", "netcdf4"):
            with self.subTest(engine), xr.open_dataset(self.results, engine=engine) as points:
                cube = points.set_coords(axes).test_mse.set_index(point=axes).unstack("point")
                self.assertEqual(dict(cube.sizes), {"test": 2, "activation_slope": 3, "training_steps": 2, "seed": 4})
                for (slope, steps, seed), error in self.error.items():
                    at = cube.sel(activation_slope=slope, training_steps=steps, seed=seed)
                    np.testing.assert_array_equal(at.sel(test=["gaussian", "uniform"]), error)
                self.assertEqual(points.status.attrs["flag_meanings"].split()[int(points.status[0])], "done")

    def test_phase_diagram_in_both_readers_of_xarray(self):
        with xr.open_dataset(self.phase, engine="h5netcdf") as a, xr.open_dataset(self.phase, engine="netcdf4") as b:
            self.assertEqual(set(a.variables), set(b.variables))
            self.assertEqual(a.success_fraction.dims, ("curve", "activation_slope", "test"))
            np.testing.assert_array_equal(a.success_fraction, b.success_fraction)
            share = a.success_fraction.set_xindex("curve") if "curve" not in a.indexes else a.success_fraction
            steps = a.training_steps.values.tolist()
            for (slope, length, _), _ in self.error.items():
                errors = [e[0] for (s, t, _), e in self.error.items() if (s, t) == (slope, length)]
                at = share.isel(curve=steps.index(length)).sel(activation_slope=slope, test="gaussian")
                self.assertEqual(at, np.mean(np.array(errors) < 1e-3))

    def test_netcdf4(self):
        with netCDF4.Dataset(self.results) as file:
            self.assertEqual(file.variables["test_mse"].dimensions, ("point", "test"))
            self.assertEqual(list(file.variables["test"][:]), ["gaussian", "uniform"])
            self.assertEqual(len(file.dimensions["point"]), 24)
        with netCDF4.Dataset(self.phase) as file:
            self.assertEqual(file.variables["critical_slope"].dimensions, ("curve", "test", "method"))
            self.assertEqual(file.variables["collapse_exponent"].dimensions, ("family", "test"))

    def test_command_line_tools(self):
        for file in (self.results, self.phase):
            head = subprocess.run(["ncdump", "-h", file], capture_output=True, text=True, check=True).stdout
            self.assertIn("double test_mse(point, test)" if file == self.results else
                          "double critical_slope(curve, test, method)", head)
            dump = subprocess.run(["h5dump", file], capture_output=True, text=True, check=True)
            self.assertEqual(dump.stderr, "")

    def test_copies_hold_the_same(self):
        for file in (self.results, self.phase):
            copies = [self.folder / f"copy_{n}.nc" for n in range(3)]
            subprocess.run(["nccopy", file, copies[0]], check=True)
            with xr.open_dataset(file, engine="netcdf4") as data:
                data.to_netcdf(copies[1], engine="netcdf4")
                data.to_netcdf(copies[2], engine="h5netcdf")
                for path in copies:
                    with self.subTest(path), xr.open_dataset(path, engine="netcdf4") as copy:
                        xr.testing.assert_identical(copy, data)

    @unittest.skipUnless(importlib.util.find_spec("pandas"), "no pandas")
    def test_pandas_reads_the_csv(self):
        import pandas
        self.assertEqual(rgsweep("analyze", self.results, "--csv", str(self.folder / "csv"), "--resamples", "200").returncode, 0)
        curves = pandas.read_csv(self.folder / "csv" / "curves.csv", float_precision="round_trip")
        self.assertEqual(len(curves), 2 * 3 * 2)
        table = curves[curves.test == "gaussian"].pivot(index="training_steps", columns="activation_slope", values="test_mse_mean")
        for (steps, slope), mean in table.stack().items():
            errors = [e[0] for (s, t, _), e in self.error.items() if (s, t) == (slope, steps)]
            np.testing.assert_allclose(mean, np.mean(errors), rtol=1e-14)

    def test_example_from_file_to_picture(self):
        picture = self.folder / "example.png"
        done = subprocess.run([sys.executable, "-B", str(EXAMPLE), self.results, str(picture)], capture_output=True, text=True,
                              check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue(picture.read_bytes().startswith(b"\x89PNG"))
        self.assertEqual(len(done.stdout.splitlines()), 4)
        code = EXAMPLE.read_text(encoding="utf-8").split('"""')[2]
        lines = [line for line in code.splitlines() if line and not line.startswith(("import", "#"))]
        self.assertLessEqual(len(lines), 10)

    def sum_in(self, command, script):
        """Its last word is the sum of test_mse over all points and tests."""
        path = self.folder / ("script" + command[1])
        path.write_text(script, encoding="utf-8")
        done = subprocess.run([*command[0], str(path), self.results], capture_output=True, text=True, env=ENVIRONMENT, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        np.testing.assert_allclose(float(done.stdout.split()[-1]), sum(e.sum() for e in self.error.values()), rtol=1e-12)

    # Octave's own reader knows no texts of variable length, so columns are read by their names.
    @unittest.skipUnless(shutil.which("octave"), "no Octave")
    def test_octave(self):
        self.sum_in((["octave", "--no-gui", "-q"], ".m"),
                    'data = load("-hdf5", argv(){1}, "test_mse"); printf("%.17g\\n", sum(data.test_mse(:)));\n')

    @unittest.skipUnless(has_r("ncdf4"), "no R with ncdf4")
    def test_r_as_netcdf(self):
        self.sum_in((["Rscript"], ".R"), 'library(ncdf4); file <- nc_open(commandArgs(TRUE)[1]); '
                                         'stopifnot(all(ncvar_get(file, "test") == c("gaussian", "uniform"))); '
                                         'cat(sprintf("%.17g\\n", sum(ncvar_get(file, "test_mse"))))\n')

    @unittest.skipUnless(has_r("hdf5r"), "no R with hdf5r")
    def test_r_as_hdf5(self):
        self.sum_in((["Rscript"], ".R"), 'library(hdf5r); file <- H5File$new(commandArgs(TRUE)[1], "r"); '
                                         'stopifnot(all(file[["model_symmetry"]][] == "none")); '
                                         'cat(sprintf("%.17g\\n", sum(file[["test_mse"]][, ])))\n')


if __name__ == "__main__":
    os.environ.update(ENVIRONMENT)
    main()
