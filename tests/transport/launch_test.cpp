// Recognising a launcher by the environment; without MPI.
#include <cstdlib>

#include <gtest/gtest.h>

#include "rgsweep/transport/mpi.hpp"

namespace rgsweep::transport {
namespace {

class Launch : public ::testing::Test {
 protected:
  void SetUp() override { clear(); }
  void TearDown() override { clear(); }
  static void clear() {
    for (const char* name : {"OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_RANK", "SLURM_PROCID"}) unsetenv(name);
  }
};

TEST_F(Launch, APlainProcessIsSerialAlsoInAnAllocation) {
  EXPECT_FALSE(launched_under_mpi());
  setenv("SLURM_PROCID", "0", 1);  // a batch script, or srun without --mpi
  EXPECT_FALSE(launched_under_mpi());
}

TEST_F(Launch, MpirunAndPmixAndPmiAreRecognised) {
  for (const char* name : {"OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_RANK"}) {
    clear();
    setenv(name, "0", 1);
    EXPECT_TRUE(launched_under_mpi()) << name;
  }
}

TEST(Library, HasAVersionInOneLine) {
  const std::string version = library_version();
  EXPECT_FALSE(version.empty());
  EXPECT_EQ(version.find('\n'), std::string::npos);
}

}  // namespace
}  // namespace rgsweep::transport
