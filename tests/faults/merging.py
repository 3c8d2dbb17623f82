"""Shards that are missing, of another version, or that contradict each other; files that other programs wrote."""

import h5py

from harness import Case, columns, different_columns, main, rgsweep


class Merging(Case):
    FEW = ("--training.steps", "30", "--sweep.seed", "0")

    def setUp(self):
        super().setUp()
        self.shards = [self.run_sweep(f"shard{i}.h5", *self.FEW, "--shard", f"{i}/4") for i in (1, 2, 3, 4)]

    def merge(self, *inputs, code=0):
        result = rgsweep("merge", self.path("out.h5"), *inputs)
        self.assertEqual(result.returncode, code, result.stderr)
        return result

    def test_missing_shards_are_listed(self):
        self.assertIn("6 of 12 are missing; shards 2/4, 4/4 are not among the files",
                      self.merge(self.shards[0], self.shards[2]).stdout)
        self.assertNotIn("shards", self.merge(*self.shards, self.path("out.h5")).stdout.split(":", 1)[1])

    def test_a_rewritten_shard_of_another_version_is_named_and_merged(self):
        with h5py.File(self.shards[1], "r+") as file:
            file.attrs["program_version"] = "0.0.1"
        result = self.merge(*self.shards)
        self.assertIn(f"{self.shards[1]} was written by version 0.0.1", result.stderr)
        self.assertEqual(different_columns(self.run_sweep("whole.h5", *self.FEW), self.path("out.h5")), [])
        verified = rgsweep("verify", self.shards[1])
        self.assertEqual(verified.returncode, 0)
        self.assertIn("ok, 3 points, rewritten by another program", verified.stdout)

    def test_different_results_of_a_point_are_refused(self):
        other = self.run_sweep("other.h5", *self.FEW, "--shard", "1/4")
        with h5py.File(other, "r+") as file:
            file["train_loss"][0] += 1
        errors = self.merge(*self.shards, other, code=1).stderr
        for words in (self.shards[0], other, "train_loss", columns(other)["point_id"][0].decode()):
            self.assertIn(words, errors)

    def test_verify_says_what_a_file_is(self):
        phase = self.path("phase.h5")
        results = self.run_sweep("x.h5", "--training.steps", "30")
        result = rgsweep("analyze", results, "--output", phase)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(rgsweep("verify", phase).stdout, f"{phase}: ok, a phase diagram\n")
        refused = rgsweep("run", self.spec, "--output", phase)
        self.assertEqual(refused.returncode, 1)
        self.assertEqual(rgsweep("verify", phase).returncode, 0)


if __name__ == "__main__":
    main()
