"""The examples for PBS and LSF, run with the variables that these set: a shard needs nothing but --shard I/N."""

import os
import subprocess

from harness import ENVIRONMENT, PROGRAM, Case, different_columns, main, rgsweep

SCRIPTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "slurm", "other")


class OtherSchedulers(Case):
    def run_array(self, name, variables):
        with open(os.path.join(SCRIPTS, name)) as file:
            text = file.read()
        # As the reader is told to do.
        for old, new in (("program=rgsweep ", f"program={PROGRAM} "), ("spec=sweep.ini", f"spec={self.spec}"),
                         ("mpirun -n 4", "mpirun -n 2"), ("shards=8 ", "shards=3 ")):
            self.assertEqual(text.count(old), 1, old)
            text = text.replace(old, new)
        with open(self.path(name), "w") as file:
            file.write(text)
        for shard in (1, 2, 3):
            result = subprocess.run(["bash", self.path(name)], cwd=self.folder.name, capture_output=True, text=True,
                                    env={**ENVIRONMENT, **{k: v.format(shard) for k, v in variables.items()}})
            self.assertEqual(result.returncode, 0, result.stderr)
        shards = [self.path(f"results/shard-{shard}-of-3.h5") for shard in (1, 2, 3)]
        self.assertEqual(rgsweep("merge", self.path(f"{name}.h5"), *shards).returncode, 0)
        self.assertEqual(different_columns(self.run_sweep("whole.h5"), self.path(f"{name}.h5")), [])

    def test_pbs(self):
        self.run_array("sweep.pbs", {"PBS_ARRAY_INDEX": "{}", "PBS_O_WORKDIR": self.folder.name})

    def test_lsf(self):
        self.run_array("sweep.lsf", {"LSB_JOBINDEX": "{}"})


if __name__ == "__main__":
    main()
