"""What the tests of the program share: starting it, alone or on several ranks, and comparing results files.
Each test is called as TEST.py RGSWEEP MPIEXEC."""

import os
import subprocess
import sys
import tempfile
import time
import unittest

import h5py

PROGRAM, MPIEXEC = sys.argv[1], sys.argv[2]
PLACEMENT = {"wall_seconds", "worker_rank", "host"}
ENVIRONMENT = dict(
    os.environ,
    OMPI_ALLOW_RUN_AS_ROOT="1",
    OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1",
    OMPI_MCA_rmaps_base_oversubscribe="1",
    OMPI_MCA_mpi_yield_when_idle="1",
)
SPEC = """[sweep]
name = small
seed = 0..2
[model]
symmetry = none, exchange
[activation]
kind = leaky_relu, relu
slope = 0:0.25:1
[task]
test = uniform, gaussian
test_samples = 1000
[training]
steps = 30, 300
"""


def rgsweep(*arguments, ranks=0, **options):
    launcher = [MPIEXEC, "-n", str(ranks)] if ranks else []
    return subprocess.run([*launcher, PROGRAM, *arguments], env=ENVIRONMENT, capture_output=True, text=True,
                          timeout=300, **options)


def columns(path):
    """All datasets of a results file."""
    with h5py.File(path) as file:
        return {name: file[name][()] for name in file}


def different_columns(a, b):
    """The names of reproducible columns in which two results files differ."""
    a, b = columns(a), columns(b)
    if a.keys() != b.keys():
        return sorted(a.keys() ^ b.keys())
    return sorted(n for n in a if n not in PLACEMENT and a[n].tobytes() != b[n].tobytes() and
                  not (a[n].dtype == object and list(a[n]) == list(b[n])))


class Case(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.spec = self.path("small.ini")
        with open(self.spec, "w") as file:
            file.write(SPEC)

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def run_sweep(self, name, *arguments, ranks=0, code=0):
        output = self.path(name)
        result = rgsweep("run", self.spec, "--output", output, *arguments, ranks=ranks)
        self.assertEqual(result.returncode, code, result.stderr)
        return output

    def steps_lasting(self, seconds, *arguments):
        """The number of steps that one training takes about so many seconds for, on this machine: what disturbs a
        training must find it running, however fast that is. The arguments choose a sweep of few points."""
        steps = 1000
        while True:
            steps *= 4
            path = self.run_sweep("speed.h5", *arguments, "--training.steps", str(steps))
            taken = columns(path)["wall_seconds"].max()
            os.remove(path)
            if taken > 0.05:
                return str(int(steps * seconds / taken))

    def wait_until(self, condition, process, seconds=100):
        """Waits for an event that a running process brings about."""
        deadline = time.monotonic() + seconds
        while not condition():
            self.assertIsNone(process.poll(), "the process ended too early")
            self.assertLess(time.monotonic(), deadline, "waited in vain")
            time.sleep(0.01)


def main():
    unittest.main(module="__main__", argv=sys.argv[:1])
