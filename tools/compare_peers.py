#!/usr/bin/env python3
"""Measures rgsweep beside the tools that one would otherwise use, all in one run, and prints one table.

    tools/compare_peers.py build/rgsweep                    everything that is installed
    tools/compare_peers.py build/rgsweep --only training
    tools/compare_peers.py build/rgsweep --rounds 9 --json

Training: the time of a step (batch 256 of two inputs, fixed data, float32, one core) of the same network in rgsweep,
in PyTorch as its tutorials write it (eager), and in PyTorch with 32 replicas in one batched product, a replica. Times
are processor times, each run being one thread's, and differences of two whole runs, of which one takes twice as many
steps, so that starting up drops out; programs take turns, and each run's time is the least of all rounds, since whatever
else the machine does only adds.
Scheduling: the time of a task that does nothing, on two processes: rgsweep's `null` experiment with everything it
stores, beside GNU parallel, mpi4py.futures (chunks of 100) and Optuna's grid sampler (one process).
A peer that is missing is left out, and the table says what to install.
"""
import argparse
import importlib.util
import json
import math
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from peer_networks import BATCH, REPLICAS, SLOPE, Batched, Eager

ENVIRONMENT = dict(
    os.environ,
    OMP_NUM_THREADS="1",
    OMPI_ALLOW_RUN_AS_ROOT="1",
    OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1",
    OMPI_MCA_rmaps_base_oversubscribe="1",
    OMPI_MCA_mpi_yield_when_idle="1",
)
# Name, network (features of a node for gnn), activation, optimiser.
CASES = [
    ("width 2", dict(width=2)),
    ("width 16", dict(width=16)),
    ("width 64", dict(width=64)),
    ("depth 2 width 32", dict(width=32, depth=2)),
    ("adam, width 16", dict(width=16, optimizer="adam")),
    ("spline, width 16", dict(width=16, kind="spline")),
    ("gnn, 16 features", dict(width=16, depth=2, gnn=True)),
]


class Rgsweep:
    """A sweep of one point."""

    def __init__(self, program, folder, case):
        self.program, self.folder = program, Path(folder)
        network = (f"architecture = gnn\ngraph = pair\nfeatures = {case['width']}\n" if case.get("gnn")
                   else f"width = {case['width']}\n")
        self.spec = self.folder / "case.ini"
        self.spec.write_text(
            f"[sweep]\nname = case\n[model]\n{network}depth = {case.get('depth', 1)}\n"
            f"[activation]\nkind = {case.get('kind', 'leaky_relu')}\nslope = {SLOPE}\n"
            f"[task]\ntrain_samples = {BATCH}\ntest_samples = 256\n[training]\nlearning_rate = 1e-4\n"
            f"batch = {BATCH}\noptimizer = {case.get('optimizer', 'sgd')}\n[trace]\ncheckpoints = 2\n")

    def run(self, steps):
        output = self.folder / "case.h5"
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([self.program, "run", self.spec, "--output", output, "--quiet", "--training.steps", str(steps)],
                       check=True, env=ENVIRONMENT)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        output.unlink()
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def enough_steps(contender, seconds):
    """A number of steps that take about this long, starting up included."""
    steps = 16
    while contender.run(steps) < seconds:
        steps *= 2
    return steps


def measure_steps(contenders, rounds):
    """Seconds a step of each contender; they take turns."""
    steps = [enough_steps(c, 0.4 if isinstance(c, Rgsweep) else 0.02 / (REPLICAS if isinstance(c, Batched) else 1))
             for c in contenders]
    least = [[math.inf, math.inf] for _ in contenders]
    for _ in range(rounds):
        for contender, count, times in zip(contenders, steps, least):
            times[0] = min(times[0], contender.run(count))
            times[1] = min(times[1], contender.run(2 * count))
    return [(longer - shorter) / count for (shorter, longer), count in zip(least, steps)]


def compare_training(program, rounds):
    """Rows of the table, and what is missing."""
    missing = []
    torch = None
    if importlib.util.find_spec("torch"):
        import torch  # takes seconds
        torch.set_num_threads(1)
    else:
        missing.append("PyTorch: apt-get install python3-torch")
    rows = []
    for name, case in CASES:
        with tempfile.TemporaryDirectory() as folder:
            contenders = [Rgsweep(program, folder, case)]
            if torch:
                contenders.append(Eager(torch, case))
                if not case.get("gnn") and "kind" not in case:
                    contenders.append(Batched(torch, case))
            seconds = measure_steps(contenders, rounds)
        row = {"case": name, "rgsweep_us": seconds[0] * 1e6}
        for key, value in zip(("eager", "batched"), seconds[1:]):
            row[key + "_us"] = value * 1e6
            row[key + "_ratio"] = value / seconds[0]
        rows.append(row)
    return rows, missing


def timed(command, **options):
    start = time.perf_counter()
    subprocess.run(command, check=True, env=ENVIRONMENT, stdout=subprocess.DEVNULL, **options)
    return time.perf_counter() - start


def null_points(program, mpiexec, points):
    """Seconds a point of rgsweep's null experiment: the whole run, starting up and all files included."""
    with tempfile.TemporaryDirectory() as folder:
        spec = Path(folder) / "null.ini"
        spec.write_text(f"[sweep]\nname = null\nexperiment = null\nseed = 0..{points - 1}\n")
        return timed([mpiexec, "-n", "2", program, "run", spec, "--output", Path(folder) / "null.h5", "--quiet"]) / points


FUTURES = """
import sys
from mpi4py.futures import MPIPoolExecutor
def task(i):
    return i
if __name__ == "__main__":
    with MPIPoolExecutor() as pool:
        total = sum(pool.map(task, range(int(sys.argv[1])), chunksize=100))
"""

OPTUNA = """
import sys
import optuna
optuna.logging.set_verbosity(optuna.logging.WARNING)
n = int(sys.argv[1])
study = optuna.create_study(sampler=optuna.samplers.GridSampler({"x": list(range(n))}))
study.optimize(lambda trial: trial.suggest_int("x", 0, n - 1), n_trials=n)
"""


def compare_scheduling(program, rounds):
    missing, rows = [], []
    mpiexec = shutil.which("mpiexec") or shutil.which("mpirun")
    with tempfile.TemporaryDirectory() as folder:
        contenders = []
        if mpiexec:
            contenders.append(("rgsweep, 400,000 points", lambda: null_points(program, mpiexec, 400_000)))
        else:
            missing.append("MPI: apt-get install openmpi-bin")
        if mpiexec and importlib.util.find_spec("mpi4py"):
            futures = Path(folder) / "futures.py"
            futures.write_text(FUTURES)
            contenders.append(("mpi4py.futures, 100,000 tasks in chunks of 100", lambda: timed(
                [mpiexec, "-n", "2", sys.executable, "-m", "mpi4py.futures", futures, "100000"]) / 100_000))
        else:
            missing.append("mpi4py: apt-get install python3-mpi4py")
        if shutil.which("parallel"):
            contenders.append(("GNU parallel, 500 tasks", lambda: timed(
                ["parallel", "-j", "2", "true"], input="\n".join(map(str, range(500))), text=True) / 500))
        else:
            missing.append("GNU parallel: apt-get install parallel")
        if importlib.util.find_spec("optuna"):
            optuna = Path(folder) / "grid.py"
            optuna.write_text(OPTUNA)
            contenders.append(("Optuna's grid sampler, 300 trials", lambda: timed(
                [sys.executable, optuna, "300"], stderr=subprocess.DEVNULL) / 300))
        else:
            missing.append("Optuna: apt-get install python3-optuna")
        least = [math.inf] * len(contenders)
        for _ in range(rounds):
            least = [min(seconds, run()) for seconds, (_, run) in zip(least, contenders)]
    for (name, _), seconds in zip(contenders, least):
        rows.append({"case": name, "us_per_task": seconds * 1e6})
    return rows, missing


def processor():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return f"{line.split(':')[1].strip()}, {os.cpu_count()} cores"
    return "unknown processor"


def print_training(rows):
    print("| network | rgsweep, us a step | PyTorch eager | ratio | PyTorch batched, a replica | ratio |")
    print("|---|---:|---:|---:|---:|---:|")
    for row in rows:
        cells = [row["case"], f"{row['rgsweep_us']:.2f}"]
        for key in ("eager", "batched"):
            known = key + "_us" in row
            cells += [f"{row[key + '_us']:.1f}", f"{row[key + '_ratio']:.0f}"] if known else ["", ""]
        print("| " + " | ".join(cells) + " |")


def print_scheduling(rows):
    print("| tasks that do nothing | us a task |")
    print("|---|---:|")
    for row in rows:
        print(f"| {row['case']} | {row['us_per_task']:.1f} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", help="the rgsweep to measure")
    parser.add_argument("--only", choices=("training", "scheduling"))
    parser.add_argument("--rounds", type=int, default=5, help="how often each is measured (default 5)")
    parser.add_argument("--json", action="store_true", help="machine-readable")
    options = parser.parse_args()
    program = str(Path(options.program).resolve())
    result = {"processor": processor()}
    missing = []
    for part, compare in (("training", compare_training), ("scheduling", compare_scheduling)):
        if options.only in (None, part):
            result[part], lacking = compare(program, options.rounds)
            missing += lacking
    if options.json:
        print(json.dumps(result | {"missing": missing}))
        return
    print(result["processor"], end="\n\n")
    if "training" in result:
        print_training(result["training"])
        print()
    if "scheduling" in result:
        print_scheduling(result["scheduling"])
    for line in missing:
        print("left out: " + line)


if __name__ == "__main__":
    main()
