"""Writes a small phase diagram in the documented format with h5py alone: free networks at three training lengths whose
critical slope moves, d_c = 10 / sqrt(T), and tied ones that succeed half of the time everywhere. A family of widths stands
beside the two of training lengths; no curve is in it."""
import h5py
import numpy as np

LENGTHS = (500, 2000, 8000)
SLOPES = np.linspace(0, 1, 11)
TESTS = ("gaussian", "uniform")
VERDICTS = "no_verdict transition crossover no_transition not_judged"
REASONS = "decided unclear"


def share(symmetry, length, slope):
    if symmetry == "exchange":
        return 0.5
    d = 1 - slope
    return 0 if d == 0 else 1 / (1 + (10 / np.sqrt(length) / d) ** 6)


def write(path):
    curves = [(symmetry, length) for symmetry in ("exchange", "none") for length in LENGTHS]
    with h5py.File(path, "w", libver=("earliest", "v110")) as file:
        file.attrs.update({"axis": "activation_slope", "threshold": 1e-5, "title": "synthetic", "program": "rgsweep"})

        def scale(name, values, dtype=None):
            file.create_dataset(name, data=values, dtype=dtype).make_scale(name)

        text = h5py.string_dtype()
        scale("curve", np.arange(len(curves)))
        scale("activation_slope", SLOPES)
        scale("test", list(TESTS), text)
        scale("method", ["logistic", "susceptibility", "binder"], text)
        scale("family", np.arange(3))

        def column(name, values, *dims, dtype=None, meanings=None):
            dataset = file.create_dataset(name, data=values, dtype=dtype)
            for i, dim in enumerate(dims):
                dataset.dims[i].attach_scale(file[dim])
            if meanings:
                dataset.attrs["flag_meanings"] = meanings
                dataset.attrs["flag_values"] = np.arange(len(meanings.split()), dtype=np.int8)

        column("model_symmetry", [c[0] for c in curves], "curve", dtype=text)
        column("training_steps", [c[1] for c in curves], "curve")
        column("training_family", [0, 0, 0, 1, 1, 1], "curve")
        column("width_family", [-1] * 6, "curve")
        shares = np.array([[[share(s, t, a)] * 2 for a in SLOPES] for s, t in curves])
        over = ("curve", "activation_slope", "test")
        column("n_tested", np.full(shares.shape, 32), *over)
        column("success_fraction", shares, *over)
        column("success_low", np.clip(shares - 0.1, 0, 1), *over)
        column("success_high", np.clip(shares + 0.1, 0, 1), *over)
        critical = np.full((6, 2, 3), np.nan)
        critical[3:, :, 0] = (1 - 10 / np.sqrt(np.array(LENGTHS)))[:, None]
        for end, shift in (("", 0), ("_low", -0.02), ("_high", 0.02)):
            column("critical_slope" + end, critical + shift, "curve", "test", "method")
        column("family_label", ["model_symmetry = exchange", "model_symmetry = none", "training_steps = 500"], "family", dtype=text)
        column("family_variable", ["training_steps", "training_steps", "model_width"], "family", dtype=text)
        by_family = ("family", "test")
        column("verdict", np.array([[3, 3], [2, 2], [4, 4]], np.int8), *by_family, meanings=VERDICTS)
        column("verdict_reason", np.zeros((3, 2), np.int8), *by_family, meanings=REASONS)
        column("critical_sizes", np.array([[0] * 2, [3] * 2, [2, 0]]), *by_family)
        for name, value, of_widths in (("collapse_exponent", 2.0, 1.25), ("transition_slope", np.nan, np.nan),
                                       ("extrapolated_slope", 0.99, np.nan), ("drift_exponent", -0.5, 0.75)):
            for end, shift in (("", 0), ("_low", -0.05), ("_high", 0.05)):
                column(name + end, np.array([[np.nan] * 2, [value + shift] * 2, [of_widths + shift] * 2]), *by_family)
        column("collapse_quality", np.array([[np.nan] * 2, [1.1] * 2, [1.0] * 2]), *by_family)
