// One writer for each output, and no output that stays locked by the dead.
#include <array>
#include <chrono>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "rgsweep/core/error.hpp"
#include "rgsweep/store/results.hpp"
#include "rgsweep/store/segment.hpp"
#include "rgsweep/store/status.hpp"
#include "sample.hpp"

namespace rgsweep::store {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

class Owners : public testing::Test {
 protected:
  ResultsStore open() const { return ResultsStore(output_, schema_, {}); }
  std::string refusal() const {
    try {
      open();
    } catch (const StoreError& error) {
      return error.what();
    }
    return "";
  }
  /// Leaves an owner file as another process would.
  void plant(const std::string& host, const std::string& pid) const {
    fs::create_directory(folder_ / "out.h5.parts");
    overwrite(owner_, host + "\n" + pid + "\n2026-01-02T03:04:05Z\n77\n");
  }
  static std::string this_host() {
    std::array<char, 256> name{};
    ::gethostname(name.data(), name.size() - 1);
    return name.data();
  }

  TemporaryFolder folder_;
  fs::path output_ = folder_ / "out.h5";
  fs::path owner_ = folder_ / "out.h5.parts/owner";
  Schema schema_ = sample_schema();
};

TEST_F(Owners, SecondWriterIsRefusedByName) {
  ResultsStore store = open();
  EXPECT_THAT(refusal(), AllOf(HasSubstr("out.h5.parts"), HasSubstr(std::to_string(::getpid())),
                               HasSubstr(this_host())));
  store.append(sample_row(schema_, 0));
  store.finish();
  EXPECT_EQ(refusal(), "");
}

TEST_F(Owners, StatusNamesTheWriter) {
  const ResultsStore store = open();
  const StatusReport report = store::status(output_);
  ASSERT_EQ(report.owner.size(), 1U);
  EXPECT_EQ(report.owner[0].pid, ::getpid());
  EXPECT_EQ(report.owner[0].host, this_host());
  EXPECT_TRUE(report.owner[0].alive);
}

TEST_F(Owners, ADeadProcessOfThisHostIsReplaced) {
  plant(this_host(), "999999999");
  EXPECT_FALSE(store::status(output_).owner.at(0).alive);
  EXPECT_EQ(refusal(), "");
  // This very pid, but of a process that started at another time.
  plant(this_host(), std::to_string(::getpid()));
  EXPECT_FALSE(store::status(output_).owner.at(0).alive);
  EXPECT_EQ(refusal(), "");
  plant("", "nonsense");
  EXPECT_EQ(refusal(), "");
}

TEST_F(Owners, AnotherHostIsBelievedUntilItFallsSilent) {
  plant("elsewhere", "12");
  EXPECT_THAT(refusal(), AllOf(HasSubstr("elsewhere"), HasSubstr("12"), HasSubstr("2026-01-02T03:04:05Z")));
  EXPECT_TRUE(store::status(output_).owner.at(0).alive);
  fs::last_write_time(owner_, fs::file_time_type::clock::now() - std::chrono::minutes(5));
  EXPECT_FALSE(store::status(output_).owner.at(0).alive);
  EXPECT_EQ(refusal(), "");
}

TEST_F(Owners, AReplacedWriterWritesNothingMore) {
  ResultsStore slow = open();
  slow.append(sample_row(schema_, 0));
  slow.flush();
  slow.append(sample_row(schema_, 1));
  fs::remove(owner_);
  plant("elsewhere", "12");
  EXPECT_THROW(slow.flush(), StoreError);
  EXPECT_THROW(slow.finish(), StoreError);
  EXPECT_EQ(store::status(output_).done, 1U);
  EXPECT_TRUE(fs::exists(owner_));
}

TEST_F(Owners, StatusOfNothingIsAnError) {
  EXPECT_THROW(store::status(output_), StoreError);
}

TEST_F(Owners, StatusCountsEachPointOnce) {
  fs::create_directory(folder_ / "out.h5.parts");
  std::vector<Row> rows = sample_rows(schema_, 0, 6);
  schema_.value(rows[3], "status") = static_cast<double>(Status::failed);
  schema_.value(rows[4], "status") = static_cast<double>(Status::diverged);
  write_segment(output_, schema_, rows, {{"ranks", std::int64_t{2}}});
  EXPECT_TRUE(store::status(output_).complete);
  schema_.value(rows[3], "status") = 1;
  write_segment(folder_ / "out.h5.parts/seg-00000001.h5", schema_, {rows[0], rows[3]},
                {{"ranks", std::int64_t{4}}});
  overwrite(folder_ / "out.h5.parts/seg-00000002.h5", "damaged");
  const StatusReport report = store::status(output_);
  EXPECT_EQ(report.done, 5U);
  EXPECT_EQ(report.diverged, 1U);
  EXPECT_EQ(report.failed, 0U);
  EXPECT_EQ(report.segments, 2U);
  EXPECT_TRUE(report.published);
  EXPECT_FALSE(report.complete);
  EXPECT_EQ(report.attributes.at("ranks"), Attribute(std::int64_t{4}));
  ASSERT_EQ(report.damaged.size(), 1U);
  EXPECT_THAT(report.damaged[0], HasSubstr("seg-00000002.h5"));
}

}  // namespace
}  // namespace rgsweep::store
