"""Reads a results file of rgsweep into numpy arrays, by the documented file format alone (HDF5 through h5py).

    results = load("results/quickstart.h5")
    results["activation_slope"]            # (point,)
    results["test_mse"]                    # (point, test)
    results.dims["test_mse"]               # ("point", "test")
    results["test"]                        # labels of the dimension: array(["gaussian", ...])
    results["status"]                      # flags come as their meanings: "pending", "done", "diverged", "failed"
    results.attrs                          # attributes of the file: spec, program version, ...
"""
import difflib
import os
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

os.environ.setdefault("HDF5_USE_FILE_LOCKING", "FALSE")  # readers need no locks

# Columns that name a point start so; see `rgsweep list keys`.
PARAMETER_PREFIXES = ("model_", "activation_", "task_", "training_", "trace_", "orbit_")


class ResultsError(Exception):
    """Something a user can put right; the message says what."""


@dataclass
class Results:
    path: Path
    columns: dict = field(default_factory=dict)  # name -> array
    dims: dict = field(default_factory=dict)     # name -> names of its dimensions, "point" first for columns
    units: dict = field(default_factory=dict)
    long_names: dict = field(default_factory=dict)
    attrs: dict = field(default_factory=dict)

    def __contains__(self, name):
        return name in self.columns

    def __getitem__(self, name):
        if name not in self.columns:
            close = difflib.get_close_matches(name, self.columns, 1)
            hint = f" (did you mean {close[0]}?)" if close else ""
            raise ResultsError(f"{self.path}: no column {name}{hint}; there are: {', '.join(sorted(self.columns))}")
        return self.columns[name]

    def require(self, names):
        """Raises ResultsError for the first of `names` that is not a column."""
        for name in names:
            self[name]

    @property
    def points(self):
        return len(self["status"])

    def select(self, mask):
        """The same results with only the points where `mask` holds."""
        columns = {name: values[mask] if self.dims[name][:1] == ("point",) else values
                   for name, values in self.columns.items()}
        return Results(self.path, columns, self.dims, self.units, self.long_names, self.attrs)

    def parameters(self):
        """Names of the columns that describe a point, the seed apart."""
        return [name for name, dims in self.dims.items()
                if dims == ("point",) and (name.startswith(PARAMETER_PREFIXES) or name == "experiment")]

    def varying(self, names):
        """Those of the columns `names` that are there and take more than one value."""
        return [name for name in names if name in self.columns and len(distinct(self.columns[name])) > 1]


def used(values):
    """Without those of points that do not use the key."""
    if values.dtype.kind == "f":
        return values[~np.isnan(values)]
    return values[values != ("" if values.dtype.kind == "U" else -1)]


def distinct(values):
    """Sorted different values; NaN, which marks an unused key, counts once."""
    return np.unique(values)


def load(path, leave_out=(), only=None):
    """Reads every column but those named in `leave_out`, or those alone whose dimensions are all among `only`. Raises
    ResultsError with a message for the user."""
    results = _open(Path(path), leave_out, only)
    if "status" not in results:
        raise ResultsError(f"{path} holds no column status: it is not a results file of rgsweep")
    return results


def load_phase(path):
    """A phase diagram of `rgsweep analyze --output`; `dims` tell over what each array runs."""
    phase = _open(Path(path), ())
    if "threshold" not in phase.attrs or "success_fraction" not in phase:
        raise ResultsError(f"{path} is no phase diagram; `rgsweep analyze RESULTS.h5 --output {path}` makes one")
    return phase


def is_phase(path):
    """Whether the file is a phase diagram; False for whatever cannot be read."""
    import h5py
    try:
        with h5py.File(path, "r") as file:
            return "threshold" in file.attrs and "axis" in file.attrs
    except OSError:
        return False


def _open(path, leave_out, only=None):
    if not path.exists():
        parts = path.with_name(path.name + ".parts")
        if parts.is_dir():
            raise ResultsError(f"{path} is not complete yet: its finished points are in {parts}. "
                               f"Run the same `rgsweep run` again to finish it.")
        raise ResultsError(f"no file {path}; `rgsweep run SPEC --output {path}` makes it")
    import h5py  # here, so that a caller can name the missing module
    try:
        with h5py.File(path, "r") as file:
            return _read(path, file, h5py, leave_out, only)
    except OSError as error:
        raise ResultsError(f"{path} is not a readable HDF5 file ({error})") from None


def _read(path, file, h5py, leave_out, only):
    results = Results(path, attrs={name: _plain(value) for name, value in file.attrs.items()})
    for name, dataset in file.items():
        if name in leave_out or not isinstance(dataset, h5py.Dataset) or dataset.shape is None \
                or _is_bare_dimension(dataset):
            continue
        dims = _dimension_names(name, dataset)
        if only is not None and not set(dims) <= set(only):
            continue
        results.columns[name] = _values(dataset, h5py)
        results.dims[name] = dims
        results.units[name] = _plain(dataset.attrs.get("units", "1"))
        results.long_names[name] = _plain(dataset.attrs.get("long_name", name))
    return results


def _values(dataset, h5py):
    if h5py.check_string_dtype(dataset.dtype):
        return np.asarray(dataset.asstr()[...], dtype=str)
    values = dataset[...]
    if "flag_meanings" in dataset.attrs:
        meanings = _plain(dataset.attrs["flag_meanings"]).split()
        flags = np.asarray(dataset.attrs.get("flag_values", np.arange(len(meanings))))
        meaning_of = dict(zip(flags.tolist(), meanings))
        return np.array([meaning_of.get(value, "") for value in values.ravel().tolist()], dtype=str).reshape(values.shape)
    return values


def _dimension_names(name, dataset):
    if _plain(dataset.attrs.get("CLASS", "")) == "DIMENSION_SCALE" and dataset.ndim == 1:
        return (name,)
    return tuple(axis[0].name.lstrip("/") if len(axis) else axis.label for axis in dataset.dims)


def _is_bare_dimension(dataset):
    """netCDF-4 stores a dimension without coordinates as an empty scale with this name."""
    return _plain(dataset.attrs.get("NAME", "")).startswith("This is a netCDF dimension but not a netCDF variable")


def _plain(value):
    """Attributes as Python values: bytes and arrays of one element come as text and numbers."""
    if isinstance(value, np.ndarray) and value.size == 1:
        value = value.reshape(-1)[0]
    if isinstance(value, bytes):
        return value.decode()
    return value.item() if isinstance(value, np.generic) else value
