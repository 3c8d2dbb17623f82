"""The sweeps that come with the program: each plans, and a cut through each runs."""

import json
from pathlib import Path

from harness import Case, columns, main, rgsweep

SWEEPS = Path(__file__).resolve().parents[2] / "sweeps"
SHORT = ("--sweep.seed", "0", "--orbit.pair", "0", "--orbit.poses", "2, 4", "--training.steps", "20", "--task.test_samples", "512", "--quiet")


class Shipped(Case):
    def specs(self):
        found = sorted(SWEEPS.rglob("*.ini"))
        self.assertGreaterEqual(len(found), 12)
        return found

    def test_plans(self):
        for spec in self.specs():
            with self.subTest(spec.name):
                plan = json.loads(rgsweep("plan", str(spec), "--json").stdout)
                self.assertGreater(plan["points"], 0)

    def test_claims_have_an_error_bar(self):
        for spec in (SWEEPS / "claims").glob("*.ini"):
            with self.subTest(spec.name):
                axes = {axis["key"]: axis["count"] for axis in json.loads(rgsweep("plan", str(spec), "--json").stdout)["axes"]}
                self.assertGreaterEqual(axes["sweep.seed"], 32)
                self.assertIn(f"`{spec.name}`", (SWEEPS / "claims" / "README.md").read_text(encoding="utf-8"))

    def test_every_point_of_one_seed_runs(self):
        for spec in self.specs():
            with self.subTest(spec.name):
                output = self.path(spec.stem + ".h5")
                result = rgsweep("run", str(spec), "--output", output, *SHORT)
                self.assertEqual(result.returncode, 0, result.stderr)
                failed = [m for m in columns(output)["message"] if b"loss" not in m and m]
                self.assertEqual(failed, [])


if __name__ == "__main__":
    main()
