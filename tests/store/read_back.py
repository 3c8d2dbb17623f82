"""read_back.py FILE ROWS: opens a file of sample.hpp with every other reader and compares each value.

Knows the formulas of sample_row() and nothing of the program. Exit code 1 and a message at the first difference.
"""

import os
import shutil
import subprocess
import sys

import h5py
import numpy as np
import xarray as xr

TESTS, ORDERS, CHECKPOINTS = ["gaussian", "gamma(2)"], [1, 2, 3], [0, 1, 2, 3]


def expected(rows):
    """Column name to (dimensions, values), with NaN for missing reals and -1 for missing integers."""
    i = np.arange(rows)
    x = i.astype(float)
    cumulant = x[:, None, None] + (3 * np.arange(2)[:, None] + np.arange(3)) / 16
    reached = np.broadcast_to((2 * np.arange(4)[:, None] + np.arange(2) < 3).astype(np.int8), (rows, 4, 2))
    return {
        "point_id": (["point"], np.array([f"{n + 1:016x}" for n in i], dtype=object)),
        "model_symmetry": (["point"], np.array(["exchange" if n % 2 else "none" for n in i], dtype=object)),
        "activation_slope": (["point"], np.where(i % 3 == 2, np.nan, x / 8)),
        "model_width": (["point"], np.where(i % 4 == 3, -1, 2**53 - i)),
        "status": (["point"], np.ones(rows, np.int8)),
        "message": (["point"], np.array(["größer than 1" if n % 5 == 4 else "" for n in i], dtype=object)),
        "output_cumulant": (["point", "test", "order"], cumulant),
        "checkpoint_step": (["point", "checkpoint"], 10 * i[:, None] + np.arange(4)),
        "reached": (["point", "checkpoint", "test"], reached),
        "wall_seconds": (["point"], np.full(rows, 0.5)),
        "host": (["point"], np.array(["node"] * rows, dtype=object)),
    }


def check(what, got, wanted):
    same = np.array_equal(got, wanted, equal_nan=True) if np.asarray(wanted).dtype.kind == "f" \
        else np.array_equal(got, wanted)
    if not same or np.shape(got) != np.shape(wanted):
        sys.exit(f"{what}: read\n{got}\nwhere\n{wanted}\nwas written")


def with_h5py(path, columns, rows):
    with h5py.File(path, "r") as file:
        check("order of creation", list(file)[:0] + [n for n in h5py_order(file)],
              ["point", "test", "order", "checkpoint"] + list(columns))
        for name, (dimensions, values) in columns.items():
            data = file[name]
            text = values.dtype == object
            check(f"h5py {name}", data.asstr()[:] if text else data[:], values)
            check(f"h5py dimensions of {name}", [d[0].name[1:] for d in data.dims], dimensions)
            check(f"h5py compression of {name}", (data.compression, data.shuffle, data.fletcher32),
                  (None, False, False) if text else ("gzip", True, True))
            if data.chunks[0] > max(rows, 1):
                sys.exit(f"h5py {name}: chunks of {data.chunks} for {rows} rows")
        check("h5py labels", file["test"].asstr()[:], np.array(TESTS, dtype=object))
        check("h5py orders", file["order"][:], np.array(ORDERS))
        check("h5py flag_values", file["status"].attrs["flag_values"], np.arange(4, dtype=np.int8))
        check("h5py flag type", file["status"].attrs["flag_values"].dtype == file["status"].dtype, True)
        check("h5py flag_meanings", file["status"].attrs["flag_meanings"], "pending done diverged failed")
        check("h5py units", file["wall_seconds"].attrs["units"], "s")
        check("h5py parameter", [n for n in columns if file[n].attrs["rgsweep_parameter"]],
              ["model_symmetry", "activation_slope", "model_width"])
        check("h5py reproducible", [n for n in columns if not file[n].attrs["rgsweep_reproducible"]],
              ["wall_seconds", "host"])
        check("h5py attributes", dict(file.attrs),
              {"Conventions": "CF-1.8", "spec": "[sweep]\nname = größe\n", "ranks": 4, "epsilon": 0.25})


def h5py_order(file):
    """Names in the order of their creation."""
    names = []
    file.id.links.visit(lambda name: names.append(name.decode()), idx_type=h5py.h5.INDEX_CRT_ORDER)
    return names


def with_xarray(path, columns, rows, engine):
    with xr.open_dataset(path, engine=engine) as data:
        check(f"{engine} sizes", dict(data.sizes), {"point": rows, "test": 2, "order": 3, "checkpoint": 4})
        check(f"{engine} variables", set(data.data_vars), set(columns))
        for name, (dimensions, values) in columns.items():
            variable = data[name]
            check(f"{engine} {name}", variable.values, values)
            check(f"{engine} dimensions of {name}", list(variable.dims), dimensions)
        check(f"{engine} labels", data.test.values.astype(object), np.array(TESTS, dtype=object))
        check(f"{engine} orders", data.order.values, np.array(ORDERS))
        check(f"{engine} checkpoints", data.checkpoint.values, np.array(CHECKPOINTS))
        check(f"{engine} long_name", data.test.attrs["long_name"], "distribution of the test inputs")
        check(f"{engine} flag_meanings", data.status.attrs["flag_meanings"], "pending done diverged failed")
        check(f"{engine} spec", data.attrs["spec"], "[sweep]\nname = größe\n")
        check(f"{engine} numbers", (data.attrs["ranks"], data.attrs["epsilon"]), (4, 0.25))
        if rows > 8:
            by_label = data.output_cumulant.sel(test="gamma(2)", order=3).values
            check(f"{engine} by label", by_label, np.arange(rows) + 5 / 16)


def output_of(*command):
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "LC_ALL": "C.UTF-8"})
    if done.returncode != 0 or done.stderr:
        sys.exit(f"{' '.join(command)}: exit code {done.returncode}, {done.stderr}")
    return done.stdout


def with_tools(path, rows):
    header = output_of("ncdump", "-h", path)
    for line in (f"point = UNLIMITED ; // ({rows} currently)", "test = 2 ;", "order = 3 ;", "string test(test) ;",
                 "int64 order(order) ;", "string point_id(point) ;", "int64 model_width(point) ;",
                 "byte status(point) ;", "double output_cumulant(point, test, order) ;",
                 "byte reached(point, checkpoint, test) ;", "status:flag_values = 0b, 1b, 2b, 3b ;",
                 'string wall_seconds:units = "s" ;', "activation_slope:_FillValue = NaN ;",
                 ":epsilon = 0.25 ;"):
        if line not in header:
            sys.exit(f"ncdump -h does not print '{line}' but\n{header}")
    output_of("ncdump", path)
    shape = f"( {rows}, 2, 3 ) / ( H5S_UNLIMITED, 2, 3 )"
    if shape not in output_of("h5dump", "-H", "-d", "/output_cumulant", path):
        sys.exit(f"h5dump does not print the shape '{shape}'")
    if rows > 1 and '(0): "none", "exchange"' not in output_of("h5dump", "-d", "/model_symmetry", path):
        sys.exit("h5dump does not print the symmetries")


def change_one_text(path, columns, rows):
    """Another program may change one of many equal texts, and copy the file: the others stay."""
    copy = path + ".changed"
    shutil.copy(path, copy)
    with h5py.File(copy, "r+") as file:
        file["host"][rows // 2] = "other"
    output_of("h5repack", copy, copy + ".repacked")
    os.replace(copy + ".repacked", copy)
    columns["host"][1][rows // 2] = "other"
    with h5py.File(copy, "r") as file:
        check("host after a change", file["host"].asstr()[:], columns["host"][1])
    with xr.open_dataset(copy) as data:
        check("host after a change, xarray", data.host.values, columns["host"][1])
    os.remove(copy)


def main():
    path, rows = sys.argv[1], int(sys.argv[2])
    os.environ["HDF5_USE_FILE_LOCKING"] = "TRUE"  # a reader that does lock must not be in anybody's way
    columns = expected(rows)
    with_h5py(path, columns, rows)
    for engine in ("netcdf4", "h5netcdf"):
        with_xarray(path, columns, rows, engine)
    with_tools(path, rows)
    if rows > 0:
        change_one_text(path, columns, rows)


main()
