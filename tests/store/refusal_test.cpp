// An output refuses what must be refused, with a clear message, and loses nothing over it.
#include <cstdlib>

#include <gmock/gmock.h>
#include <sys/resource.h>

#include "results_fixture.hpp"
#include "rgsweep/core/error.hpp"
#include "rgsweep/store/merge.hpp"
#include "rgsweep/store/status.hpp"

namespace rgsweep::store {
namespace {

using testing::HasSubstr;

class Refusal : public Results {};

TEST_F(Refusal, FreshRefusesAndTouchesNothing) {
  {
    ResultsStore store = open({.fresh = true});
    append(store, 0, 2);
    store.flush();
  }
  const std::string before = contents(parts_ / "seg-00000001.h5");
  try {
    open({.fresh = true});
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), HasSubstr("mv '" + parts_.string() + "' '" + output_.string() + ".old.parts'"));
    EXPECT_THAT(error.what(), testing::Not(HasSubstr("mv '" + output_.string() + "' ")));
  }
  EXPECT_EQ(contents(parts_ / "seg-00000001.h5"), before);
  open().finish();
  EXPECT_THROW(open({.fresh = true}), UsageError);
  expect_whole(2);
}

TEST_F(Refusal, PlacesThatCannotBeWrittenAreNamedAtOnce) {
  const auto refusal = [&](const fs::path& path) -> std::string {
    try {
      ResultsStore(path, schema_, {});
    } catch (const StoreError& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_THAT(refusal(folder_ / "no/out.h5"), HasSubstr("no folder"));
  EXPECT_THAT(refusal(folder_.path()), HasSubstr("is a folder"));
  overwrite(folder_ / "notes.txt", "not ours, whatever its name");
  EXPECT_THAT(refusal(folder_ / "notes.txt"), HasSubstr("left alone"));
  overwrite(folder_ / "x.h5.parts", "a file in the place of the folder");
  EXPECT_THAT(refusal(folder_ / "x.h5"), HasSubstr("x.h5.parts"));
}

/// A limit on the size of files stands in for a full disk: writes fail from some byte on.
TEST_F(Refusal, WhenWritingFailsTheErrorIsClearAndNothingIsLost) {
  {
    ResultsStore store = open();
    append(store, 0, 3);
    store.flush();
  }
  const std::vector<rlim_t> limits{0, 500, 5000, 20000, 30000};
  for (const rlim_t limit : limits) {
    const pid_t child = ::fork();
    if (child == 0) {
      ::signal(SIGXFSZ, SIG_IGN);
      ResultsStore store = open();
      append(store, 3, 200);
      const rlimit bytes{limit, limit};
      ::setrlimit(RLIMIT_FSIZE, &bytes);
      try {
        store.flush();
      } catch (const StoreError& error) {
        // Ends as a program does that reports an error, with all that HDF5 would do at exit.
        std::exit(std::string(error.what()).find("File too large") != std::string::npos ? 0 : 1);
      }
      std::exit(2);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "limit " << limit << ", status " << status;
    EXPECT_EQ(store::status(output_).done, 3U);
  }
  ResultsStore store = open();
  EXPECT_TRUE(warnings_.empty());
  append(store, 3, 200);
  store.finish();
  expect_whole(203);
}

TEST_F(Refusal, AnotherSchemaIsUnitedOrRefusedAtOnce) {
  {
    ResultsStore store = open();
    append(store, 0, 2);
    store.finish();
  }
  const Schema wider({}, {{.name = "status", .type = ColumnType::flag}, {.name = "loss"}});
  {
    ResultsStore store(output_, wider, {});
    store.append({9, {1, 0.5}, {}});
    store.finish();
  }
  EXPECT_TRUE(SegmentReader(output_).schema().has("loss"));
  EXPECT_EQ(SegmentReader(output_).rows(), 3U);
  EXPECT_THROW(ResultsStore(output_, Schema({}, {{.name = "status"}}), {}), StoreError);
}

}  // namespace
}  // namespace rgsweep::store
