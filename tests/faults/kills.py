"""A run on several ranks is killed thirty times in a row, all of its processes at once and at any moment."""

import json
import os
import random
import subprocess
import time

from harness import ENVIRONMENT, MPIEXEC, PROGRAM, Case, different_columns, main, rgsweep
from processes import kill_tree

KILLS = 30
FEW = ("--task.test_samples", "200", "--model.symmetry", "none", "--activation.kind", "relu")


class Kills(Case):
    def setUp(self):
        super().setUp()
        # More work than there is time between thirty kills.
        self.sweep = (*FEW, "--sweep.seed", "0..399", "--training.steps",
                      self.steps_lasting(0.03, *FEW, "--sweep.seed", "0"))

    def start(self, output):
        return subprocess.Popen([MPIEXEC, "-n", "2", PROGRAM, "run", self.spec, "--output", output, "--flush-seconds", "0",
                                 "--quiet", *self.sweep], env=ENVIRONMENT, start_new_session=True,
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    @staticmethod
    def read(path):
        try:
            with open(path) as file:
                return file.read()
        except FileNotFoundError:
            return ""

    @staticmethod
    def listing(output):
        folder = output + ".parts"
        return os.listdir(folder) if os.path.isdir(folder) else []

    def finished(self, output):
        result = rgsweep("status", output, "--json")
        self.assertEqual(result.returncode, 0, result.stderr)
        status = json.loads(result.stdout)
        self.assertEqual(status["damaged"], [])
        return status["finished"]

    def test_thirty_kills_in_a_row(self):
        output, owner = self.path("x.h5"), self.path("x.h5.parts/owner")
        moments = random.Random(1)
        last, interrupted = 0, 0
        for _ in range(KILLS):
            before = self.read(owner)
            run = self.start(output)
            while run.poll() is None and self.read(owner) in ("", before):
                time.sleep(0.005)
            # Some changes of the folder later, and a little more, so that the moments do not depend on the machine.
            for _ in range(moments.randrange(6)):
                listing = self.listing(output)
                while run.poll() is None and self.listing(output) == listing:
                    time.sleep(0.001)
            time.sleep(moments.uniform(0, 0.02))
            interrupted += run.poll() is None
            kill_tree(run.pid)
            run.wait()
            if os.path.exists(output) or os.path.exists(owner):
                finished = self.finished(output)
                self.assertGreaterEqual(finished, last)
                last = finished
                self.assertEqual(rgsweep("verify", output).returncode, 0 if last else 1)
        self.assertGreater(interrupted, KILLS // 2)
        self.assertGreater(last, 0)
        self.run_sweep("x.h5", *self.sweep)
        self.assertEqual(different_columns(self.run_sweep("whole.h5", *self.sweep, ranks=2), output), [])


if __name__ == "__main__":
    main()
