"""The variants of the vector code: chosen by the environment, recorded in the file, reproducible each."""

import re

import h5py
import numpy as np

import harness
from harness import Case, columns, different_columns, main, rgsweep


def run_on(variant, *arguments):
    harness.ENVIRONMENT["RGSWEEP_VARIANT"] = variant
    try:
        return rgsweep("run", *arguments)
    finally:
        del harness.ENVIRONMENT["RGSWEEP_VARIANT"]


class Variants(Case):
    def available(self):
        """From the message about an unknown one."""
        result = run_on("none", self.spec, "--output", self.path("none.h5"))
        self.assertEqual(result.returncode, 2)
        self.assertIn("RGSWEEP_VARIANT", result.stderr)
        return re.search(r"available: (.+)", result.stderr).group(1).split(", ")

    def recorded(self, path):
        with h5py.File(path) as file:
            return file.attrs["kernel_variant"]

    def test_each_is_recorded_and_gives_the_same_bits_again(self):
        found = {}
        for variant in self.available():
            outputs = [self.path(f"{variant}-{i}.h5") for i in range(2)]
            for output in outputs:
                result = run_on(variant, self.spec, "--output", output, "--training.steps", "30")
                self.assertEqual(result.returncode, 0, result.stderr)
                self.assertNotIn("variant", result.stderr)
            self.assertEqual(self.recorded(outputs[0]), variant)
            self.assertEqual(different_columns(*outputs), [])
            found[variant] = columns(outputs[0])
        first = next(iter(found.values()))
        for variant, other in found.items():  # the same but for rounding
            np.testing.assert_allclose(other["train_loss"], first["train_loss"], rtol=1e-3, err_msg=variant)

    def test_continuing_on_another_one_warns_once(self):
        variants = self.available()
        if len(variants) < 2:
            self.skipTest("this processor has one variant")
        output = self.path("mixed.h5")
        first = run_on(variants[0], self.spec, "--output", output, "--sweep.seed", "0", "--training.steps", "30")
        self.assertEqual(first.returncode, 0, first.stderr)
        second = run_on(variants[1], self.spec, "--output", output, "--training.steps", "30")
        self.assertEqual(second.returncode, 0, second.stderr)
        self.assertEqual(second.stderr.count("last bits"), 1)
        self.assertEqual(self.recorded(output), f"{variants[0]}; {variants[1]}")


if __name__ == "__main__":
    main()
