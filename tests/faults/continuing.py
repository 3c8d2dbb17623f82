"""Trainings that are stopped in their middle go on from there, to the same bits."""

import json
import os
import signal
import subprocess

from harness import ENVIRONMENT, PROGRAM, Case, columns, different_columns, main, rgsweep

ENVIRONMENT["RGSWEEP_SAVE_AFTER_SECONDS"] = "0"


class Continuing(Case):
    # Momentum and Adam have state of their own, in both precisions.
    FEW = ("--sweep.seed", "0", "--model.symmetry", "none", "--activation.kind", "relu", "--training.optimizer",
           "momentum, adam", "--training.precision", "float32, float64", "--trace.checkpoints", "12",
           "--task.test_samples", "100000")

    def setUp(self):
        super().setUp()
        # Each training outlasts a deadline.
        steps = self.steps_lasting(1.5, *self.FEW)
        self.long = (*self.FEW, "--training.steps", steps)

    def states(self, output):
        folder = output + ".parts"
        return [n for n in os.listdir(folder) if n.endswith(".state")] if os.path.isdir(folder) else []

    def stop_and_go(self, output, ranks):
        """Runs with one deadline after another until the sweep is complete; the number of times it was stopped."""
        for stops in range(60):
            result = rgsweep("run", self.spec, "--output", output, *self.long, "--deadline", "0.6", ranks=ranks)
            if result.returncode == 0:
                return stops
            self.assertEqual(result.returncode, 75, result.stderr)
            self.assertEqual(rgsweep("verify", output).returncode, 0)
            status = json.loads(rgsweep("status", output, "--json").stdout)
            self.assertEqual(status["saved"], len(self.states(output)))
            self.seen_states = max(self.seen_states, status["saved"])
        self.fail("no progress between stops")

    def test_deadlines_one_after_another_change_nothing(self):
        whole = self.run_sweep("whole.h5", *self.long)
        for ranks in (0, 2):
            self.seen_states = 0
            output = self.path(f"stopped{ranks}.h5")
            self.assertGreater(self.stop_and_go(output, ranks), 1)
            self.assertGreater(self.seen_states, 0)
            self.assertFalse(os.path.exists(output + ".parts"))
            self.assertEqual(different_columns(whole, output), [])
            # A training's time is that of all its parts.
            self.assertGreater(columns(output)["wall_seconds"].max(), 0.3)

    def test_signals_save_and_a_damaged_state_is_trained_again(self):
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1):
            output = self.path(f"signal{number}.h5")
            process = self.start(output)
            self.wait_until(lambda: self.seconds(process) > 0.3, process)
            process.send_signal(number)
            self.assertEqual(process.wait(timeout=20), 75)
            self.assertEqual(len(self.states(output)), 1)
        state = os.path.join(output + ".parts", self.states(output)[0])
        with open(state, "r+b") as file:
            file.seek(os.path.getsize(state) // 2)
            byte = file.read(1)
            file.seek(-1, os.SEEK_CUR)
            file.write(bytes([byte[0] ^ 1]))
        checks = rgsweep("verify", output)
        self.assertEqual(checks.returncode, 1)
        self.assertIn(state, checks.stdout)
        result = rgsweep("run", self.spec, "--output", output, *self.long)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn(state + ".corrupt-1", result.stderr)
        self.assertEqual(different_columns(self.run_sweep("whole.h5", *self.long), output), [])

    def test_a_second_interrupt_stops_at_once(self):
        # A set of 10^8 samples is drawn in one piece, in which nobody looks for the stop.
        process = self.start(self.path("x.h5"), "--task.train_samples", "100000000")
        self.wait_until(lambda: self.entry(process, "VmRSS") > 200_000, process)
        process.send_signal(signal.SIGINT)
        pending = 1 << (signal.SIGINT - 1)
        self.wait_until(lambda: not self.entry(process, "ShdPnd", 16) & pending, process)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(timeout=5), 130)

    @staticmethod
    def seconds(process):
        """The processor time it has had: what it does before it trains takes little."""
        with open(f"/proc/{process.pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @staticmethod
    def entry(process, name, base=10):
        with open(f"/proc/{process.pid}/status") as file:
            return next(int(line.split()[1], base) for line in file if line.startswith(name + ":"))

    def start(self, output, *arguments):
        """A run that trains by now, or is about to."""
        process = subprocess.Popen([PROGRAM, "run", self.spec, "--output", output, "--quiet", *self.long, *arguments],
                                   env=ENVIRONMENT)
        self.wait_until(lambda: os.path.exists(output + ".parts/owner"), process)
        return process


class Failing(Case):
    def test_points_that_take_too_long_fail_and_can_be_retried(self):
        arguments = ("--sweep.seed", "0", "--training.steps", "40")
        result = rgsweep("run", self.spec, "--output", self.path("x.h5"), *arguments, "--point-timeout", "1e-9")
        self.assertEqual(result.returncode, 3, result.stderr)
        found = columns(self.path("x.h5"))
        self.assertEqual(set(found["status"]), {3})
        self.assertEqual(set(found["message"]), {b"took longer than --point-timeout 1e-09 seconds"})
        # Failed points are finished, unless they are to be run again; diverged and done ones always are.
        again = rgsweep("run", self.spec, "--output", self.path("x.h5"), *arguments)
        self.assertEqual(again.returncode, 3, again.stderr)
        self.run_sweep("x.h5", *arguments, "--retry", "failed", "--point-timeout", "1000")
        whole = self.run_sweep("whole.h5", *arguments)
        self.assertEqual(different_columns(whole, self.path("x.h5")), [])
        before = os.stat(whole).st_mtime_ns
        self.run_sweep("whole.h5", *arguments, "--retry", "failed")
        self.assertEqual(os.stat(whole).st_mtime_ns, before)

    def test_wrong_values(self):
        for option, value in (("--retry", "diverged"), ("--retry", "all"), ("--point-timeout", "0"),
                              ("--point-timeout", "soon")):
            result = rgsweep("run", self.spec, "--output", self.path("x.h5"), option, value)
            self.assertEqual(result.returncode, 2)
            self.assertIn(f"{option} {value}: allowed: ", result.stderr)
            self.assertFalse(os.path.exists(self.path("x.h5.parts")))


if __name__ == "__main__":
    main()
