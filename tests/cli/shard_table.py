"""`rgsweep status FOLDER`: the shards of a sweep in one table, and what is left to do."""

import json
import os
import shutil
import subprocess
import time

from harness import ENVIRONMENT, PROGRAM, Case, columns, main, rgsweep

ENVIRONMENT["RGSWEEP_SAVE_AFTER_SECONDS"] = "0"


class ShardTable(Case):
    def shard(self, index, count):
        return f"shard-{index}-of-{count}.h5"

    def table(self, code=0):
        result = rgsweep("status", self.folder.name, "--json")
        self.assertEqual(result.returncode, code, result.stderr)
        return json.loads(result.stdout) if code == 0 else result.stderr

    def start(self, name, *arguments):
        """A run that is training by now."""
        process = subprocess.Popen([PROGRAM, "run", self.spec, "--output", self.path(name), "--quiet", *arguments],
                                   env=ENVIRONMENT)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        while not os.path.exists(self.path(name) + ".parts/owner"):
            self.assertIsNone(process.poll())
            time.sleep(0.01)
        return process

    def test_every_state(self):
        # Half of the points are short. The others never end, but where they may take no time at all.
        steps = ("--training.steps", "30, 1e12")
        self.run_sweep(self.shard(1, 6), *steps, "--shard", "1/6", "--point-timeout", "0.05", code=3)
        self.run_sweep(self.shard(3, 6), *steps, "--shard", "3/6", "--deadline", "0.5", code=75)
        shutil.copy(self.path(self.shard(1, 6)), self.path(self.shard(4, 6)))
        os.truncate(self.path(self.shard(4, 6)), os.path.getsize(self.path(self.shard(4, 6))) // 2)
        self.start(self.shard(5, 6), *steps, "--shard", "5/6")

        table = self.table()
        rows = {row["shard"]: row for row in table["table"]}
        self.assertEqual([row["state"] for row in rows.values()],
                         ["complete", "absent", "stopped", "damaged", "running", "absent"])
        self.assertEqual([row["points"] for row in rows.values()], [12] * 6)
        self.assertEqual((rows[1]["finished"], rows[1]["failed"]), (12, 6))
        self.assertEqual((table["sweep"], table["shards"], table["points"]), ("small", 6, 72))
        self.assertEqual((table["finished"], table["failed"], table["complete"]), (12, 6, False))
        self.assertEqual(table["unfinished"], "2-6")
        self.assertIn("shard-4-of-6.h5", rows[4]["problem"])
        self.assertEqual(rows[5]["host"], os.uname().nodename)
        self.assertIsNone(rows[1]["seconds_left"])
        self.assertGreater(rows[5]["seconds_left"], 0)

        text = rgsweep("status", self.folder.name).stdout
        self.assertRegex(text, r"\n +1 +12 +12 +0 +6 +\S+ +-  complete\n")
        self.assertRegex(text, r"\n +2 +12 +0 +0 +0 +- +-  absent\n")
        self.assertRegex(text, r"\n +5 .*  running on ")
        self.assertRegex(text, r"\n +all +72 +12 +0 +6 ")
        self.assertIn("\nunfinished: 2-6\n", text)

    def test_complete_and_outdated(self):
        for index in (1, 2, 3):
            self.run_sweep(self.shard(index, 3), "--shard", f"{index}/3")
        table = self.table()
        self.assertEqual((table["complete"], table["unfinished"], table["finished"]), (True, "", 72))
        self.assertEqual((table["core_seconds_left"], table["seconds_left"]), (0, None))
        # The start of a run is known to the second.
        time.sleep(1.1)
        self.run_sweep(self.shard(2, 3), "--shard", "2/3", "--sweep.seed", "0..3")
        table = self.table()
        self.assertEqual([row["state"] for row in table["table"]], ["outdated", "complete", "outdated"])
        self.assertEqual(table["unfinished"], "1,3")

    def test_what_is_left_is_predicted_from_what_was_done(self):
        costs = ("--training.steps", "400, 40000", "--activation.kind", "leaky_relu", "--sweep.seed", "0..4")
        plan = json.loads(rgsweep("plan", self.spec, *costs, "--shards", "3", "--json").stdout)
        first, second, third = (shard["core_hours"] for shard in plan["shards"])
        self.run_sweep(self.shard(1, 3), *costs, "--shard", "1/3")
        took = columns(self.path(self.shard(1, 3)))["wall_seconds"].sum()
        self.assertAlmostEqual(self.table()["core_seconds_left"] / (took * (second + third) / first), 1, places=6)

        # A shard that was stopped anywhere: its long points come first.
        self.run_sweep(self.shard(2, 3), *costs, "--shard", "2/3", "--deadline", "0.3", "--flush-seconds", "0",
                       code=None)
        table = self.table()
        finished, points = table["table"][1]["finished"], table["table"][1]["points"]
        long, short = (self.hours_of_one(costs, steps) for steps in ("40000", "400"))
        done = min(finished, points // 2) * long + max(0, finished - points // 2) * short
        seconds = sum(sum(columns(path)["wall_seconds"]) for path in self.files_of_points())
        self.assertAlmostEqual(table["core_seconds_left"] / (seconds * (second + third - done) / (first + done)), 1,
                               delta=0.1)

    def files_of_points(self):
        """Results and segments, each point being in one of them."""
        for folder, _, files in os.walk(self.folder.name):
            yield from (os.path.join(folder, name) for name in files if name.endswith(".h5"))

    def hours_of_one(self, costs, steps):
        plan = json.loads(rgsweep("plan", self.spec, *costs[2:], "--training.steps", steps, "--json").stdout)
        return plan["core_hours"] / plan["points"]

    def run_sweep(self, name, *arguments, code=0, **options):
        if code is not None:
            return super().run_sweep(name, *arguments, code=code, **options)
        rgsweep("run", self.spec, "--output", self.path(name), *arguments)
        return self.path(name)

    def test_what_cannot_be_a_table(self):
        self.assertIn("there is no shard-I-of-N.h5", self.table(code=1))
        self.run_sweep(self.shard(1, 2), "--shard", "1/2")
        self.run_sweep(self.shard(2, 3), "--shard", "2/3")
        self.assertIn("holds shards of two divisions", self.table(code=1))


if __name__ == "__main__":
    main()
