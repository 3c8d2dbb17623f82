// Small orbit files made by hand, and numbers that can be computed on paper.
#include "rgsweep/analysis/orbit_summary.hpp"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "../temporary_folder.hpp"
#include "rgsweep/core/error.hpp"

namespace rgsweep::analysis {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

Schema orbit_schema() {
  return Schema({}, {{.name = "seed", .type = ColumnType::integer, .parameter = true},
                     {.name = "orbit_group", .type = ColumnType::text, .parameter = true},
                     {.name = "orbit_poses", .type = ColumnType::integer, .parameter = true},
                     {.name = "orbit_pair", .type = ColumnType::integer, .parameter = true},
                     {.name = "status", .type = ColumnType::flag, .flag_meanings = status_names()},
                     {.name = "eps_exact"},
                     {.name = "eps_exact_mean"},
                     {.name = "eps_spectral"}});
}

struct OrbitPoint {
  double poses, pair, exact, mean, spectral;
  Status status = Status::done;
  std::string group = "rotations";
};

/// Folder with points.h5, which goes away with it.
class OrbitFile {
 public:
  explicit OrbitFile(const std::vector<OrbitPoint>& points) {
    const Schema schema = orbit_schema();
    std::vector<Row> rows;
    for (const OrbitPoint& point : points) {
      Row row = schema.missing();
      row.point_id = (rows.size() + 1) * 0x9E3779B97F4A7C15U;
      schema.value(row, "seed") = 0;
      schema.text(row, "orbit_group") = point.group;
      schema.value(row, "orbit_poses") = point.poses;
      schema.value(row, "orbit_pair") = point.pair;
      schema.value(row, "status") = static_cast<double>(point.status);
      schema.value(row, "eps_exact") = point.exact;
      schema.value(row, "eps_exact_mean") = point.mean;
      schema.value(row, "eps_spectral") = point.spectral;
      rows.push_back(row);
    }
    store::write_segment(folder_ / "points.h5", schema, rows, {});
  }

  const std::filesystem::path& folder() const { return folder_.path(); }
  store::SegmentReader reader() const { return store::SegmentReader(folder_ / "points.h5"); }

 private:
  TemporaryFolder folder_;
};

std::vector<OrbitPoint> two_cells() {
  return {{4, 0, 1.2, 1.1, 1.3},
          {4, 1, 0.8, 0.9, 1.2},
          {4, 2, 0.6, 0.7, 0.5},
          {4, 3, nan, nan, nan, Status::failed},
          {8, 0, 0.1, 0.2, nan},
          {8, 1, 0.3, 0.2, nan},
          {8, 2, 0.2, 0.2, nan},
          {8, 3, 0.9, 0.3, nan},
          {-1, 0, 2, 3, 4, Status::done, "dihedral"}};
}

TEST(RankCorrelation, IsSpearmans) {
  EXPECT_DOUBLE_EQ(rank_correlation({1, 2, 3, 4}, {1, 4, 9, 16}), 1);
  EXPECT_DOUBLE_EQ(rank_correlation({1, 2, 3, 4}, {0, -1, -2, -3}), -1);
  // 1 - 6 sum d^2 / (n (n^2 - 1)) with d = 0, 1, -1, 0.
  EXPECT_DOUBLE_EQ(rank_correlation({1, 2, 3, 4}, {1, 3, 2, 4}), 0.8);
  EXPECT_DOUBLE_EQ(rank_correlation({1, 2, 2, 4}, {1, 2, 3, 4}), 4.5 / std::sqrt(4.5 * 5));
  EXPECT_DOUBLE_EQ(rank_correlation({1, nan, 3, 4, 2}, {1, 0, 2, nan, 3}), 0.5);
  EXPECT_TRUE(std::isnan(rank_correlation({1, 1, 1}, {1, 2, 3})));
  EXPECT_TRUE(std::isnan(rank_correlation({}, {})));
}

TEST(OrbitSummary, CellsOfPairs) {
  const OrbitFile file(two_cells());
  EXPECT_TRUE(is_orbit(file.reader()));
  const OrbitSummary summary = orbit_summary(file.reader());
  EXPECT_EQ(summary.used, 8U);
  EXPECT_EQ(summary.unfinished, 1U);
  ASSERT_EQ(summary.parameters.size(), 2U);
  EXPECT_EQ(summary.varying(), (std::vector<std::size_t>{0, 1}));
  ASSERT_EQ(summary.medians.size(), 3U);
  ASSERT_EQ(summary.cells.size(), 3U);
  const OrbitCell& dihedral = summary.cells[0];
  EXPECT_TRUE(std::holds_alternative<std::monostate>(dihedral.parameters[1]));
  EXPECT_EQ(dihedral.correct, 0);
  const OrbitCell& four = summary.cells[1];
  EXPECT_EQ(four.parameters[1], Value(std::int64_t{4}));
  EXPECT_EQ(four.n, 3U);
  EXPECT_THAT(four.medians, testing::ElementsAre(0.8, 0.9, 1.2));
  EXPECT_DOUBLE_EQ(four.correct, 2.0 / 3);
  // Wilson, n = 3, k = 2.
  EXPECT_NEAR(four.correct_low, 0.2077, 1e-4);
  EXPECT_NEAR(four.correct_high, 0.9385, 1e-4);
  EXPECT_DOUBLE_EQ(four.correlation, 1);
  const OrbitCell& eight = summary.cells[2];
  EXPECT_DOUBLE_EQ(eight.medians[0], 0.25);
  EXPECT_TRUE(std::isnan(eight.medians[2]));
  EXPECT_EQ(eight.correct, 1);
  EXPECT_TRUE(std::isnan(eight.correlation));
}

TEST(OrbitSummary, AsFiles) {
  const OrbitFile file(two_cells());
  const OrbitSummary summary = orbit_summary(file.reader());
  const auto paths = write_orbit_csv(file.folder() / "csv", summary);
  ASSERT_EQ(paths.size(), 1U);
  std::ifstream csv(paths[0]);
  const std::string text{std::istreambuf_iterator<char>(csv), {}};
  EXPECT_THAT(text,
              testing::StartsWith("orbit_group,orbit_poses,n,eps_exact_median,eps_exact_mean_median,"
                                  "eps_spectral_median,correct,correct_low,correct_high,rank_correlation,"
                                  "rank_correlation_mean\ndihedral,,1,2,3,4,0,"));
  EXPECT_THAT(text, testing::HasSubstr("\nrotations,8,4,0.25,0.2,,1,"));
  write_orbit(file.folder() / "orbit.h5", summary, {});
  EXPECT_TRUE(std::filesystem::exists(file.folder() / "orbit.h5"));
}

TEST(OrbitSummary, NothingDone) {
  const OrbitFile file({{4, 0, nan, nan, nan, Status::failed}});
  EXPECT_THROW(orbit_summary(file.reader()), StoreError);
}

}  // namespace
}  // namespace rgsweep::analysis
