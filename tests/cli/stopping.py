"""Deadlines, signals and kills: what was flushed stays, and the run continues."""

import json
import os
import signal
import subprocess

from harness import ENVIRONMENT, PROGRAM, Case, different_columns, main, rgsweep


class Stopping(Case):
    KIND = ("--model.symmetry", "none", "--activation.kind", "relu")
    ENDLESS = (*KIND, "--sweep.seed", "0", "--training.steps", "1, 1000000000000")  # one training is done in no time, the other one never

    def test_deadline_then_continue(self):
        steps = self.steps_lasting(0.25, *self.KIND, "--sweep.seed", "0")
        sweep = (*self.KIND, "--sweep.seed", "0..19", "--training.steps", steps)
        output = self.run_sweep("x.h5", *sweep, "--deadline", "2", "--flush-seconds", "0.2", code=75)
        status = json.loads(rgsweep("status", output, "--json").stdout)
        self.assertFalse(status["complete"])
        self.assertLess(status["finished"], status["points"])
        self.run_sweep("x.h5", *sweep)
        whole = self.run_sweep("whole.h5", *sweep, ranks=2)
        self.assertEqual(different_columns(whole, output), [])

    def test_deadline_of_many_ranks(self):
        output = self.run_sweep("x.h5", *self.ENDLESS, "--deadline", "2", ranks=3, code=75)
        self.assertEqual(rgsweep("verify", output).returncode, 0)

    def test_signals_flush_and_exit_75(self):
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1):
            output = self.path(f"signal{number}.h5")
            process = subprocess.Popen([PROGRAM, "run", self.spec, "--output", output, *self.ENDLESS], env=ENVIRONMENT,
                                       stderr=subprocess.PIPE, text=True)
            self.wait_until(lambda folder=output + ".parts": os.path.exists(folder + "/owner"), process)
            process.send_signal(number)
            _, errors = process.communicate(timeout=20)
            self.assertEqual(process.returncode, 75, errors)
            self.assertIn("the same command continues", errors)

    def test_killed_run_loses_at_most_what_was_not_flushed(self):
        output = self.path("killed.h5")
        arguments = ["--training.steps", "3000", "--sweep.seed", "0..9"]
        process = subprocess.Popen([PROGRAM, "run", self.spec, "--output", output, "--flush-seconds", "0.2", "--quiet",
                                    *arguments], env=ENVIRONMENT)
        self.wait_until(lambda: any(n.endswith(".h5") for n in self.parts(output)), process)
        process.kill()
        process.wait()
        finished = json.loads(rgsweep("status", output, "--json").stdout)["finished"]
        self.assertGreater(finished, 0)
        self.run_sweep("killed.h5", *arguments)
        whole = self.run_sweep("whole.h5", *arguments)
        self.assertEqual(different_columns(whole, output), [])

    @staticmethod
    def parts(output):
        folder = output + ".parts"
        return os.listdir(folder) if os.path.isdir(folder) else []


if __name__ == "__main__":
    main()
