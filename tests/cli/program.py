"""The program as its users and their scripts meet it: exit codes, streams, and results that do not depend on how
the work was divided. Usage: program.py RGSWEEP MPIEXEC CASE"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import h5py
import numpy as np

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
                          timeout=120, **options)


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


class Division(Case):
    """2 symmetries x (5 slopes + relu) x 3 seeds x 2 lengths = 72 points."""

    def test_ranks_shards_and_continuation_give_the_same_bits(self):
        whole = self.run_sweep("whole.h5")
        self.assertEqual(len(columns(whole)["point_id"]), 72)
        for ranks in (1, 2, 4):
            output = self.run_sweep(f"ranks{ranks}.h5", ranks=ranks)
            self.assertEqual(different_columns(whole, output), [])
            with h5py.File(output) as file:
                self.assertEqual(file.attrs["ranks"], ranks)
        shards = [self.run_sweep(f"shard{i}.h5", "--shard", f"{i}/3", ranks=1 + i % 2) for i in (1, 2, 3)]
        merged = self.path("merged.h5")
        result = rgsweep("merge", merged, *shards)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(different_columns(whole, merged), [])

        part = self.run_sweep("grown.h5", "--sweep.seed", "0")
        grown = self.run_sweep("grown.h5")
        self.assertEqual(part, grown)
        self.assertEqual(different_columns(whole, grown), [])

    def test_the_comparison_can_fail(self):
        a = self.run_sweep("a.h5", "--sweep.seed", "0", "--training.steps", "30")
        b = self.run_sweep("b.h5", "--sweep.seed", "1", "--training.steps", "30")
        self.assertIn("point_id", different_columns(a, b))
        self.assertIn("test_mse", different_columns(a, b))

    def test_all_ranks_work(self):
        output = self.run_sweep("ranks.h5", "--training.steps", "3000", ranks=2)
        self.assertEqual(set(columns(output)["worker_rank"]), {0, 1})

    def test_finished_points_are_not_trained_twice(self):
        output = self.run_sweep("again.h5")
        before = os.stat(output)
        result = rgsweep("run", self.spec, "--output", output)
        self.assertEqual(result.returncode, 0)
        self.assertIn("72 of 72 points are already there", result.stderr)
        self.assertEqual(os.stat(output).st_mtime_ns, before.st_mtime_ns)


class Stopping(Case):
    LONG = ("--training.steps", "20000", "--sweep.seed", "0..9")

    def test_deadline_then_continue(self):
        output = self.run_sweep("x.h5", *self.LONG, "--deadline", "1.5", "--flush-seconds", "0.2", code=75)
        status = json.loads(rgsweep("status", output, "--json").stdout)
        self.assertFalse(status["complete"])
        self.assertLess(status["finished"], status["points"])
        self.run_sweep("x.h5", "--training.steps", "20", "--sweep.seed", "0..9")

    def test_signals_flush_and_exit_75(self):
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1):
            output = self.path(f"signal{number}.h5")
            process = subprocess.Popen([PROGRAM, "run", self.spec, "--output", output, *self.LONG], env=ENVIRONMENT,
                                       stderr=subprocess.PIPE, text=True)
            time.sleep(1.5)
            process.send_signal(number)
            _, errors = process.communicate(timeout=20)
            self.assertEqual(process.returncode, 75, errors)
            self.assertIn("the same command continues", errors)
            checks = rgsweep("verify", output)
            self.assertEqual(checks.returncode, 0, checks.stdout)

    def test_killed_run_loses_at_most_what_was_not_flushed(self):
        output = self.path("killed.h5")
        arguments = ["--training.steps", "3000", "--sweep.seed", "0..9"]
        process = subprocess.Popen([PROGRAM, "run", self.spec, "--output", output, "--flush-seconds", "0.2", "--quiet",
                                    *arguments], env=ENVIRONMENT)
        deadline = time.time() + 60
        while time.time() < deadline and not any(n.endswith(".h5") for n in self.parts(output)):
            time.sleep(0.05)
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


class BadInput(Case):
    def assert_refused(self, arguments, *words, code=2, **options):
        result = rgsweep(*arguments, **options)
        self.assertEqual(result.returncode, code, result.stderr)
        self.assertEqual(result.stdout, "")
        lines = [line for line in result.stderr.splitlines() if line.startswith("rgsweep: ")]
        self.assertEqual(len(lines), 1, result.stderr)
        for word in words:
            self.assertIn(word, result.stderr[result.stderr.index("rgsweep: "):])

    def write(self, text):
        path = self.path("bad.ini")
        with open(path, "w") as file:
            file.write(text)
        return path

    def test_sweep_files(self):
        for text, words in (
            ("[model]\nwdith = 3\n", ["bad.ini:2", "wdith", "model.width"]),
            ("[model]\nwidth = many\n", ["bad.ini:2", "many", "integer in [1, 4096]"]),
            ("[modle]\nwidth = 3\n", ["bad.ini", "modle"]),
            ("[activation]\nkind = leaky_rule\n", ["bad.ini:2", "leaky_relu"]),
            ("[activation]\nslope = linspace(0,1)\n", ["bad.ini:2", "linspace"]),
            ("[sweep]\nseed = \n", ["bad.ini:2", "sweep.seed"]),
            ("[sweep]\nseed = 0..16777215\n[model]\nwidth = 1..4096\ndepth = 1..64\n[training]\nsteps = 1..10000000\n",
             ["2^63"]),
        ):
            with self.subTest(text=text):
                output = self.path("never.h5")
                self.assert_refused(["run", self.write(text), "--output", output], *words)
                self.assertFalse(os.path.exists(output) or os.path.exists(output + ".parts"))

    def test_command_lines(self):
        output = self.path("x.h5")
        run = ["run", self.spec, "--output", output]
        for arguments, words in (
            ([], []),
            (["rnu"], ["rnu", "run"]),
            (["run", self.spec], ["--output"]),
            ([*run, "--activation.slpoe", "1"], ["slpoe", "activation.slope"]),
            ([*run, "--activation.slope", "steep"], ["--activation.slope", "steep", "real"]),
            ([*run, "--shard", "4/3"], ["--shard", "4/3"]),
            ([*run, "--deadline", "soon"], ["--deadline", "soon", "slurm"]),
            (["run", self.path("none.ini"), "--output", output], ["none.ini"]),
            (["plan", self.spec, "--shards", "0"], ["--shards"]),
        ):
            if arguments:
                with self.subTest(arguments=arguments):
                    self.assert_refused(arguments, *words)
        self.assertEqual(rgsweep().returncode, 2)

    def test_missing_folder_and_fresh(self):
        self.assert_refused(["run", self.spec, "--output", self.path("no/folder/x.h5")], "no/folder", code=1)
        output = self.run_sweep("x.h5", "--sweep.seed", "0", "--training.steps", "5")
        with open(output, "rb") as file:
            before = file.read()
        self.assert_refused(["run", self.spec, "--output", output, "--fresh"], "mv ")
        with open(output, "rb") as file:
            self.assertEqual(file.read(), before)

    def test_one_message_from_many_ranks(self):
        self.assert_refused(["run", self.write("[model]\nwdith = 3\n"), "--output", self.path("x.h5")], "wdith", ranks=3)
        self.assert_refused(["run", self.spec, "--output", self.path("no/folder/x.h5")], "no/folder", code=1, ranks=3)

    def test_failed_points_are_counted_by_the_exit_code(self):
        # More memory than there is: the point fails, the others do not.
        with open(self.spec, "a") as file:
            file.write("[grid.small]\ntraining.batch = 16\n[grid.huge]\ntraining.batch = 10000000\nmodel.width = 4096\n"
                       "sweep.seed = 0\nmodel.symmetry = none\nactivation.kind = relu\ntraining.steps = 30\n")
        output = self.path("failed.h5")
        limited = ["sh", "-c", 'ulimit -v 4000000; exec "$@"', "sh", PROGRAM, "run", self.spec, "--output", output]
        result = subprocess.run(limited, env=ENVIRONMENT, capture_output=True, text=True, timeout=120)
        self.assertEqual(result.returncode, 3, result.stderr)
        found = columns(output)
        failed = found["status"] == 3
        self.assertEqual(failed.sum(), 1)
        self.assertIn(b"memory", found["message"][failed][0])
        self.assertEqual(rgsweep("run", self.spec, "--output", output).returncode, 3)


class Plan(Case):
    def test_numbers(self):
        plan = json.loads(rgsweep("plan", self.spec, "--shards", "5", "--json").stdout)
        self.assertEqual(plan["points"], 72)
        self.assertEqual(sum(shard["points"] for shard in plan["shards"]), 72)
        self.assertAlmostEqual(sum(shard["core_hours"] for shard in plan["shards"]), plan["core_hours"])
        axes = {axis["key"]: axis["count"] for axis in plan["axes"]}
        self.assertEqual(axes, {"sweep.seed": 3, "model.symmetry": 2, "activation.kind": 2, "activation.slope": 5,
                                "training.steps": 2})

    def test_text_goes_to_stdout(self):
        result = rgsweep("plan", self.spec)
        self.assertIn("points: 72 (0 duplicates removed, 0 excluded)", result.stdout)
        self.assertEqual(result.stderr, "")

    def test_a_trillion_points(self):
        result = rgsweep("plan", self.spec, "--sweep.seed", "0..9999999", "--activation.slope", "linspace(0,1,5000)",
                         "--training.learning_rate", "linspace(0.01,0.1,5)", "--json")
        plan = json.loads(result.stdout)
        self.assertEqual(plan["points"], 10**7 * 2 * 5001 * 5 * 2)

    def test_every_command_has_help(self):
        for command in ("plan", "run", "status", "verify", "merge", "list"):
            result = rgsweep(command, "--help")
            self.assertEqual(result.returncode, 0)
            self.assertTrue(result.stdout.startswith(f"rgsweep {command} "), result.stdout)
        self.assertEqual(rgsweep("--help").returncode, 0)
        self.assertTrue(rgsweep("--version").stdout.startswith("rgsweep 0."))
        for name in ("activations", "symmetries", "architectures", "distributions", "optimizers", "experiments",
                     "observables", "keys"):
            result = rgsweep("list", name)
            self.assertEqual(result.returncode, 0)
            self.assertGreater(len(result.stdout.splitlines()), 0)


class Schema(Case):
    """What outside programs rely on, read by the name of the column."""

    def test_columns(self):
        import xarray

        output = self.run_sweep("x.h5")
        dataset = xarray.open_dataset(output)
        self.assertEqual(dict(dataset.sizes), {"point": 72, "test": 2, "order": 6, "checkpoint": 20})
        self.assertEqual(list(dataset.test.values), ["uniform", "gaussian"])
        self.assertEqual(list(dataset.order.values), [1, 2, 3, 4, 5, 6])
        relu = dataset.activation_kind == "relu"
        self.assertTrue(np.isnan(dataset.activation_slope[relu]).all())
        self.assertEqual(set(np.round(dataset.activation_slope[~relu].values, 6)), {0, 0.25, 0.5, 0.75, 1})
        self.assertEqual(dataset.status.attrs["flag_meanings"], "pending done diverged failed")
        self.assertEqual(dataset.target_cumulant.dims, ("point", "test", "order"))
        np.testing.assert_allclose(dataset.target_cumulant.sel(test="uniform", order=4), -0.6)
        np.testing.assert_allclose(dataset.target_cumulant.sel(test="gaussian", order=2), 1)
        self.assertTrue((dataset.test_mse.sel(test="gaussian") < 2).all())
        self.assertTrue(all(len(i) == 16 for i in dataset.point_id.values))
        self.assertEqual(dataset.attrs["spec"], SPEC)
        for name in ("spec_hash", "program_version", "git_commit", "git_dirty", "compiler", "compiler_flags",
                     "eigen_version", "hdf5_version", "mpi_version", "cpu", "kernel_variant", "ranks", "hosts",
                     "start_time", "end_time"):
            self.assertIn(name, dataset.attrs)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
