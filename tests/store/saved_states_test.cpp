// Points that were stopped in their middle: what is kept of them, and for how long.
#include <gmock/gmock.h>

#include "results_fixture.hpp"
#include "rgsweep/core/error.hpp"
#include "rgsweep/store/status.hpp"
#include "rgsweep/store/verify.hpp"

namespace rgsweep::store {
namespace {

using testing::HasSubstr;
using Bytes = std::vector<std::byte>;

class SavedStatesOf : public Results {
 protected:
  static Bytes bytes(const std::string& text) {
    const auto* first = reinterpret_cast<const std::byte*>(text.data());
    return {first, first + text.size()};
  }
  fs::path state_file() const { return parts_ / "point-0000000000000002.state"; }
};

TEST_F(SavedStatesOf, OutliveTheWriterUntilTheRowIsPublished) {
  in_killed_process([&] {
    ResultsStore store = open();
    store.save_state(2, bytes("first"));
    store.save_state(2, bytes("second"));
    store.save_state(3, Bytes{});
  });
  EXPECT_EQ(store::status(output_).saved, 2U);
  ResultsStore store = open();
  EXPECT_TRUE(store.has_saved_states());
  EXPECT_EQ(store.saved_state(2), bytes("second"));
  EXPECT_EQ(store.saved_state(3), Bytes{});
  EXPECT_EQ(store.saved_state(4), Bytes{});
  append(store, 1, 1);  // the row of point 2
  EXPECT_EQ(store.saved_state(2), bytes("second"));
  store.flush();
  EXPECT_EQ(store.saved_state(2), Bytes{});
  EXPECT_FALSE(fs::exists(state_file()));
  append(store, 0, 1);
  store.finish();
  expect_whole(2);
}

TEST_F(SavedStatesOf, DamageIsNamedAndSetAside) {
  ResultsStore store = open();
  store.save_state(2, bytes(std::string(100, 'x')));
  const std::string sound = contents(state_file());
  std::vector<std::string> damaged;
  for (std::size_t i = 0; i < sound.size(); i += 7) {
    damaged.push_back(sound);
    damaged.back()[i] ^= 4;
    damaged.push_back(sound.substr(0, i));
  }
  std::string other_point = sound;
  for (const std::string& text : damaged) {
    overwrite(state_file(), text);
    store.save_state(3, bytes("sound"));
    ASSERT_EQ(store.saved_state(2), Bytes{});
    ASSERT_FALSE(fs::exists(state_file()));
    store.save_state(2, bytes("again"));
  }
  EXPECT_EQ(warnings_.size(), damaged.size());
  EXPECT_THAT(warnings_.front(), HasSubstr("point-0000000000000002.state.corrupt-1"));
  // A sound state of another point.
  fs::copy_file(parts_ / "point-0000000000000003.state", state_file(), fs::copy_options::overwrite_existing);
  EXPECT_THAT(verify({output_}).at(0).message,
              HasSubstr("is not the saved training of point 0000000000000002"));
  EXPECT_EQ(store.saved_state(2), Bytes{});
  EXPECT_EQ(store.saved_state(3), bytes("sound"));
}

TEST_F(SavedStatesOf, AReplacedWriterSavesNothing) {
  ResultsStore slow = open();
  fs::remove(parts_ / "owner");
  overwrite(parts_ / "owner", "elsewhere\n12\n2026-01-02T03:04:05Z\n77\n");
  EXPECT_THROW(slow.save_state(2, bytes("x")), StoreError);
  EXPECT_FALSE(fs::exists(state_file()));
  EXPECT_FALSE(has_temporary_files(parts_));
}

}  // namespace
}  // namespace rgsweep::store
