"""`[sweep] refine = N`: the slopes that a run adds lie where success is lost, are the same on any number of ranks and after
an interruption, and a curve without a transition gets none."""

import json
import os
import signal
import subprocess
import time

import numpy as np
import xarray as xr

from harness import ENVIRONMENT, MPIEXEC, PROGRAM, Case, columns, different_columns, main, rgsweep

# Networks with all weights equal cannot do better than the plateau (1-a)^2 / (2 (1+a^2)), so they succeed from the slope on
# at which it falls below the threshold, a = 0.63; odd networks are linear at every slope and always succeed.
SPEC = """[sweep]
name = refined
seed = 0..7
refine = 4
refine_below = 0.05
[model]
symmetry = full, odd
[activation]
slope = 0:0.25:1
[task]
test_samples = 1000
[training]
steps = 400
"""


class Refining(Case):
    def setUp(self):
        super().setUp()
        with open(self.spec, "w", encoding="utf-8") as file:
            file.write(SPEC)

    def slopes(self, output):
        with xr.open_dataset(output) as points:
            return {symmetry: sorted(set(points.activation_slope.values[points.model_symmetry.values == symmetry].tolist()))
                    for symmetry in ("full", "odd")}

    def test_adds_slopes_where_success_changes(self):
        output = self.run_sweep("one.h5", "--quiet")
        slopes = self.slopes(output)
        self.assertEqual(slopes["odd"], [0, 0.25, 0.5, 0.75, 1], "success everywhere: nothing to refine")
        added = [a for a in slopes["full"] if a not in (0, 0.25, 0.5, 0.75, 1)]
        self.assertEqual(len(added), 4)
        self.assertTrue(all(0.25 < a < 1 for a in added), added)
        self.assertTrue(min(added) < 0.63 < max(added), added)
        with xr.open_dataset(output) as points:
            self.assertEqual(points.sizes["point"], 2 * 5 * 8 + 4 * 8)
            self.assertEqual(np.unique(points.status).tolist(), [1])
            self.assertIn("refine = 4", points.attrs["spec"])
        self.assertEqual(rgsweep("verify", output).returncode, 0)
        again = rgsweep("run", self.spec, "--output", output)
        self.assertEqual(again.returncode, 0)
        self.assertEqual(self.slopes(output), slopes)
        self.assertEqual(different_columns(output, self.run_sweep("two.h5", "--quiet", ranks=2)), [])
        self.assertEqual(different_columns(output, self.run_sweep("three.h5", "--quiet", ranks=3)), [])

    def test_killed_and_continued(self):
        whole = self.run_sweep("whole.h5", "--quiet")
        # Long enough to be killed in either part of the run; what is there then depends on the machine, the end not.
        for rows in (20, 84):
            output = self.path(f"killed{rows}.h5")
            process = subprocess.Popen([PROGRAM, "run", self.spec, "--output", output, "--quiet", "--flush-seconds", "0"],
                                       env=ENVIRONMENT)
            while process.poll() is None and self.finished(output) < rows:
                time.sleep(0.01)
            if process.poll() is None:
                os.kill(process.pid, signal.SIGKILL)
            process.wait()
            self.assertEqual(rgsweep("run", self.spec, "--output", output, "--quiet").returncode, 0)
            self.assertEqual(different_columns(whole, output), [])

    def test_a_damaged_file_is_set_aside(self):
        whole, output = self.run_sweep("whole.h5", "--quiet"), self.run_sweep("damaged.h5", "--quiet")
        with open(output, "r+b") as file:
            file.seek(os.path.getsize(output) // 2)
            file.write(b"damage")
        self.assertEqual(rgsweep("run", self.spec, "--output", output, "--quiet").returncode, 0)
        self.assertEqual(different_columns(whole, output), [])

    def finished(self, output):
        status = rgsweep("status", output, "--json")
        return json.loads(status.stdout)["finished"] if status.returncode == 0 else 0

    def test_a_grown_grid_is_refined_by_itself(self):
        self.run_sweep("grown.h5", "--quiet", "--sweep.seed", "0..3")
        grown = self.run_sweep("grown.h5", "--quiet")
        whole = self.run_sweep("whole.h5", "--quiet")
        # What the smaller grid called for may lie elsewhere and is kept; what the grown one calls for is there.
        self.assertLessEqual(set(columns(whole)["point_id"].tolist()), set(columns(grown)["point_id"].tolist()))

    def test_under_recovery_the_same_command_again_adds_them(self):
        whole, output = self.run_sweep("whole.h5", "--quiet"), self.path("recovery.h5")
        command = [MPIEXEC, "--enable-recovery", "-n", "2", PROGRAM, "run", self.spec, "--output", output, "--quiet"]
        for slopes, words in ((5, ["rgsweep: the same command again adds the slopes of sweep.refine"]), (9, []), (9, [])):
            result = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, timeout=300)
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertEqual([line for line in result.stderr.splitlines() if line.startswith("rgsweep: ")], words)
            self.assertEqual(len(self.slopes(output)["full"]), slopes)
        self.assertEqual(different_columns(whole, output), [])

    def test_refusals(self):
        for arguments, words in ((("--shard", "1/2"), "a shard does not know the whole curves"),
                                 (("--activation.slope", "0.5"), "with several values of activation.slope"),
                                 (("--sweep.refine", "-1"), "allowed: integer in [0, 1000]")):
            result = rgsweep("run", self.spec, "--output", self.path("none.h5"), *arguments)
            self.assertEqual(result.returncode, 2, result.stderr)
            self.assertIn(words, result.stderr)
            self.assertFalse(os.path.exists(self.path("none.h5")))
        self.assertEqual(self.run_sweep("off.h5", "--quiet", "--sweep.refine", "0"), self.path("off.h5"))
        self.assertEqual(len(self.slopes(self.path("off.h5"))["full"]), 5)


if __name__ == "__main__":
    main()
