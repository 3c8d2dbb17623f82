"""One rank of several dies or stands still. By default the job ends and can be continued; under
mpirun --enable-recovery the others go on without it."""

import os
import signal
import subprocess
import time

from harness import ENVIRONMENT, MPIEXEC, PROGRAM, Case, different_columns, main, rgsweep
from processes import kill_tree, ranks

ENVIRONMENT["RGSWEEP_SILENCE_SECONDS"] = "1"

class LostRanks(Case):
    def setUp(self):
        super().setUp()
        # Long enough to be disturbed in their middle.
        steps = self.steps_lasting(0.5, "--sweep.seed", "0", "--model.symmetry", "none", "--activation.kind", "relu")
        self.sweep = ("--training.steps", steps, "--sweep.seed", "0..1")
        self.output = self.path("x.h5")

    def start(self, *options, number=3):
        """Ranks that train by now."""
        with open(self.path("errors"), "w") as errors:
            run = subprocess.Popen([MPIEXEC, *options, "-n", str(number), PROGRAM, "run", self.spec, "--output", self.output,
                                    "--flush-seconds", "0", *self.sweep], env=ENVIRONMENT, stderr=errors)
        self.addCleanup(self.end, run)
        while not any(name.endswith(".h5") for name in self.parts()):
            self.assertIsNone(run.poll())
            time.sleep(0.01)
        found = ranks(run.pid)
        self.assertEqual(sorted(found), list(range(number)))
        return run, found

    @staticmethod
    def end(run):
        if run.poll() is None:
            kill_tree(run.pid)
        run.wait()

    def parts(self):
        folder = self.output + ".parts"
        return os.listdir(folder) if os.path.isdir(folder) else []

    def errors(self):
        with open(self.path("errors")) as file:
            return file.read()

    def assert_whole(self):
        self.assertFalse(os.path.exists(self.output + ".parts"))
        self.assertEqual(different_columns(self.run_sweep("whole.h5", *self.sweep, ranks=2), self.output), [])

    def test_by_default_the_job_ends_and_continues(self):
        run, found = self.start()
        os.kill(found[1], signal.SIGKILL)
        self.assertNotEqual(run.wait(timeout=60), 0)
        checks = rgsweep("verify", self.output)
        self.assertEqual(checks.returncode, 0, checks.stdout)
        self.run_sweep("x.h5", *self.sweep)
        self.assert_whole()

    def test_others_take_over_the_points_of_a_dead_rank(self):
        run, found = self.start("--enable-recovery")
        os.kill(found[2], signal.SIGKILL)
        run.wait(timeout=100)
        self.assertIn("rank 2 is silent; its points are run by others", self.errors())
        self.assert_whole()

    def test_two_of_four_workers_die(self):
        run, found = self.start("--enable-recovery", number=5)
        os.kill(found[4], signal.SIGKILL)
        os.kill(found[1], signal.SIGKILL)
        run.wait(timeout=100)
        for rank in (1, 4):
            self.assertIn(f"rank {rank} is silent; its points are run by others", self.errors())
        self.assert_whole()

    def test_a_rank_dies_while_it_sends(self):
        # Rows too long to be sent before rank 0 asks for them, which it does not while it stands still.
        self.sweep = ("--training.steps", "2000", "--sweep.seed", "0..19", "--trace.checkpoints", "1000")
        run, found = self.start("--enable-recovery")
        os.kill(found[0], signal.SIGSTOP)
        time.sleep(0.5)
        os.kill(found[2], signal.SIGKILL)
        os.kill(found[0], signal.SIGCONT)
        run.wait(timeout=100)
        self.assertIn("rank 2 is silent; its points are run by others", self.errors())
        self.assert_whole()

    def test_a_rank_that_stood_still_is_not_counted_twice(self):
        run, found = self.start("--enable-recovery")
        os.kill(found[1], signal.SIGSTOP)
        deadline = time.time() + 60
        while "rank 1 is silent" not in self.errors():
            self.assertLess(time.time(), deadline)
            time.sleep(0.05)
        os.kill(found[1], signal.SIGCONT)
        run.wait(timeout=100)
        self.assert_whole()

    def test_workers_end_when_rank_0_is_gone(self):
        run, found = self.start("--enable-recovery")
        os.kill(found[0], signal.SIGKILL)
        deadline = time.time() + 40
        while any(self.trains(found[rank]) for rank in (1, 2)):
            self.assertLess(time.time(), deadline)
            time.sleep(0.1)
        self.assertIn("hears nothing of rank 0", self.errors())
        self.end(run)
        checks = rgsweep("verify", self.output)
        self.assertEqual(checks.returncode, 0, checks.stdout)
        self.run_sweep("x.h5", *self.sweep)
        self.assert_whole()

    @staticmethod
    def trains(pid):
        try:
            with open(f"/proc/{pid}/stat") as file:
                return file.read().rsplit(")", 1)[1].split()[0] != "Z"
        except OSError:
            return False


if __name__ == "__main__":
    main()
