"""Full disks, folders that cannot be written or vanish, long and odd paths, other locales, missing streams."""

import os
import shutil
import subprocess
import unittest

from harness import ENVIRONMENT, PROGRAM, Case, different_columns, main, rgsweep

FEW = ("--training.steps", "20", "--sweep.seed", "0", "--model.symmetry", "none")


class Folders(Case):
    def mount(self, folder, *options):
        """Mounts something for the length of the test, which is skipped where that is not permitted."""
        os.makedirs(folder, exist_ok=True)
        if subprocess.run(["mount", *options, folder], capture_output=True).returncode != 0:
            self.skipTest("mounting is not permitted here")
        self.addCleanup(subprocess.run, ["umount", folder], check=True)

    def test_a_full_disk_is_named_and_the_run_continues_when_there_is_room(self):
        disk = self.path("disk")
        self.mount(disk, "-t", "tmpfs", "-o", "size=300k", "tmpfs")
        output = os.path.join(disk, "x.h5")
        many = ("--training.steps", "20", "--sweep.seed", "0..9", "--flush-seconds", "0")
        result = rgsweep("run", self.spec, "--output", output, *many)
        self.assertEqual(result.returncode, 1)
        self.assertIn("No space left on device", result.stderr)
        # Whole files, or none where there was no room for a first segment.
        checks = rgsweep("verify", output)
        if checks.returncode != 0:
            self.assertEqual(checks.returncode, 1)
            self.assertEqual(checks.stdout.count("NOT OK"), checks.stdout.count("there is no such file"), checks.stdout)
        subprocess.run(["mount", "-o", "remount,size=64m", disk], check=True)
        self.assertEqual(rgsweep("run", self.spec, "--output", output, *many).returncode, 0)
        self.assertEqual(os.listdir(disk), ["x.h5"])
        self.assertEqual(different_columns(self.run_sweep("whole.h5", *many), output), [])

    def refused(self, output, *words, prefix=()):
        result = subprocess.run([*prefix, PROGRAM, "run", self.spec, "--output", output, *FEW], env=ENVIRONMENT,
                                capture_output=True, text=True, timeout=100)
        self.assertEqual(result.returncode, 1, result.stderr)
        for word in words:
            self.assertIn(word, result.stderr)

    def test_a_read_only_file_system(self):
        folder = self.path("frozen")
        os.mkdir(folder)
        results = self.run_sweep("frozen/x.h5", *FEW)
        self.mount(folder, "--bind", folder)
        if subprocess.run(["mount", "-o", "remount,bind,ro", folder], capture_output=True).returncode != 0:
            self.skipTest("mounting is not permitted here")
        self.refused(results, folder, "cannot be written")
        # Reading needs no writing.
        self.assertEqual(rgsweep("verify", results).returncode, 0)
        self.assertEqual(rgsweep("status", results).returncode, 0)
        self.assertEqual(rgsweep("merge", self.path("copy.h5"), results).returncode, 0)

    @unittest.skipUnless(os.geteuid() == 0 and shutil.which("setpriv"), "needs to become another user")
    def test_a_folder_of_somebody_else(self):
        os.chmod(self.folder.name, 0o755)
        folder = self.path("theirs")
        os.mkdir(folder, 0o755)
        self.refused(os.path.join(folder, "x.h5"), folder, "cannot be written",
                     prefix=("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"))
        self.assertEqual(os.listdir(folder), [])

    def test_a_folder_that_vanishes(self):
        steps = self.steps_lasting(0.05, *FEW[2:], "--activation.kind", "relu")
        folder = self.path("gone")
        os.mkdir(folder)
        output = os.path.join(folder, "x.h5")
        run = subprocess.Popen([PROGRAM, "run", self.spec, "--output", output, "--flush-seconds", "0", "--training.steps",
                                steps], env=ENVIRONMENT, stderr=subprocess.PIPE, text=True)
        while not any(name.endswith(".h5") for name in self.names(output + ".parts")):
            self.assertIsNone(run.poll())
        os.rename(folder, self.path("moved"))
        _, errors = run.communicate(timeout=100)
        self.assertEqual(run.returncode, 1, errors)
        self.assertIn(output, errors)
        moved = self.path("moved/x.h5")
        self.assertEqual(rgsweep("verify", moved).returncode, 0)
        self.run_sweep("moved/x.h5", "--training.steps", f"60, {steps}", "--sweep.seed", "0", *FEW[4:])

    @staticmethod
    def names(folder):
        return os.listdir(folder) if os.path.isdir(folder) else []


class Paths(Case):
    def setUp(self):
        super().setUp()
        self.whole = self.run_sweep("whole.h5", *FEW)

    def assert_runs(self, output, **options):
        result = rgsweep("run", self.spec, "--output", output, *FEW, **options)
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_long_paths(self):
        folder = self.folder.name
        while len(folder) < 3700:
            folder = os.path.join(folder, "a" * 200)
        folder = os.path.join(folder, "b" * (3950 - len(folder)))
        os.makedirs(folder)
        output = os.path.join(folder, "x.h5")
        self.assert_runs(output)
        self.assertEqual(different_columns(self.whole, output), [])
        too_long = os.path.join(folder, "c" * 100, "d" * 100, "x.h5")
        self.assertEqual(rgsweep("run", self.spec, "--output", too_long, *FEW).returncode, 1)

    def test_relative_names_spaces_and_other_scripts(self):
        for name in ("x.h5", "./größe und ‘Maß’ 大小.h5", "-x.h5"):
            with self.subTest(name=name):
                folder = self.path("folder " + str(len(name)))
                os.mkdir(folder)
                result = rgsweep("run", self.spec, f"--output={name}", *FEW, cwd=folder)
                self.assertEqual(result.returncode, 0, result.stderr)
                self.assertEqual(different_columns(self.whole, os.path.join(folder, name)), [])
                self.assertEqual(len(os.listdir(folder)), 1)


class Processes(Case):
    def run_with(self, name, **variables):
        environment = {key: value for key, value in {**ENVIRONMENT, **variables}.items() if value is not None}
        output = self.path(name)
        result = subprocess.run([PROGRAM, "run", self.spec, "--output", output, *FEW], env=environment,
                                capture_output=True, text=True, timeout=100)
        self.assertEqual(result.returncode, 0, result.stderr)
        return output

    def test_environments(self):
        whole = self.run_sweep("whole.h5", *FEW)
        locales = self.path("locales")
        os.mkdir(locales)
        made = subprocess.run(["localedef", "-i", "de_DE", "-f", "UTF-8", os.path.join(locales, "de_DE.UTF-8")],
                              capture_output=True).returncode == 0
        for number, variables in enumerate((
            {"HDF5_USE_FILE_LOCKING": "TRUE"}, {"HDF5_USE_FILE_LOCKING": "FALSE"}, {"HOME": None},
            {"LC_ALL": "de_DE.UTF-8", "LOCPATH": locales if made else None}, {"TMPDIR": self.path("nowhere")},
        )):
            with self.subTest(variables=variables):
                self.assertEqual(different_columns(whole, self.run_with(f"{number}.h5", **variables)), [])

    def test_streams_that_nobody_reads(self):
        for stream in ("stdout", "stderr"):
            reading, writing = os.pipe()
            os.close(reading)
            with self.subTest(stream=stream):
                result = subprocess.run([PROGRAM, "run", self.spec, "--output", self.path(stream + ".h5"), *FEW],
                                        env=ENVIRONMENT, stdin=subprocess.DEVNULL, timeout=100, **{stream: writing})
                self.assertEqual(result.returncode, 0)
                self.assertEqual(rgsweep("verify", self.path(stream + ".h5")).returncode, 0)
            os.close(writing)


if __name__ == "__main__":
    main()
