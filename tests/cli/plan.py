"""What `plan`, `list` and the help print."""

import json

from harness import Case, main, rgsweep


class Plan(Case):
    def test_numbers(self):
        plan = json.loads(rgsweep("plan", self.spec, "--shards", "5", "--json").stdout)
        self.assertEqual(plan["points"], 72)
        self.assertEqual(sum(shard["points"] for shard in plan["shards"]), 72)
        self.assertAlmostEqual(sum(shard["core_hours"] for shard in plan["shards"]), plan["core_hours"])
        axes = {axis["key"]: axis["count"] for axis in plan["axes"]}
        self.assertEqual(axes, {"sweep.seed": 3, "model.symmetry": 2, "activation.kind": 2, "activation.slope": 5,
                                "training.steps": 2})

    def test_refinement(self):
        self.assertEqual(json.loads(rgsweep("plan", self.spec, "--json").stdout)["refine"], 0)
        self.assertEqual(json.loads(rgsweep("plan", self.spec, "--json", "--sweep.refine", "7").stdout)["refine"], 7)
        self.assertIn("refine: then up to 7 more slopes for each curve", rgsweep("plan", self.spec, "--sweep.refine", "7").stdout)
        self.assertNotIn("refine", rgsweep("plan", self.spec).stdout)

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
        for command in ("plan", "run", "status", "verify", "merge", "cumulants", "list"):
            result = rgsweep(command, "--help")
            self.assertEqual(result.returncode, 0)
            self.assertTrue(result.stdout.startswith(f"rgsweep {command} "), result.stdout)
        self.assertEqual(rgsweep("--help").returncode, 0)
        self.assertTrue(rgsweep("--version").stdout.startswith("rgsweep 0."))
        for name in ("activations", "symmetries", "architectures", "graphs", "readouts", "distributions", "optimizers", "experiments",
                     "observables", "keys"):
            result = rgsweep("list", name)
            self.assertEqual(result.returncode, 0)
            self.assertGreater(len(result.stdout.splitlines()), 0)


if __name__ == "__main__":
    main()
