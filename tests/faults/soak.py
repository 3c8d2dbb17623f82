"""Long sweeps on eight ranks, killed every few seconds until they are done: nothing is lost, and nothing grows.

The environment chooses the number of points, RGSWEEP_SOAK="NULL_POINTS TRAININGS"; the default is a short form of
RGSWEEP_SOAK="1000000 20000"."""

import json
import os
import random
import subprocess
import sys
import time
import unittest

from harness import ENVIRONMENT, MPIEXEC, PROGRAM, Case, rgsweep
from processes import kill_tree, ranks

RANKS = 8
NULL_POINTS, TRAININGS = (int(number) for number in os.environ.get("RGSWEEP_SOAK", "100000 500").split())


def memory(pid):
    """Resident set in MB."""
    with open(f"/proc/{pid}/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS:")) / 1024


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


class Soak(Case):
    def setUp(self):
        super().setUp()
        self.moments = random.Random(1)
        self.peaks = []  # of each run's rank 0: MB, file descriptors

    def watch(self, run, seconds):
        """Waits until the run ends, or for so long after it has begun to work, and notes what rank 0 holds."""
        peak = (0, 0)
        end = None
        while run.poll() is None and (end is None or time.monotonic() < end):
            time.sleep(0.05)
            try:
                master = ranks(run.pid)[0]
                peak = (max(peak[0], memory(master)), max(peak[1], descriptors(master)))
            except (KeyError, OSError, StopIteration):  # not started yet, or just gone
                continue
            if end is None and os.path.exists(self.output + ".parts/owner"):
                end = time.monotonic() + seconds
        if peak[0] > 0:
            self.peaks.append(peak)

    def finished(self):
        return json.loads(rgsweep("status", self.output, "--json").stdout)["finished"]

    def soak(self, *arguments):
        """Kills run after run until one comes to its end. The time between kills grows when they leave too little, as it
        may on a slow machine."""
        self.output = self.path("x.h5")
        kills, last, patience = 0, 0, 1.0
        while True:
            run = subprocess.Popen([MPIEXEC, "-n", str(RANKS), PROGRAM, "run", self.spec, "--output", self.output,
                                    "--flush-seconds", "0.5", "--quiet", *arguments], env=ENVIRONMENT,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            self.watch(run, patience * self.moments.uniform(1, 3))
            if run.poll() == 0:
                break
            self.assertIsNone(run.poll(), "the run failed")
            kill_tree(run.pid)
            run.wait()
            kills += 1
            finished = self.finished()
            self.assertGreaterEqual(finished, last)
            patience *= 1.5 if finished == last else 1
            last = finished
        status = json.loads(rgsweep("status", self.output, "--json").stdout)
        self.assertTrue(status["complete"])
        self.assertEqual(os.listdir(self.folder.name).count("x.h5.parts"), 0)
        self.assertEqual(rgsweep("verify", self.output).returncode, 0)
        megabytes, files = (max(values) for values in zip(*self.peaks))
        print(f"{status['finished']} points, {kills} kills; rank 0: at most {megabytes:.0f} MB, {files} descriptors",
              file=sys.stderr)
        self.assertLess(megabytes, 400)
        self.assertLess(files, 64)

    def test_null_points(self):
        self.soak("--sweep.experiment", "null", "--sweep.seed", f"1..{NULL_POINTS}")

    def test_trainings(self):
        few = ("--model.symmetry", "none", "--activation.kind", "relu", "--task.test_samples", "200")
        self.soak(*few, "--sweep.seed", f"1..{TRAININGS}", "--training.steps",
                  self.steps_lasting(0.01, *few, "--sweep.seed", "0"))


if __name__ == "__main__":
    unittest.main(module="__main__", argv=sys.argv[:1])
