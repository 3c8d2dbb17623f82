#include "orbit.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "../temporary_folder.hpp"
#include "orbit_points.hpp"
#include "rgsweep/core/error.hpp"
#include "rgsweep/data/orbit.hpp"
#include "rgsweep/nn/trainer.hpp"
#include "rgsweep/theory/neural_kernel.hpp"
#include "rgsweep/theory/orbit_error.hpp"

namespace rgsweep::experiment {
namespace {

TEST(Orbit, RowIsComplete) {
  const Outcome outcome(orbit_point({{"orbit.trained", "on"}, {"orbit.steps", "20"}}));
  EXPECT_EQ(outcome.status(), Status::done) << outcome.message();
  for (const Column& column : orbit_columns()) {
    EXPECT_TRUE(std::isfinite(outcome[column.name.c_str()])) << column.name;
    EXPECT_FALSE(column.long_name.empty());
  }
  EXPECT_EQ(outcome["orbit_poses"], 8);
  EXPECT_EQ(outcome["model_width"], -1);
  EXPECT_NE(outcome["class_a"], outcome["class_b"]);
  EXPECT_NE(outcome["image_a"], outcome["image_b"]);
  EXPECT_FALSE(outcome.schema.has("test_mse"));
}

// The columns are those of the theory on the images that the row names.
TEST(Orbit, ColumnsAreTheTheoryOfTheNamedImages) {
  const Outcome outcome(orbit_point({{"orbit.group", "shifts"},
                                     {"orbit.poses", "7"},
                                     {"orbit.depth", "3"},
                                     {"orbit.slope", "0.2"},
                                     {"orbit.weight_scale", "1.5"},
                                     {"orbit.bias_scale", "0.5"},
                                     {"orbit.pair", "11"},
                                     {"orbit.ridge", "0.001"},
                                     {"sweep.seed", "4"}}));
  const auto images = data::image_set(data::synthetic_images);
  const auto image = [&](const char* column) {
    return images->image(static_cast<std::size_t>(outcome[column]));
  };
  const data::ImagePair pair = data::draw_pair(*images, 4, 11);
  EXPECT_EQ(outcome["image_a"], static_cast<double>(pair.a));
  EXPECT_EQ(outcome["image_b"], static_cast<double>(pair.b));
  EXPECT_EQ(outcome["class_a"], images->label(pair.a));
  const auto orbit = data::make_orbit("shifts", images->shape(), 7);
  Eigen::MatrixXd gram = theory::mlp_gram(orbit->interleaved_poses(image("image_a"), image("image_b")), 3,
                                          {theory::KernelKind::ntk, 0.2, 1.5, 0.5});
  gram += 0.001 * gram(0, 0) * Eigen::MatrixXd::Identity(14, 14);
  const theory::LeaveOneOut exact = theory::leave_one_out(gram);
  const theory::SpectralError spectral = theory::spectral_error(gram);
  EXPECT_NEAR(outcome["eps_exact"], exact.error[0], 1e-12);
  EXPECT_NEAR(outcome["eps_exact_mean"], exact.error.mean(), 1e-12);
  EXPECT_EQ(outcome["correct"], exact.error[0] < 1 ? 1 : 0);
  EXPECT_NEAR(outcome["eps_group"], exact.error[0], 1e-8);
  EXPECT_NEAR(outcome["eps_spectral"], spectral.error, 1e-12);
  EXPECT_NEAR(outcome["class_separation"] * outcome["orbit_density"] * outcome["eps_spectral"], 1, 1e-12);
  EXPECT_NEAR(outcome["condition_number"] / exact.condition_number, 1, 1e-6);
}

// On exact orbits all poses of a class are alike: the two ways to its error agree for every kernel.
TEST(Orbit, EveryKernelAndExactGroupAgreesWithItsTheory) {
  const Settings kernels[] = {
      {{"orbit.kernel", "ntk"}, {"orbit.depth", "4"}},
      {{"orbit.kernel", "nngp"}, {"orbit.slope", "0.5"}},
      {{"orbit.kernel", "rbf"}, {"orbit.rbf_scale", "0.5"}},
      {{"orbit.architecture", "conv_flatten"}},
      {{"orbit.architecture", "conv_flatten"}, {"orbit.kernel", "nngp"}},
  };
  const Settings groups[] = {{{"orbit.group", "dihedral"}},
                             {{"orbit.group", "shifts"}, {"orbit.poses", "14"}}};
  std::map<double, int> distinct;
  for (const Settings& group : groups)
    for (const Settings& kernel : kernels) {
      Settings settings = group;
      settings.insert(settings.end(), kernel.begin(), kernel.end());
      const Outcome outcome(orbit_point(settings));
      ASSERT_EQ(outcome.status(), Status::done) << outcome.message();
      EXPECT_NEAR(outcome["eps_group"], outcome["eps_exact"], 1e-8);
      EXPECT_EQ(std::isnan(outcome["eps_spectral"]), group.size() == 1);  // dihedral
      ++distinct[outcome["eps_exact"]];
    }
  EXPECT_EQ(distinct.size(), 10U);
}

TEST(Orbit, CorrectFollowsTheError) {
  int right = 0, wrong = 0;
  for (int pair = 0; pair < 30; ++pair) {
    const Outcome outcome(orbit_point({{"orbit.pair", std::to_string(pair)}, {"orbit.poses", "4"}}));
    EXPECT_EQ(outcome["correct"], outcome["eps_exact"] < 1 ? 1 : 0);
    (outcome["correct"] == 1 ? right : wrong) += 1;
    EXPECT_LE(outcome["correct"] == 1 ? 1.0 / 8 : 0, outcome["correct_fraction"]);
    EXPECT_GE(outcome["correct"] == 1 ? 1 : 7.0 / 8, outcome["correct_fraction"]);
  }
  EXPECT_GT(right, 0);
  EXPECT_GT(wrong, 0);
}

// To pooled positions all shifts of an image are one: there is no number without a ridge.
TEST(Orbit, ASingularMatrixIsAStatusAndNotANumber) {
  const Settings pooled = {
      {"orbit.group", "shifts"}, {"orbit.poses", "2"}, {"orbit.architecture", "conv_gap"}};
  const Outcome outcome(orbit_point(pooled));
  EXPECT_EQ(outcome.status(), Status::failed);
  EXPECT_THAT(outcome.message(), testing::HasSubstr("the Gram matrix of the poses is singular"));
  for (const char* column : {"eps_exact", "eps_exact_mean", "eps_spectral", "eps_group", "correct_fraction"})
    EXPECT_TRUE(std::isnan(outcome[column])) << column;
  EXPECT_EQ(outcome["correct"], -1);
  EXPECT_GT(outcome["condition_number"], theory::max_condition_number);
  EXPECT_GE(outcome["image_a"], 0);
  Settings settings = pooled;
  settings.emplace_back("orbit.ridge", "1e-8");
  const Outcome with_ridge(orbit_point(settings));
  EXPECT_EQ(with_ridge.status(), Status::done);
  EXPECT_LT(with_ridge["eps_exact"], 1e-3);
  EXPECT_GT(with_ridge["eps_exact"], 0);
}

TEST(Orbit, WhatDoesNotFitIsKnownBeforehand) {
  EXPECT_NO_THROW(check_point(orbit_point()));
  const auto refusal = [](const Settings& settings) {
    try {
      check_point(orbit_point(settings));
    } catch (const UsageError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_THAT(refusal({{"orbit.group", "shifts"}, {"orbit.poses", "8"}}),
              testing::HasSubstr("allowed: divisors of the 28 columns"));
  EXPECT_THAT(refusal({{"orbit.images", "no/such/file"}}),
              testing::AllOf(testing::HasSubstr("orbit.images = no/such/file"),
                             testing::HasSubstr("No such file"), testing::HasSubstr("synthetic")));
  const Outcome outcome(orbit_point({{"orbit.images", "no/such/file"}}));
  EXPECT_EQ(outcome.status(), Status::failed);
  EXPECT_THAT(outcome.message(), testing::HasSubstr("No such file"));
  const auto all = checked_keys();
  for (const std::string& key : checked_orbit_keys())
    EXPECT_NE(std::find(all.begin(), all.end(), key), all.end()) << key;
  EXPECT_THROW(make_point({{"orbit.images", ""}}), UsageError);
}

/// A file of three images of 8 x 8 pixels without labels; `missing` bytes less than its header says.
std::string image_file(const TemporaryFolder& folder, const std::string& name, std::size_t missing) {
  std::string bytes("\0\0\x08\x03\0\0\0\x03\0\0\0\x08\0\0\0\x08", 16);
  for (int i = 0; i < 3 * 64; ++i) bytes += static_cast<char>(i * i % 251);
  const std::filesystem::path file = folder / name;
  std::ofstream(file, std::ios::binary) << bytes.substr(0, bytes.size() - missing);
  return file.string();
}

TEST(Orbit, ImagesComeFromAFile) {
  const TemporaryFolder folder;
  const Settings settings = {
      {"orbit.images", image_file(folder, "whole", 0)}, {"orbit.group", "shifts"}, {"orbit.poses", "4"}};
  EXPECT_NO_THROW(check_point(orbit_point(settings)));
  const Outcome outcome(orbit_point(settings));
  EXPECT_EQ(outcome.status(), Status::done) << outcome.message();
  EXPECT_EQ(outcome["class_a"], -1);
  EXPECT_LT(outcome["image_a"], 3);
  EXPECT_NE(outcome["image_a"], outcome["image_b"]);
  EXPECT_THROW(check_point(orbit_point(
                   {{"orbit.images", settings[0].second}, {"orbit.group", "shifts"}, {"orbit.poses", "7"}})),
               UsageError);
  try {
    check_point(orbit_point({{"orbit.images", image_file(folder, "part", 1)}}));
    ADD_FAILURE();
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(),
                testing::HasSubstr("is truncated: its header promises 3 x 8 x 8 values, it holds 191"));
  }
}

// The products that a thread keeps from the points before are those that it would make.
TEST(Orbit, APointDoesNotDependOnThePointsBefore) {
  const auto of_pair = [](const char* pair, const char* slope) {
    const Outcome outcome(orbit_point({{"orbit.pair", pair}, {"orbit.slope", slope}, {"orbit.poses", "16"}}));
    std::vector<double> numbers;
    for (const char* column :
         {"eps_exact", "eps_exact_mean", "eps_spectral", "eps_group", "condition_number"})
      numbers.push_back(outcome[column]);
    return numbers;
  };
  std::map<std::string, std::vector<double>> alone;
  for (const char* pair : {"40", "41"}) std::thread([&] { alone[pair] = of_pair(pair, "0.5"); }).join();
  EXPECT_NE(alone["40"], alone["41"]);
  for (const char* pair : {"41", "40", "41"}) {
    of_pair(pair, "0");
    EXPECT_EQ(of_pair(pair, "0.5"), alone[pair]) << pair;
  }
}

TEST(Orbit, StopsWithinAPoint) {
  int asked = 0;
  const Parameters point = orbit_point({{"orbit.architecture", "conv_gap"}});
  const Context context{[&] { return ++asked > 5; }};
  EXPECT_THROW(run_point(point, schema_for(point), context), nn::TrainingStopped);
  EXPECT_EQ(asked, 6);
}

}  // namespace
}  // namespace rgsweep::experiment
