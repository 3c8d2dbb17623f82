// Labelled arrays, written here and compared by read_dataset.py with h5py, xarray and ncdump; every extent is
// another one, so that a transpose shows.
#include "rgsweep/store/dataset.hpp"

#include <cstdlib>
#include <stdexcept>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rgsweep/core/error.hpp"
#include "rgsweep/store/segment.hpp"
#include "sample.hpp"

namespace rgsweep::store {
namespace {

using testing::HasSubstr;

const std::vector<Variable> coordinates{
    {.column = {.name = "curve", .type = ColumnType::integer, .long_name = "number of the curve"},
     .numbers = {0, 1, 2}},
    {.column = {.name = "activation_slope", .units = "m", .long_name = "slope for z < 0"},
     .numbers = {-0.5, 0, 0.25, 1}},
    {.column = {.name = "test", .type = ColumnType::text}, .texts = {"gaussian", "größe, x"}}};

/// Values 0, 1/16, 2/16, ... with NaN at the second place.
std::vector<double> counting(std::size_t size) {
  std::vector<double> values(size);
  for (std::size_t i = 0; i < size; ++i) values[i] = static_cast<double>(i) / 16;
  values[1] = std::numeric_limits<double>::quiet_NaN();
  return values;
}

std::vector<Variable> sample_variables() {
  return {{.column = {.name = "model_symmetry",
                      .type = ColumnType::text,
                      .dimensions = {"curve"},
                      .long_name = "symmetry",
                      .parameter = true},
           .texts = {"none", "", "exchange"}},
          {.column = {.name = "n", .type = ColumnType::integer, .dimensions = {"curve", "activation_slope"}},
           .numbers = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 9007199254740992.0}},
          {.column = {.name = "success",
                      .dimensions = {"curve", "activation_slope", "test"},
                      .long_name = "share of successes"},
           .numbers = counting(24)},
          {.column = {.name = "verdict",
                      .type = ColumnType::flag,
                      .dimensions = {"test"},
                      .flag_meanings = {"no", "yes"}},
           .numbers = {1, 0}}};
}

class DatasetFile : public testing::Test {
 protected:
  void write(const std::vector<Variable>& variables) const {
    write_dataset(path_, coordinates, variables, {{"spec", std::string("größe\n")}, {"threshold", 0.25}});
  }
  TemporaryFolder folder_;
  const std::filesystem::path path_ = folder_ / "phase.h5";
};

TEST_F(DatasetFile, OtherProgramsReadIt) {
  write(sample_variables());
  const std::string python = RGSWEEP_STORE_PYTHON;
  ASSERT_FALSE(python.empty()) << "no Python with h5py, xarray, netCDF4 and h5netcdf was found";
  const std::string command = "'" + python + "' '" + RGSWEEP_STORE_SCRIPT + "' '" + path_.string() + "'";
  EXPECT_EQ(std::system(command.c_str()), 0) << command;
}

TEST_F(DatasetFile, IsReplacedInOneStep) {
  overwrite(path_, "something else");
  write(sample_variables());
  const std::string once = contents(path_);
  write(sample_variables());
  EXPECT_EQ(contents(path_), once);  // and no time or chance in it
  EXPECT_FALSE(has_temporary_files(folder_.path()));
}

TEST_F(DatasetFile, IsNoTableOfPoints) {
  write(sample_variables());
  try {
    const SegmentReader reader(path_);
    FAIL();
  } catch (const StoreError& error) {
    EXPECT_THAT(error.what(), HasSubstr("phase.h5: the column model_symmetry is not laid out over points"));
  }
}

TEST_F(DatasetFile, ArraysMustFit) {
  overwrite(path_, "old");
  const auto refuses = [&](Column column, std::vector<double> numbers, std::vector<std::string> texts = {}) {
    const Variable variable{std::move(column), std::move(numbers), std::move(texts)};
    EXPECT_THROW(write({variable}), std::logic_error) << variable.column.name;
  };
  refuses({.name = "short", .dimensions = {"curve", "test"}}, {1, 2, 3, 4, 5});
  refuses({.name = "unknown", .dimensions = {"point"}}, {1, 2, 3});
  refuses({.name = "scalar"}, {1});
  refuses({.name = "both", .dimensions = {"curve"}}, {1, 2, 3}, {"a"});
  refuses({.name = "texts", .type = ColumnType::text, .dimensions = {"curve", "test"}}, {},
          {"1", "2", "3", "4", "5", "6"});
  refuses({.name = "test", .dimensions = {"curve"}}, {1, 2, 3});
  EXPECT_EQ(contents(path_), "old");
  EXPECT_FALSE(has_temporary_files(folder_.path()));
}

TEST_F(DatasetFile, FolderThatIsNotThere) {
  EXPECT_THROW(write_dataset(folder_ / "none" / "phase.h5", coordinates, {}, {}), StoreError);
}

}  // namespace
}  // namespace rgsweep::store
