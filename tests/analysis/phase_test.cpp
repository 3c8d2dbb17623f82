// The CSV in full, and what may go wrong with files; tests/cli/analyze.py reads the HDF5 file with xarray.
#include "rgsweep/analysis/phase.hpp"

#include <fstream>
#include <iterator>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "points.hpp"
#include "rgsweep/analysis/phase_table.hpp"
#include "rgsweep/core/error.hpp"

namespace rgsweep::analysis {
namespace {

PhaseDiagram sample(const PointsFile& file) {
  return phase_diagram(read_curves(file.reader(), "activation.slope"), 1e-3, 200);
}

std::string contents(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(Phase, StatisticsOfEveryEnsemble) {
  const PointsFile file(Points{{.slope = 0, .gaussian = 1e-4, .uniform = 1},
                               {.slope = 1, .gaussian = 1, .uniform = 1},
                               {.slope = 1, .gaussian = 1, .uniform = 1, .width = 3}});
  const PhaseDiagram phase = sample(file);
  ASSERT_EQ(phase.statistics.size(), 2U);
  ASSERT_EQ(phase.statistics[0].size(), 2U);
  ASSERT_EQ(phase.statistics[1].size(), 1U);
  EXPECT_EQ(phase.statistics[0][0].tests[0].success_fraction, 1);
  EXPECT_EQ(phase.statistics[0][0].tests[1].success_fraction, 0);
}

TEST(Phase, Csv) {
  const PointsFile file(
      {{.slope = 0.1, .seed = 0, .gaussian = 0.5, .uniform = 0.25, .m = -1},
       {.slope = 0.1, .seed = 1, .status = Status::diverged},
       {.slope = 0.3, .gaussian = 0, .width = 3, .symmetry = "odd \"x\"", .tests = "gaussian"}});
  const std::vector<std::filesystem::path> paths = write_csv(file.folder() / "new" / "folder", sample(file));
  ASSERT_EQ(paths.size(), 3U);
  const std::filesystem::path& path = paths[0];
  EXPECT_EQ(path, file.folder() / "new" / "folder" / "curves.csv");
  EXPECT_EQ(paths[1].filename(), "critical.csv");
  EXPECT_EQ(paths[2].filename(), "families.csv");
  const std::string parameters =
      "pairing,model_width,model_features,model_symmetry,activation_alpha,task_block,task_test,training_"
      "steps,";
  const std::string both = "0,independent,2,,none,,2,\"gaussian, uniform\",100,0.1,";
  const std::string half = "2,1,2,0,0,0.6576197724933469,inf,";
  EXPECT_EQ(
      contents(path),
      "curve," + parameters +
          "activation_slope,test,n,n_diverged,n_tested,"
          "success_fraction,success_low,success_high,test_mse_median,test_mse_lower_quartile,"
          "test_mse_upper_quartile,test_mse_mean,order_parameter_mean_abs,susceptibility,binder\n" +
          both + "gaussian," + half + "inf,inf,inf,1,0,0.6666666666666667\n" + both + "uniform," + half +
          "inf,inf,inf,1,0,0.6666666666666667\n" +
          "1,independent,3,,\"odd \"\"x\"\"\",,2,gaussian,100,0.3,gaussian,1,0,1,1,0.20654931437723745,1,"
          "0,0,0,0,,,\n");
  // No curve has a critical value, so there is the header alone.
  EXPECT_EQ(contents(paths[1]).find('\n') + 1, contents(paths[1]).size());
  EXPECT_TRUE(contents(paths[1]).starts_with(
      "curve," + parameters + "test,method,critical_slope,critical_slope_low,critical_slope_high,width,"));
  EXPECT_TRUE(contents(paths[2]).starts_with("family,family_variable," + parameters +
                                             "test,verdict,verdict_reason,"));
  EXPECT_THAT(contents(paths[2]), testing::HasSubstr(",gaussian,no_verdict,unclear,"));
}

TEST(Phase, CsvInAFolderThatCannotBe) {
  const PointsFile file(Points{{.gaussian = 1, .uniform = 1}});
  EXPECT_THROW(write_csv(file.folder() / "points.h5", sample(file)), StoreError);
  EXPECT_THROW(write_phase(file.folder() / "none" / "phase.h5", sample(file), {}), StoreError);
}

template <class Table>
void expect_names_and_texts(const Table& table) {
  std::set<std::string> names;
  for (const auto& entry : table) {
    EXPECT_TRUE(names.insert(entry.name).second) << entry.name;
    EXPECT_FALSE(entry.long_name.empty()) << entry.name;
    EXPECT_EQ(entry.name.find('X'), std::string::npos);
  }
}

TEST(PhaseTable, HasEachNameOnce) {
  expect_names_and_texts(statistic_table());
  expect_names_and_texts(critical_table("activation_slope"));
  expect_names_and_texts(family_table("training_learning_rate"));
}

TEST(PhaseTable, NamesTheAxis) {
  EXPECT_EQ(critical_table("training_learning_rate")[0].name, "critical_learning_rate");
  EXPECT_EQ(critical_table("model_width")[1].name, "critical_width_low");
}

}  // namespace
}  // namespace rgsweep::analysis
