"""`rgsweep analyze` on several widths and training lengths: families of both, printed and in its files."""

import csv
import os
import tempfile
import unittest

import xarray as xr

from harness import main, rgsweep

SIZES = """[sweep]
name = sizes
seed = 0..3
[model]
width = 2, 3
[activation]
slope = 0, 0.5, 0.9
[task]
test = gaussian
test_samples = 512
[training]
steps = 10, 20
"""


class Sizes(unittest.TestCase):
    """Two widths and two training lengths: families of both."""

    def test_both_kinds_of_families(self):
        with tempfile.TemporaryDirectory() as folder:
            results, phase_file = os.path.join(folder, "sizes.h5"), os.path.join(folder, "phase.h5")
            spec = os.path.join(folder, "sizes.ini")
            with open(spec, "w") as file:
                file.write(SIZES)
            done = rgsweep("run", spec, "--output", results, "--quiet")
            self.assertEqual(done.returncode, 0, done.stderr)
            result = rgsweep("analyze", results, "--output", phase_file, "--csv", os.path.join(folder, "csv"), "--resamples", "200")
            self.assertEqual(result.returncode, 0, result.stderr)
            blocks = result.stdout.split("\n\n")[1:]
            self.assertEqual([block.splitlines()[0] for block in blocks[1:]],
                             ["model_width = 2, test = gaussian", "model_width = 3, test = gaussian",
                              "training_steps = 10, test = gaussian", "training_steps = 20, test = gaussian"])
            for block, variable, sizes in zip(blocks[1:], 2 * ["training_steps"] + 2 * ["model_width"],
                                              2 * [["10", "20"]] + 2 * [["2", "3"]]):
                lines = block.splitlines()
                self.assertEqual(lines[1].startswith("  verdict: "), variable == "training_steps", block)
                self.assertEqual(lines[1] == "  finite size: scaling over model_width", variable == "model_width", block)
                self.assertEqual([line.split()[0] for line in lines[2:5]], [variable, *sizes], block)
            phase = xr.load_dataset(phase_file)
            self.assertEqual(list(phase.family_variable.values), 2 * ["training_steps"] + 2 * ["model_width"])
            self.assertEqual(list(phase.family_label.values), ["model_width = 2", "model_width = 3",
                                                               "training_steps = 10", "training_steps = 20"])
            self.assertEqual(phase.training_family.values.tolist(), [0, 0, 1, 1])
            self.assertEqual(phase.width_family.values.tolist(), [2, 3, 2, 3])
            meanings = phase.verdict.attrs["flag_meanings"].split()
            self.assertEqual([meanings[int(v)] == "not_judged" for v in phase.verdict.values[:, 0]], [False, False, True, True])
            with open(os.path.join(folder, "csv", "families.csv"), newline="") as file:
                self.assertEqual([row["family_variable"] for row in csv.DictReader(file)], list(phase.family_variable.values))


if __name__ == "__main__":
    main()
