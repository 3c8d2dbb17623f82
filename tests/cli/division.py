"""Results do not depend on how the work was divided."""

import os

import h5py

from harness import Case, columns, different_columns, main, rgsweep


class Division(Case):
    """2 symmetries x (5 slopes + relu) x 3 seeds x 2 lengths = 72 points."""

    def test_ranks_shards_and_continuation_give_the_same_bits(self):
        whole = self.run_sweep("whole.h5")
        self.assertEqual(len(columns(whole)["point_id"]), 72)
        for ranks in (1, 2, 4):
            output = self.run_sweep(f"ranks{ranks}.h5", ranks=ranks)
            self.assertEqual(different_columns(whole, output), [])
            with h5py.File(output) as file:
                self.assertEqual(file.attrs["ranks"], ranks)
        shards = [self.run_sweep(f"shard{i}.h5", "--shard", f"{i}/3", ranks=1 + i % 2) for i in (1, 2, 3)]
        merged = self.path("merged.h5")
        result = rgsweep("merge", merged, *shards)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(different_columns(whole, merged), [])

        part = self.run_sweep("grown.h5", "--sweep.seed", "0")
        grown = self.run_sweep("grown.h5")
        self.assertEqual(part, grown)
        self.assertEqual(different_columns(whole, grown), [])

    def test_the_comparison_can_fail(self):
        a = self.run_sweep("a.h5", "--sweep.seed", "0", "--training.steps", "30")
        b = self.run_sweep("b.h5", "--sweep.seed", "1", "--training.steps", "30")
        self.assertIn("point_id", different_columns(a, b))
        self.assertIn("test_mse", different_columns(a, b))

    def test_all_ranks_work(self):
        output = self.run_sweep("ranks.h5", "--training.steps", "3000", ranks=2)
        self.assertEqual(set(columns(output)["worker_rank"]), {0, 1})

    def test_finished_points_are_not_trained_twice(self):
        output = self.run_sweep("again.h5")
        before = os.stat(output)
        result = rgsweep("run", self.spec, "--output", output)
        self.assertEqual(result.returncode, 0)
        self.assertIn("72 of 72 points are already there", result.stderr)
        self.assertEqual(os.stat(output).st_mtime_ns, before.st_mtime_ns)


if __name__ == "__main__":
    main()
