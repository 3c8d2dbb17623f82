// What the file says to other programs: read_back.py opens it with h5py, xarray (both engines), ncdump and
// h5dump and compares every value with the formulas of sample.hpp, because a round trip through our own
// reader hides mistakes that both halves share.
#include <cstdlib>
#include <string>

#include <gtest/gtest.h>

#include "rgsweep/store/merge.hpp"
#include "rgsweep/store/segment.hpp"
#include "sample.hpp"

namespace rgsweep::store {
namespace {

class ReadBack : public testing::Test {
 protected:
  static void expect_read(const std::filesystem::path& file, std::uint64_t rows) {
    const std::string python = RGSWEEP_STORE_PYTHON;
    ASSERT_FALSE(python.empty())
        << "no Python with h5py, xarray, netCDF4 and h5netcdf was found when this was "
           "configured; on Debian: apt-get install python3-h5py python3-xarray "
           "python3-netcdf4 python3-h5netcdf netcdf-bin hdf5-tools";
    const std::string command =
        "'" + python + "' '" + RGSWEEP_STORE_SCRIPT + "' '" + file.string() + "' " + std::to_string(rows);
    EXPECT_EQ(std::system(command.c_str()), 0) << command;
  }
  const Attributes attributes_{
      {"spec", std::string("[sweep]\nname = größe\n")}, {"ranks", std::int64_t{4}}, {"epsilon", 0.25}};
  TemporaryFolder folder_;
};

TEST_F(ReadBack, WrittenFile) {
  write_segment(folder_ / "a.h5", sample_schema(), sample_rows(sample_schema(), 0, 11), attributes_);
  expect_read(folder_ / "a.h5", 11);
}

TEST_F(ReadBack, MergedFileOfManyChunks) {
  write_segment(folder_ / "a.h5", sample_schema(), sample_rows(sample_schema(), 0, 3000), {});
  write_segment(folder_ / "b.h5", sample_schema(), sample_rows(sample_schema(), 2000, 3001), {});
  merge(folder_ / "out.h5", {folder_ / "b.h5", folder_ / "a.h5"}, attributes_);
  expect_read(folder_ / "out.h5", 5001);
}

TEST_F(ReadBack, FileWithoutRows) {
  write_segment(folder_ / "a.h5", sample_schema(), {}, attributes_);
  expect_read(folder_ / "a.h5", 0);
}

}  // namespace
}  // namespace rgsweep::store
