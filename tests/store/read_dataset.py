"""read_dataset.py FILE: opens the file of dataset_test.cpp with other readers and compares each value.

Exit code 1 and a message at the first difference.
"""

import subprocess
import sys

import h5py
import numpy as np
import xarray as xr

CURVES, SLOPES, TESTS = [0, 1, 2], [-0.5, 0, 0.25, 1], ["gaussian", "größe, x"]
SUCCESS = np.arange(24).reshape(3, 4, 2) / 16
SUCCESS[0, 0, 1] = np.nan
EXPECTED = {
    "model_symmetry": (("curve",), np.array(["none", "", "exchange"], dtype=object)),
    "n": (("curve", "activation_slope"), np.array([[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 2**53]])),
    "success": (("curve", "activation_slope", "test"), SUCCESS),
    "verdict": (("test",), np.array([1, 0], np.int8)),
}


def check(what, got, wanted):
    if isinstance(wanted, np.ndarray):
        np.testing.assert_array_equal(got, wanted, what)
        if np.asarray(got).dtype != wanted.dtype:
            sys.exit(f"{what}: type {got.dtype}, not {wanted.dtype}")
    elif got != wanted:
        sys.exit(f"{what}: read {got!r} where {wanted!r} was written")


def with_h5py(path):
    with h5py.File(path) as file:
        for name, (dimensions, values) in EXPECTED.items():
            data = file[name]
            check(f"h5py {name}", data.asstr()[:] if values.dtype == object else data[:], values)
            check(f"h5py dimensions of {name}", tuple(d[0].name[1:] for d in data.dims), dimensions)
            check(f"h5py checksum of {name}", data.fletcher32, values.dtype != object)
        check("h5py parameter", [n for n in EXPECTED if file[n].attrs["rgsweep_parameter"]], ["model_symmetry"])
        check("h5py attributes", dict(file.attrs), {"Conventions": "CF-1.8", "spec": "größe\n", "threshold": 0.25})


def with_xarray(path, engine):
    with xr.open_dataset(path, engine=engine) as data:
        check(f"{engine} variables", set(data.data_vars), set(EXPECTED))
        check(f"{engine} sizes", dict(data.sizes), {"curve": 3, "activation_slope": 4, "test": 2})
        for name, (dimensions, values) in EXPECTED.items():
            check(f"{engine} {name}", data[name].values.astype(values.dtype), values)
            check(f"{engine} dimensions of {name}", data[name].dims, dimensions)
        check(f"{engine} curves", data.curve.values, np.array(CURVES))
        check(f"{engine} slopes", data.activation_slope.values, np.array(SLOPES))
        check(f"{engine} units", data.activation_slope.attrs["units"], "m")
        check(f"{engine} long_name", data.activation_slope.attrs["long_name"], "slope for z < 0")
        check(f"{engine} labels", list(data.test.values), TESTS)
        check(f"{engine} flag_meanings", data.verdict.attrs["flag_meanings"], "no yes")
        check(f"{engine} by label", float(data.success.sel(curve=2, activation_slope=0.25, test="gaussian")), 20 / 16)


def with_ncdump(path):
    done = subprocess.run(["ncdump", path], capture_output=True, text=True)
    if done.returncode != 0 or done.stderr:
        sys.exit(f"ncdump: exit code {done.returncode}, {done.stderr}")
    for line in ("curve = 3 ;", "double activation_slope(activation_slope) ;", "string test(test) ;",
                 "int64 n(curve, activation_slope) ;", "double success(curve, activation_slope, test) ;"):
        check("ncdump", line in done.stdout, True)


def main():
    path = sys.argv[1]
    with_h5py(path)
    for engine in ("netcdf4", "h5netcdf"):
        with_xarray(path, engine)
    with_ncdump(path)


main()
