"""From a sweep file to a phase diagram: shards in an array, one allocation over two nodes, submit.sh and status.sh."""

import glob
import json
import os
import re
import shutil
import stat
import subprocess

import h5py

from harness import PROGRAM, columns, main
from slurm_case import SCRIPTS, SlurmCase


class Array(SlurmCase):
    def test_shards_are_merged_and_analysed(self):
        array, merge = self.submit("--shards", "3", "--ntasks-per-node", "2", "--time=30", "--comment", "two words",
                                   "--hold")
        self.assertIn("48 points", self.printed)
        # Nothing has run yet: there is but the queue to look at.
        self.assertIn("  3 jobs PENDING (JobHeldUser)\n", self.command(f"{SCRIPTS}/status.sh", self.output))
        self.command("scontrol", "release", array)
        self.wait_for_end(merge)
        self.assertEqual(self.states(array), ["COMPLETED"] * 3, self.logs())
        self.assertEqual(self.states(merge), ["COMPLETED"], self.logs())
        self.check_results()
        with h5py.File(os.path.join(self.shards, "shard-1-of-3.h5")) as file:
            self.assertEqual(file.attrs["ranks"], 2)
        for name in ("the results/big-phase.h5", "the results/big/curves.csv"):
            self.assertTrue(os.path.exists(self.path(name)), name)
        # A handful of files for each shard: its results and its log.
        self.assertEqual(sorted(os.listdir(self.shards)), sorted(
            ["critical.csv", "curves.csv", "families.csv", "jobs", "merge.log", "merge.sbatch", "sweep.ini", "sweep.sbatch"] +
            [f"shard-{i}-of-3.h5" for i in (1, 2, 3)] + [f"shard-{i}.log" for i in (1, 2, 3)]))
        self.assertRegex(self.command(f"{SCRIPTS}/status.sh", self.output), r"all +48 +48 +0 +0 .* complete\n")
        self.assertIn('#SBATCH --comment="two words"', self.read(os.path.join(self.shards, "sweep.sbatch")))
        scripts = glob.glob(os.path.join(self.shards, "*.sbatch"))
        if shutil.which("shellcheck"):
            subprocess.run(["shellcheck", *scripts], check=True)

        # Submitted again there is nothing left to train, and with one more seed only that.
        before = os.stat(os.path.join(self.shards, "shard-1-of-3.h5")).st_mtime_ns
        self.command(f"{SCRIPTS}/submit.sh", self.spec, "--output", self.output, "--shards", "4", code=2)
        self.assertIn("holds this sweep in 3 shards, not 4", self.errors)
        array, merge = self.submit("--ntasks-per-node", "2")
        self.assertIsNone(array)
        self.assertIn("All 3 shards are complete", self.printed)
        self.wait_for_end(merge)
        self.assertEqual(os.stat(os.path.join(self.shards, "shard-1-of-3.h5")).st_mtime_ns, before)
        array, merge = self.submit("--ntasks-per-node", "1", "--sweep.seed", "0..6")
        self.wait_for_end(merge)
        self.assertEqual(self.states(merge), ["COMPLETED"], self.logs())
        self.assertIn("points are already there", self.logs())
        self.check_results("--sweep.seed", "0..6")

    def test_one_allocation_over_two_nodes(self):
        # A rank leaves the name of its node before it becomes the program.
        program = self.path("rgsweep-that-tells")
        with open(program, "w") as file:
            file.write(f"""#!/bin/sh
if [ "$1" = run ]; then echo "$SLURMD_NODENAME" >>'{self.path("nodes")}'; fi
exec '{PROGRAM}' "$@"
""")
        os.chmod(program, os.stat(program).st_mode | stat.S_IXUSR)
        for launch in ("mpirun", "srun"):
            self.output = self.path(f"{launch}.h5")
            array, merge = self.submit("--nodes", "2", "--ntasks-per-node", "2", "--shards=1", "--launch", launch,
                                       "--training.steps", "3000", RGSWEEP=program)
            self.wait_for_end(merge)
            self.assertEqual(self.states(merge), ["COMPLETED"], self.logs())
            self.assertEqual(sorted(self.read(self.path("nodes")).split()), ["n1", "n1", "n2", "n2"], launch)
            os.remove(self.path("nodes"))
            with h5py.File(self.path(f"{launch}/shard-1-of-1.h5")) as file:
                self.assertEqual(file.attrs["ranks"], 4)
            self.assertEqual(set(columns(self.output)["worker_rank"]), {0, 1, 2, 3})
            self.check_results("--training.steps", "3000")

    def test_modules_and_a_command_line_as_launcher(self):
        # What a site's module command looks like to a batch script: a function that comes with the environment.
        module = {"BASH_FUNC_module%%": "() { echo \"module $*\"; }", "LOADEDMODULES": "compiler/12:mpi/4.1"}
        array, merge = self.submit("--shards=1", "--ntasks-per-node=2", "--launch", "mpirun --bind-to none -n 2",
                                   **module)
        self.wait_for_end(merge)
        self.assertEqual(self.states(merge), ["COMPLETED"], self.logs())
        for log in ("shard-1.log", "merge.log"):
            self.assertIn("module load compiler/12 mpi/4.1\n", self.read(os.path.join(self.shards, log)))
        # On a node without the command the environment has to do.
        array, merge = self.submit(LOADEDMODULES="compiler/12")
        self.wait_for_end(merge)
        self.assertEqual(self.states(merge), ["COMPLETED"], self.logs())
        self.assertIn("no command 'module' here to load compiler/12", self.read(os.path.join(self.shards, "merge.log")))
        self.check_results()

    def test_job_scripts_edited_by_hand(self):
        os.makedirs(self.shards)
        settings = {"program": PROGRAM, "spec": self.spec, "output": f"'{self.output}'", "shards": "2"}
        for name in ("sweep.sbatch", "merge.sbatch"):
            text = self.read(os.path.join(SCRIPTS, name))
            for key, value in settings.items():
                text = re.sub(rf"^{key}=[^ #]+", f"{key}={value}", text, count=1, flags=re.M)
            with open(os.path.join(self.shards, name), "w") as file:
                file.write(text)
        array = self.command("sbatch", "--parsable", "--array=1-2", os.path.join(self.shards, "sweep.sbatch")).strip()
        merge = self.command("sbatch", "--parsable", f"--dependency=afterany:{array}",
                             os.path.join(self.shards, "merge.sbatch")).strip()
        self.wait_for_end(merge)
        self.assertEqual(self.states(merge), ["COMPLETED"], self.logs())
        self.check_results()


class Submitting(SlurmCase):
    def dry_run(self, *options, code=0, **environment):
        text = self.command(f"{SCRIPTS}/submit.sh", self.spec, "--output", self.output, "--dry-run", *options,
                            code=code, **environment)
        self.assertFalse(os.path.exists(self.shards))
        return text

    def test_shards_follow_from_cost_time_and_limits(self):
        # 48 points are milliseconds: one shard. These are days.
        self.assertIn("\n1 shard(s) of 4 rank(s) on 1 node(s)", self.dry_run())
        long = ("--training.steps", "1e8", "--sweep.seed", "0..99", "--ntasks-per-node", "2")
        for time, hours in (("1-0", 24), ("4:00:00", 4), ("90", 1.5), ("10:00", 1 / 6)):
            text = self.dry_run(*long, "--time", time)
            self.assertIn(f"#SBATCH --time={time}\n", text)
            shards = int(text.splitlines()[1].split()[0])
            plan = json.loads(self.command(PROGRAM, "plan", self.spec, *long[:4], "--shards", str(shards), "--json"))
            longest = max(shard["core_hours"] for shard in plan["shards"]) / 2
            # With margin, and no more shards than it takes.
            self.assertLess(longest, 0.85 * hours)
            if shards > 1:
                self.assertGreater(plan["core_hours"] / 2 / (shards - 1), 0.4 * hours)
        # The array's limit of this cluster is 401, so that the largest index is 400.
        self.assertIn("\n400 shard(s)",
                      self.dry_run("--training.steps", "1e10", "--sweep.seed", "0..9999", "--time=1:00:00"))
        self.dry_run("--shards=401", code=2)
        self.assertIn("--shards 401: MaxArraySize allows at most 400", self.errors)
        self.assertIn("back to the queue", self.dry_run(*long, "--shards=1", "--time=10:00"))

    def test_limit_of_submitted_jobs(self):
        folder = self.path("bin")
        os.mkdir(folder)
        with open(f"{folder}/sacctmgr", "w") as file:
            file.write("#!/bin/sh\nprintf '\\n40\\n8\\n'\n")
        os.chmod(f"{folder}/sacctmgr", 0o755)
        self.dry_run("--shards=8", code=2, PATH=f"{folder}:{self.environment['PATH']}")
        self.assertIn("--shards 8: your limit of 8 jobs (MaxSubmit) allows at most 7", self.errors)

    def test_wrong_words(self):
        for options, message in (
                (("--time", "soon"), "--time soon: allowed: MINUTES"),
                (("--nodes", "0"), "--nodes 0: allowed: integer"),
                (("--requeues", "many"), "--requeues many: allowed: integer"),
                (("--shards", "some"), "--shards some: allowed: auto, integer"),
                (("--array=1-3",), "--array: the array"),
                (("--training.steps", "few"), "training.steps"), (("--activation.slop", "1"), "activation.slope"),
                (("stray", "word"), "a value with spaces wants quotes")):
            self.dry_run(*options, code=2)
            self.assertIn(message, self.errors)
        self.command(f"{SCRIPTS}/submit.sh", self.path("none.ini"), "--output", self.output, code=2)
        self.assertIn("cannot read the sweep file", self.errors)
        self.command(f"{SCRIPTS}/submit.sh", self.spec, code=2)
        self.assertIn("--output FILE.h5 is missing", self.errors)


if __name__ == "__main__":
    main()
