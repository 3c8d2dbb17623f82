#!/usr/bin/env python3
"""From a results file to a phase diagram with xarray alone: RESULTS.h5 PICTURE.png. Works cell by cell in a notebook.

It is written for a sweep over activation.slope, training.steps and seed, as sweeps/finite_time.ini; for other axes change
the names in `axes`. A point is a row of the file; set_index and unstack make the rows an array over the named axes.
"""
import sys

import matplotlib
import xarray

results, picture = sys.argv[1:]
matplotlib.use("Agg")

axes = ["activation_slope", "training_steps", "seed"]
points = xarray.open_dataset(results).set_coords(axes)
error = points.test_mse.set_index(point=axes).unstack("point")  # (test, activation_slope, training_steps, seed)
success = (error < 1e-5).where(error.notnull()).mean("seed")
success.sel(test="gaussian").plot.pcolormesh(x="activation_slope", yscale="log", vmin=0, vmax=1, cmap="cividis")
matplotlib.pyplot.savefig(picture, dpi=160)
print(success.sel(test="gaussian").transpose("training_steps", "activation_slope").to_pandas().round(2).to_string())
