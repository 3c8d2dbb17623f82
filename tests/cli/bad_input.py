"""Bad input gets one clear message, an exit code, and loses nothing."""

import os
import subprocess

from harness import ENVIRONMENT, PROGRAM, Case, columns, main, rgsweep


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

    def test_values_that_do_not_go_together(self):
        output = self.path("never.h5")
        for text, words in (
            ("[model]\nwidth = 2, 3, 4\nsymmetry = none, odd\n",
             ["bad.ini: model.width = 3 does not fit model.symmetry = odd", "allowed: multiples of 2", "exclude"]),
            ("[model]\nsymmetry = equivariant\nwidth = 4\n[task]\nblock = 2, 3\n",
             ["model.width = 4", "equivariant", "multiples of 3"]),
            ("[model]\narchitecture = gnn\nsymmetry = equivariant\n", ["model.symmetry = equivariant", "none, exchange"]),
            ("[model]\narchitecture = mlp, gnn\nfeatures = 2048\n[task]\nblock = 3\n",
             ["model.features = 2048", "task.block = 3", "at most 1365"]),
            # One of many boxes, behind long axes that have nothing to do with it.
            ("zip(model.width, sweep.seed) = " + ", ".join(f"({2 * i}, {i})" for i in range(1, 50)) + ", (99, 0)\n"
             "model.symmetry = none, odd\nactivation.slope = linspace(0,1,10000)\ntraining.steps = 1..100000\n",
             ["model.width = 99", "odd"]),
        ):
            with self.subTest(text=text[:60]):
                spec = self.write(text)
                self.assert_refused(["run", spec, "--output", output], *words)
                self.assert_refused(["run", spec, "--output", output], *words, ranks=2)
                self.assert_refused(["plan", spec], *words)
                self.assertFalse(os.path.exists(output) or os.path.exists(output + ".parts"))
        dropped = self.write("[sweep]\nexclude = model.width = 3, model.symmetry = odd\n"
                             "[model]\nwidth = 2, 3, 4\nsymmetry = none, odd\n")
        self.assertIn("points: 5 (0 duplicates removed, 1 excluded)", rgsweep("plan", dropped).stdout)
        null = self.write("[sweep]\nexperiment = null, rg\n[model]\nwidth = 3\nsymmetry = odd\n")
        self.assert_refused(["plan", null], "model.width = 3")
        self.assertEqual(rgsweep("plan", null, "--sweep.experiment", "null").returncode, 0)

    def test_command_lines(self):
        output = self.path("x.h5")
        run = ["run", self.spec, "--output", output]
        for arguments, words in (
            (["rnu"], ["rnu", "run"]),
            (["run", self.spec], ["--output"]),
            ([*run, "--activation.slpoe", "1"], ["slpoe", "activation.slope"]),
            ([*run, "--activation.slope", "steep"], ["--activation.slope", "steep", "real"]),
            ([*run, "--shard", "4/3"], ["--shard", "4/3"]),
            ([*run, "--deadline", "soon"], ["--deadline", "soon", "slurm"]),
            (["run", self.path("none.ini"), "--output", output], ["none.ini"]),
            ([*run, "--activation.kind", "relu(5)"], ["relu(5)", "one of linear, relu"]),
            ([*run, "--sweep.seed", "9007199254740993"], ["9007199254740993", "2^53"]),
            ([*run, "--word", "x"], ["--word"]),
            (["run", self.spec, "--output", ""], ["--output"]),
            (["plan", self.spec, "--shards", "0"], ["--shards"]),
            (["merge", "", self.spec], ["output"]),
        ):
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

    def test_status_and_standard_output(self):
        self.assert_refused(["status", self.spec], "small.ini", code=1)
        self.assert_refused(["status", self.path("none.h5")], "none.h5", code=1)
        with open("/dev/full", "w") as full:
            result = subprocess.run([PROGRAM, "plan", self.spec], stdout=full, stderr=subprocess.PIPE, text=True)
        self.assertEqual(result.returncode, 1)
        self.assertIn("standard output", result.stderr)

    def test_closed_streams(self):
        output = self.path("closed.h5")
        closed = ["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", PROGRAM, "run", self.spec, "--output", output,
                  "--training.steps", "30"]
        self.assertEqual(subprocess.run(closed, env=ENVIRONMENT, timeout=120).returncode, 0)
        self.assertEqual(rgsweep("verify", output).returncode, 0)

    def test_failed_points_are_counted_by_the_exit_code(self):
        # More memory than there is: the point fails, the others do not.
        with open(self.spec, "a") as file:
            file.write("[grid.small]\ntraining.batch = 16\n[grid.huge]\ntraining.batch = 10000000\ntask.block = 64\n"
                       "training.precision = float64\nsweep.seed = 0\nmodel.symmetry = none\nactivation.kind = relu\ntraining.steps = 30\n")
        output = self.path("failed.h5")
        limited = ["sh", "-c", 'ulimit -v 4000000; exec "$@"', "sh", PROGRAM, "run", self.spec, "--output", output]
        result = subprocess.run(limited, env=ENVIRONMENT, capture_output=True, text=True, timeout=120)
        self.assertEqual(result.returncode, 3, result.stderr)
        found = columns(output)
        failed = found["status"] == 3
        self.assertEqual(failed.sum(), 1)
        self.assertIn(b"memory", found["message"][failed][0])
        self.assertEqual(rgsweep("run", self.spec, "--output", output).returncode, 3)


if __name__ == "__main__":
    main()
