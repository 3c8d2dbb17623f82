"""Time limits: what does not fit goes back to the queue by itself, and continues also inside a training."""

import os
import subprocess

from harness import PROGRAM, different_columns, main
from slurm_case import SlurmCase

LIMIT = 20
"""Seconds; the cluster's prolog makes the end of a job of it, since Slurm itself counts in minutes."""


class Walltime(SlurmCase):
    SPEC = """[sweep]
name = long
seed = 0, 1
[activation]
slope = 0.5
[task]
test_samples = 1000
[trace]
checkpoints = 12
"""

    def log(self, output):
        path = self.path(f"{output}/shard-1.log")
        return self.read(path) if os.path.exists(path) else ""

    def test_time_limits(self):
        # Slurm's own minute, and nothing else that could stop a training that would take days.
        self.output = self.path("minute.h5")
        minute, _ = self.submit("--shards=1", "--ntasks-per-node=1", "--time=1", "--training.steps", "1e12", "--",
                                "--deadline", "none")

        # Two trainings, each longer than the limit, which is a third of both together.
        steps = str(self.steps_for(1.5 * LIMIT))
        self.output = self.path("third.h5")
        array, merge = self.submit("--shards=1", "--ntasks-per-node=1", "--time=1", f"--comment=limit-{LIMIT}",
                                   "--training.steps", steps, "--requeues", "1000")
        self.wait_for_end(merge)
        self.assertEqual(self.states(merge), ["COMPLETED"], self.logs())
        (job,) = self.jobs(array).values()
        log = self.log("third")
        self.assertEqual(job["JobState"], "COMPLETED", log)
        # A third at a time is two requeues at the least.
        self.assertGreaterEqual(int(job["Restarts"]), 2, log)
        self.assertEqual(log.count("unfinished, requeued"), int(job["Restarts"]))
        self.assertNotIn("TIME LIMIT", log)
        # One merge, and only after the last run.
        self.assertEqual(self.read(self.path("third/merge.log")).count("is complete: 2 points"), 1)

        self.wait_until(lambda: "unfinished, requeued" in self.log("minute"), "Slurm's warning and the requeue")
        self.wait_until(lambda: "1 times" in self.log("minute"), "the second run")
        self.command("scancel", minute)
        self.wait_for_end(minute)
        self.assertIn("1 points stopped in the middle", self.status(self.path("minute/shard-1-of-1.h5")))
        self.assertNotIn("TIME LIMIT", self.log("minute"))

        # One long run.
        whole = self.path("whole.h5")
        subprocess.run([PROGRAM, "run", self.spec, "--output", whole, "--training.steps", steps, "--quiet"],
                       env=self.environment, check=True)
        self.assertEqual(different_columns(whole, self.path("third.h5")), [])


if __name__ == "__main__":
    main()
