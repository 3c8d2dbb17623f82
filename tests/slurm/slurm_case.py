"""What the tests with a real Slurm share: a cluster of two nodes for each test program, and waiting for events in it.
Each is called as TEST.py RGSWEEP MPIEXEC, and leaves with 77 (skipped) where Slurm is not installed."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

import h5py

from harness import MPIEXEC, PROGRAM, Case, different_columns, rgsweep

HERE = os.path.dirname(os.path.abspath(__file__))
CLUSTER = os.path.join(HERE, "cluster.sh")
SCRIPTS = os.path.join(HERE, "..", "..", "slurm")
SKIPPED = 77
PATIENCE = 900
"""Seconds after which an event that does not come is a failure; on an idle machine none takes a tenth of that."""


def start_cluster():
    """The folder of a running cluster, and the environment to use it in."""
    folder = tempfile.mkdtemp(prefix="rgsweep-slurm-")
    os.chmod(folder, 0o755)
    started = subprocess.run([CLUSTER, "start", folder, "2", str(os.getpid())], stdout=subprocess.DEVNULL,
                             stderr=subprocess.PIPE, text=True)
    if started.returncode:
        subprocess.run([CLUSTER, "stop", folder])
        shutil.rmtree(folder)
        print(started.stderr)
        sys.exit(SKIPPED if started.returncode == SKIPPED else 1)
    listing = subprocess.run(["bash", "-c", ". \"$1/environment\" && env -0", "-", folder], stdout=subprocess.PIPE,
                             text=True, check=True).stdout
    environment = dict(entry.split("=", 1) for entry in listing.split("\0") if "=" in entry)
    for name in [n for n in environment if n.startswith("SLURM_") and n != "SLURM_CONF"]:
        del environment[name]
    # Trainings are saved when they are stopped, however short they are; those of users only after a minute.
    environment.update(RGSWEEP=PROGRAM, RGSWEEP_SAVE_AFTER_SECONDS="0")
    environment["PATH"] += f":{os.path.dirname(MPIEXEC)}:/usr/sbin"
    return folder, environment


class SlurmCase(Case):
    SPEC = """[sweep]
name = shards
seed = 0..5
[model]
symmetry = none, exchange
[activation]
slope = 0, 0.5
[task]
test_samples = 1000
[training]
steps = 30, 300
"""
    """48 points of milliseconds."""

    @classmethod
    def setUpClass(cls):
        cls.cluster, cls.environment = start_cluster()

    @classmethod
    def tearDownClass(cls):
        subprocess.run([CLUSTER, "stop", cls.cluster], check=True)
        shutil.rmtree(cls.cluster, ignore_errors=True)

    def setUp(self):
        super().setUp()
        with open(self.spec, "w") as file:
            file.write(self.SPEC)
        self.output = self.path("the results/big.h5")
        self.shards = self.path("the results/big")

    def command(self, *words, code=0, **environment):
        """Runs a command in the cluster; its standard output, and its standard error in self.errors."""
        result = subprocess.run(words, env={**self.environment, **environment}, cwd=self.folder.name,
                                capture_output=True, text=True)
        self.errors = result.stderr
        self.assertEqual(result.returncode, code, f"{words}: {result.stdout}{result.stderr}")
        return result.stdout

    def submit(self, *options, **environment):
        """Calls submit.sh; the numbers of the array (None where all shards are complete) and of the merge job."""
        self.printed = self.command(f"{SCRIPTS}/submit.sh", self.spec, "--output", self.output, *options, **environment)
        return re.search(r"^(?:job (\d+): .*|All .*); job (\d+) merges", self.printed, re.M).groups()

    def jobs(self, job):
        """Array task (or None) to what scontrol says of it. Tasks that never started are one entry together."""
        found = {}
        for line in self.command("scontrol", "--oneliner", "show", "job", job).splitlines():
            fields = dict(field.split("=", 1) for field in line.split() if "=" in field)
            found[fields.get("ArrayTaskId")] = fields
        return found

    def states(self, job):
        return [fields["JobState"] for fields in self.jobs(job).values()]

    def wait_until(self, condition, what):
        end = time.monotonic() + PATIENCE
        while not condition():
            if time.monotonic() > end:
                self.fail(f"waited {PATIENCE} s for: {what}\n{self.command('squeue')}{self.logs()}")
            time.sleep(0.2)

    def wait_for_end(self, job):
        """Until nothing of the job is queued or running."""
        ended = {"COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "NODE_FAIL"}
        self.wait_until(lambda: set(self.states(job)) <= ended, f"the end of job {job}")

    def logs(self):
        """All logs of the sweep."""
        text = ""
        for folder, _, files in os.walk(self.folder.name):
            for name in sorted(files):
                if name.endswith(".log"):
                    text += f"== {name}\n{self.read(os.path.join(folder, name))}\n"
        return text

    @staticmethod
    def read(path):
        with open(path) as file:
            return file.read()

    def steps_for(self, seconds):
        """Training steps that take one rank about so long here and now, alone on its core."""
        steps, took = 20000, 0.0
        while took < 0.5:
            steps *= 3
            output = self.path(f"speed{steps}.h5")
            result = rgsweep("run", self.spec, "--output", output, "--sweep.seed", "0", "--model.symmetry", "none",
                             "--activation.slope", "0.5", "--training.steps", str(steps))
            self.assertEqual(result.returncode, 0, result.stderr)
            with h5py.File(output) as file:
                took = float(file["wall_seconds"][0])
        return int(steps * seconds / took)

    def status(self, path):
        """What `rgsweep status` says, as text."""
        return self.command(PROGRAM, "status", path)

    def check_results(self, *overrides):
        """The merged file is complete, and equal to that of one run from start to end."""
        whole = self.path("whole.h5")
        self.assertEqual(rgsweep("run", self.spec, "--output", whole, *overrides).returncode, 0)
        self.assertTrue(os.path.exists(self.output), self.logs())
        self.assertEqual(different_columns(whole, self.output), [])
