"""Writes a small results file in the documented format with h5py alone, with numbers that a test can predict."""
import h5py
import numpy as np

STATUS = ["pending", "done", "diverged", "failed"]


def plateau(a):
    return (1 - a) ** 2 / (2 * (1 + a ** 2))


def rows(slopes, symmetries=("none", "exchange"), widths=(2,), seeds=20):
    """One row a point. Half of the exchange runs are stuck at the plateau; the seed decides the rest."""
    for symmetry in symmetries:
        for width in widths:
            for slope in slopes:
                for seed in range(seeds):
                    stuck = symmetry == "exchange" and seed % 2 and plateau(slope) > 1e-12
                    solved = 10.0 ** (-9 - (seed * 7 % 10) / 2 - 3 * slope + width / 4)
                    late = symmetry == "none" and slope > 0.6 and seed % 3 == 0
                    error = plateau(slope) * (1 + 0.002 * (seed % 5)) if stuck else (1e-3 * seed + 1e-5 if late else solved)
                    yield {"model_symmetry": symmetry, "model_width": width, "activation_slope": slope, "seed": seed,
                           "status": 1, "error": error}


def write(path, points, tests=("gaussian", "uniform"), **more):
    """`more`: further columns, a value or an array for all points."""
    points = list(points)
    with h5py.File(path, "w", libver=("earliest", "v110")) as file:
        file.attrs["program_version"] = "0.1.0"
        point = file.create_dataset("point", data=np.arange(len(points), dtype=np.int64))
        test = file.create_dataset("test", data=list(tests), dtype=h5py.string_dtype())
        for name, scale in (("point", point), ("test", test)):
            scale.make_scale(name)

        def column(name, values, dims=(point,), dtype=None):
            dataset = file.create_dataset(name, data=values, dtype=dtype)
            for axis, scale in enumerate(dims):
                dataset.dims[axis].attach_scale(scale)
            dataset.attrs["units"] = "1"
            return dataset

        for name in ("model_width", "activation_slope", "seed"):
            column(name, np.array([p[name] for p in points]))
        column("model_symmetry", [p["model_symmetry"] for p in points], dtype=h5py.string_dtype())
        for name, value in {"activation_kind": "leaky_relu", "model_bias": "none", "task_train": "gaussian",
                            **more}.items():
            values = np.full(len(points), value) if np.ndim(value) == 0 else np.asarray(value)
            column(name, values.astype(object) if values.dtype.kind == "U" else values,
                   dtype=h5py.string_dtype() if values.dtype.kind == "U" else None)
        status = column("status", np.array([p["status"] for p in points], np.int8))
        status.attrs["flag_values"] = np.arange(4, dtype=np.int8)
        status.attrs["flag_meanings"] = " ".join(STATUS)
        error = np.array([[p["error"] * (1 + k) for k in range(len(tests))] for p in points])
        error[np.array([p["status"] for p in points]) != 1] = np.nan
        column("test_mse", error, (point, test))
