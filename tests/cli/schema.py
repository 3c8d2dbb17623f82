"""What outside programs rely on in a results file."""

import numpy as np
import xarray

from harness import SPEC, Case, main


class Schema(Case):
    def test_columns(self):
        output = self.run_sweep("x.h5")
        dataset = xarray.open_dataset(output)
        self.assertEqual(dict(dataset.sizes), {"point": 72, "test": 2, "order": 6, "checkpoint": 20})
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
        self.assertTrue(all(len(i) == 16 for i in dataset.point_id.values))
        self.assertEqual(dataset.attrs["spec"], SPEC)
        for name in ("spec_hash", "program_version", "git_commit", "git_dirty", "compiler", "compiler_flags",
                     "eigen_version", "hdf5_version", "mpi_version", "cpu", "kernel_variant", "ranks", "hosts",
                     "start_time", "end_time"):
            self.assertIn(name, dataset.attrs)


if __name__ == "__main__":
    main()
