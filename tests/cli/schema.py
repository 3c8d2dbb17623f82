"""What outside programs rely on in a results file."""

import subprocess

import numpy as np
import xarray

from harness import SPEC, Case, main


class Schema(Case):
    def test_columns(self):
        output = self.run_sweep("x.h5")
        dataset = xarray.open_dataset(output)
        self.assertEqual(dict(dataset.sizes), {"point": 72, "test": 2, "order": 6, "checkpoint": 20,
                                               "flow_step": 4, "layer": 2})
        self.assertEqual(list(dataset.test.values), ["gaussian", "uniform"])
        self.assertEqual(list(dataset.order.values), [1, 2, 3, 4, 5, 6])
        relu = dataset.activation_kind == "relu"
        self.assertTrue(np.isnan(dataset.activation_slope[relu]).all())
        self.assertEqual(set(np.round(dataset.activation_slope[~relu].values, 6)), {0, 0.25, 0.5, 0.75, 1})
        self.assertEqual(dataset.status.attrs["flag_meanings"], "pending done diverged failed")
        self.assertEqual(dataset.target_cumulant.dims, ("point", "test", "order"))
        np.testing.assert_allclose(dataset.target_cumulant.sel(test="uniform", order=4), -0.6)
        np.testing.assert_allclose(dataset.target_cumulant.sel(test="gaussian", order=2), 1)
        self.assertTrue((dataset.test_mse.sel(test="gaussian") < 2).all())
        for name in ("flow_cumulant", "flow_target"):
            self.assertEqual(dataset[name].dims, ("point", "flow_step", "order"))
        self.assertEqual(list(dataset.flow_step.values), [1, 2, 3, 4])
        np.testing.assert_allclose(dataset.flow_target.sel(order=2), 1)
        np.testing.assert_allclose(dataset.flow_target.sel(order=4), 0)  # trained on Gaussian numbers
        self.assertEqual(int(np.isnan(dataset.flow_cumulant).sum()), 0)
        for symmetry in ("exchange", "equivariant", "odd", "full"):
            delta = dataset["delta_" + symmetry]
            self.assertTrue(((delta >= 0) & (delta <= 1 + 1e-12)).all(), symmetry)
        tied = dataset.model_symmetry == "exchange"
        self.assertLess(float(dataset.delta_exchange[tied].max()), 1e-12)
        self.assertGreater(float(dataset.delta_exchange[~tied].min()), 0)
        self.assertNotIn("weights", dataset)
        # A key that no point uses is there for other tools, unless its whole section is another experiment's.
        self.assertTrue(np.isnan(dataset.activation_alpha).all())
        self.assertEqual(set(dataset.model_graph.values), {""})
        self.assertFalse([name for name in dataset if name.startswith("orbit_")])
        self.assertEqual(dataset.layer_cumulant.dims, ("point", "checkpoint", "layer", "order"))
        self.assertEqual(list(dataset.layer.values), [1, 2])
        # Every run reached its last checkpoint; the output is not activated.
        last = dataset.isel(checkpoint=-1)
        self.assertEqual(int(np.isnan(last.layer_cumulant.sel(layer=1)).sum()), 0)
        self.assertEqual(int(np.isnan(last.layer_cumulant_post.sel(layer=1)).sum()), 0)
        self.assertTrue(np.isnan(last.layer_cumulant_post.sel(layer=2)).all())
        self.assertFalse([name for name in dataset if name.startswith("layer_cumulant_g")])
        self.assertEqual(dataset.theory_attained.attrs["flag_meanings"], "unknown no yes")
        self.assertTrue((dataset.theory_min_mse == 0).all())  # two units can be of opposite sign

    def test_theory_columns(self):
        output = self.run_sweep("x.h5", "--sweep.seed", "0", "--training.steps", "30", "--trace.theory", "on",
                                "--trace.checkpoints", "5", "--trace.theory_checkpoints", "2", "--model.depth", "1, 2", "--model.architecture", "mlp, gnn",
                                "--activation.slope", "0.25", "--activation.kind", "leaky_relu", "--model.symmetry", "none")
        dataset = xarray.open_dataset(output)
        self.assertEqual(dataset.sizes["layer"], 3)
        labels = ["gaussian", "edgeworth", "gaussian_independent", "gaussian_joint", "edgeworth_independent",
                  "edgeworth_joint"]
        self.assertEqual(sorted(dataset.closure.values), sorted(labels))
        self.assertEqual(dataset.layer_cumulant_error.dims, ("point", "checkpoint", "closure", "layer", "order"))
        graph = dataset.model_architecture == "gnn"
        ends = dataset.isel(checkpoint=[0, -1])
        for label in labels:
            for side in ("", "_post"):
                predicted, exact = ends[f"layer_cumulant_{label}{side}"], ends[f"layer_cumulant_truth{side}"]
                # A gnn of depth 1 in a sweep of depth 2 has no third layer.
                here = predicted.sel(layer=1, order=2)
                self.assertTrue(np.isfinite(here[graph]).all(), label)
                self.assertEqual(bool(np.isfinite(here[~graph]).any()), label in labels[:2])
                error = ends["layer_cumulant_error" + side].sel(closure=label)
                expected = abs(predicted - exact) / abs(exact)
                told = np.isfinite(error)
                self.assertGreater(int(told.sum()), 10)
                np.testing.assert_allclose(error.values[told.values], expected.values[told.values], rtol=1e-12)
        # The output of each point, by its own depth.
        of_output = ends.layer_cumulant_truth.sel(layer=dataset.model_depth + 1, order=2)
        self.assertTrue(np.isfinite(of_output).all())
        self.assertTrue(all(len(i) == 16 for i in dataset.point_id.values))
        self.assertEqual(dataset.attrs["spec"], SPEC)
        for name in ("spec_hash", "program_version", "git_commit", "git_dirty", "compiler", "compiler_flags",
                     "eigen_version", "hdf5_version", "mpi_version", "cpu", "kernel_variant", "ranks", "hosts",
                     "start_time", "end_time"):
            self.assertIn(name, dataset.attrs)

    def test_other_tools_open_it(self):
        output = self.run_sweep("x.h5", "--save-weights", "--sweep.seed", "0", "--training.steps", "5")
        header = subprocess.run(["ncdump", "-h", output], capture_output=True, text=True)
        self.assertEqual((header.returncode, header.stderr), (0, ""))
        for line in ("double weights(point, parameter) ;", "double flow_cumulant(point, flow_step, order) ;",
                     "parameter = 9 ;", "string weights:layout = \"f(x) = "):
            self.assertIn(line, header.stdout)
        self.assertEqual(xarray.load_dataset(output, engine="h5netcdf").sizes["parameter"], 9)


if __name__ == "__main__":
    main()
