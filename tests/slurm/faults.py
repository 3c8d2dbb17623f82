"""What goes wrong on clusters: tasks that fail, jobs that are warned, cancelled, and lost with their node."""

import json
import os
import re
import signal
import stat
import subprocess

from harness import PROGRAM, main
from slurm_case import CLUSTER, SCRIPTS, SlurmCase


class Faults(SlurmCase):
    # Two points for each of four seeds. The others have one value, so that all points cost the same.
    SPEC = """[sweep]
name = faults
seed = 0..3
[model]
symmetry = none, exchange
[activation]
slope = 0.5
[task]
test_samples = 1000
"""

    def shard(self, shard, shards):
        return os.path.join(self.shards, f"shard-{shard}-of-{shards}.h5")

    def finished(self, path):
        """Points in a file that may not be there yet."""
        if not os.path.exists(path) and not os.path.exists(path + ".parts"):
            return 0
        return json.loads(self.command(PROGRAM, "status", path, "--json"))["finished"]

    def log(self, name="shard-1.log"):
        path = os.path.join(self.shards, name)
        return self.read(path) if os.path.exists(path) else ""

    def finish_as_told(self):
        """Does what the merge job's log says at its end; the new numbers of the array and of the merge."""
        commands = re.findall(r"^  ((?:job=|sbatch ).*)$", self.log("merge.log"), re.M)[-2:]
        self.assertEqual(len(commands), 2, self.log("merge.log"))
        printed = self.command("bash", "-euc", "\n".join(commands) + "\necho $job")
        return printed.split()[-1], re.search(r"Submitted batch job (\d+)", printed)[1]

    def test_a_task_that_fails_leaves_the_others(self):
        os.makedirs(self.shards)
        obstacle = self.shard(2, 3) + ".parts"
        with open(obstacle, "w") as file:
            file.write("a file where a folder should be")
        steps = ("--training.steps", "1000")
        array, merge = self.submit("--shards=3", "--ntasks-per-node=1", *steps)
        self.wait_for_end(merge)
        states = {task: fields["JobState"] for task, fields in self.jobs(array).items()}
        self.assertEqual(states, {"1": "COMPLETED", "2": "FAILED", "3": "COMPLETED"}, self.logs())
        self.assertIn("shard 2 of 3 ended with exit code 1", self.log("shard-2.log"))
        (job,) = self.jobs(merge).values()
        self.assertEqual((job["JobState"], job["ExitCode"]), ("FAILED", "75:0"))
        self.assertIn("5 of 8 points, without shards 2 of 3", self.log("merge.log"))
        self.assertTrue(os.path.exists(self.output))
        self.assertRegex(self.command(f"{SCRIPTS}/status.sh", self.output), r"\n +2 .* (absent|damaged)")

        os.remove(obstacle)
        array, merge = self.finish_as_told()
        self.wait_for_end(merge)
        self.assertEqual(list(self.jobs(array)), ["2"])
        self.assertEqual(self.states(merge), ["COMPLETED"], self.logs())
        self.check_results(*steps)

    def test_warned_by_a_signal_a_shard_is_requeued_and_goes_on(self):
        steps = ("--training.steps", str(self.steps_for(3)))
        for launch in ("mpirun", "srun"):
            self.output, self.shards = self.path(f"{launch}.h5"), self.path(launch)
            array, merge = self.submit("--shards=1", "--ntasks-per-node=2", "--launch", launch, *steps)
            self.wait_until(lambda: self.finished(self.shard(1, 1)) >= 1, "the first point")
            # What --signal=B:USR1 does before the time limit.
            self.command("scancel", "--batch", "--signal=USR1", f"{array}_1")
            self.wait_for_end(merge)
            self.assertEqual(self.states(merge), ["COMPLETED"], self.logs())
            self.assertEqual(self.jobs(array)["1"]["Restarts"], "1")
            self.assertIn("unfinished, requeued (1 of at most 20)", self.log())
            self.assertRegex(self.log(), r"continuing: [1-7] of 8 points are already there")
            self.check_results(*steps)

    def test_cancelled_continues_when_submitted_again(self):
        steps = ("--training.steps", str(self.steps_for(3)))
        array, merge = self.submit("--shards=2", "--ntasks-per-node=1", "--requeues=0", *steps)
        shards = [self.shard(1, 2), self.shard(2, 2)]
        self.wait_until(lambda: all(self.finished(shard) >= 1 for shard in shards), "a point of each shard")
        self.command(f"{SCRIPTS}/submit.sh", self.spec, "--output", self.output, *steps, code=2)
        self.assertIn(f"job {array} of this sweep is still queued or running", self.errors)
        self.assertRegex(self.command(f"{SCRIPTS}/status.sh", self.output), r"running on .*, job RUNNING n\d")
        before = [self.finished(shard) for shard in shards]

        # One is cancelled; the other is warned, and not allowed to go back to the queue.
        self.command("scancel", f"{array}_1")
        self.command("scancel", "--batch", "--signal=USR1", f"{array}_2")
        self.wait_for_end(merge)
        self.assertEqual(self.jobs(array)["1"]["JobState"], "CANCELLED")
        self.assertEqual(self.jobs(array)["2"]["ExitCode"], "75:0")
        self.assertNotIn("requeued (", self.logs())
        self.assertIn("unfinished after 0 requeues, the most allowed", self.log("shard-2.log"))
        after = [self.finished(shard) for shard in shards]
        self.assertTrue(all(a >= b for a, b in zip(after, before)), (before, after))
        self.assertLess(sum(after), 8)
        self.assertIn("without shards 1-2 of 2", self.log("merge.log"))

        array, merge = self.submit("--ntasks-per-node=1", *steps)
        self.wait_for_end(merge)
        self.assertEqual(self.states(merge), ["COMPLETED"], self.logs())
        self.assertIn("points are already there", self.log("shard-1.log"))
        self.check_results(*steps)

    def test_lost_node_whose_processes_live_on(self):
        # A restarted run waits here for a file, so that the test can do something meanwhile.
        program = self.path("rgsweep-that-waits")
        with open(program, "w") as file:
            file.write(f"""#!/bin/sh
if [ "$1" = run ] && [ "$SLURM_RESTART_COUNT" ]; then
  while ! [ -e '{self.folder.name}'/go-$SLURM_RESTART_COUNT ]; do sleep 0.1; done
fi
exec '{PROGRAM}' "$@"
""")
        os.chmod(program, os.stat(program).st_mode | stat.S_IXUSR)
        steps = ("--training.steps", str(self.steps_for(2)))
        array, merge = self.submit("--shards=1", "--ntasks-per-node=1", *steps, RGSWEEP=program)
        shard, job = self.shard(1, 1), f"{array}_1"
        self.wait_until(lambda: self.finished(shard) >= 1, "the first point")
        node = self.jobs(array)["1"]["BatchHost"]
        old = json.loads(self.command(PROGRAM, "status", shard, "--json"))["owner"]["pid"]
        with open(f"/proc/{old}/stat") as file:
            old_script = int(file.read().rsplit(")", 1)[1].split()[1])

        # The node is lost; its processes go on, but for the time until Slurm notices, which is of no interest here.
        subprocess.run([CLUSTER, "lose", self.cluster, node], check=True)
        os.kill(old, signal.SIGSTOP)
        self.addCleanup(self.end, old)
        self.wait_until(lambda: self.restarted(job, 1), "the copy on the other node")
        self.assertNotEqual(self.jobs(array)["1"]["BatchHost"], node)

        # The copy starts beside them, is refused, and goes back to the queue.
        os.kill(old, signal.SIGCONT)
        self.touch("go-1")
        self.wait_until(lambda: "another process still writes shard 1" in self.log(), "the refusal")
        os.kill(old, signal.SIGSTOP)
        self.wait_until(lambda: self.restarted(job, 2), "the copy, for the second time")

        # The old run is warned and ends as it always does: it must not send the copy back to the queue.
        os.kill(old, signal.SIGCONT)
        os.kill(old_script, signal.SIGUSR1)
        self.wait_until(lambda: "left to that run" in self.log(), "the end of the old run")
        self.assertTrue(self.restarted(job, 2))
        before = self.finished(shard)
        self.assertLess(before, 8, "the old run has done everything, which is not what this test is about")
        self.touch("go-2")
        self.wait_for_end(merge)
        self.assertEqual(self.states(merge), ["COMPLETED"], self.logs())
        self.assertIn(f"continuing: {before} of 8 points are already there", self.log())
        self.check_results(*steps)

        subprocess.run([CLUSTER, "restore", self.cluster, node], check=True)
        self.wait_until(lambda: self.command("sinfo", "-h", "-N", "-n", node, "-o", "%T").strip() == "idle", "the node")

    def restarted(self, job, times):
        fields = self.jobs(job)[job.split("_")[1]]
        return fields["JobState"] == "RUNNING" and fields["Restarts"] == str(times)

    def touch(self, name):
        with open(self.path(name), "w"):
            pass

    @staticmethod
    def end(process):
        try:
            os.kill(process, signal.SIGKILL)
        except ProcessLookupError:
            pass


if __name__ == "__main__":
    main()
