#include "rgsweep/schedule/message.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "rgsweep/core/error.hpp"

namespace rgsweep::schedule {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

Message full_report() {
  Message m{.kind = MessageKind::report, .wants_more = true};
  Row first;
  first.point_id = 0x123456789abcdef0U;
  first.numbers = {1, nan, nan, nan, nan, nan, -0.0, 0.0, 2, 2, 3, 7, 7, 7, 7};
  first.texts = {"", "caf\u00e9", std::string("a\0b", 3)};
  m.results.push_back({{5, 0.25, 3}, 0.5, 2, first});
  m.results.push_back({{1ULL << 62, 1e-9, 4}, 1e3, 2, Row{}});
  m.tasks = {{1, 2.5, 3}, {4, 5.5, 6}};
  m.saved = {{4, {std::byte{0}, std::byte{255}}}, {1, {}}};
  return m;
}

void expect_equal(const Message& a, const Message& b) {
  EXPECT_EQ(a.kind, b.kind);
  EXPECT_EQ(a.results, b.results);
  EXPECT_EQ(a.tasks, b.tasks);
  EXPECT_EQ(a.saved, b.saved);
  EXPECT_EQ(a.wants_more, b.wants_more);
  EXPECT_EQ(a.stopped, b.stopped);
  EXPECT_EQ(a.text, b.text);
}

TEST(Message, EveryKindComesBack) {
  expect_equal(decode(encode(full_report())), full_report());
  const Message failure{.kind = MessageKind::failure, .text = "index out of range"};
  expect_equal(decode(encode(failure)), failure);
  const Message work{.kind = MessageKind::work, .tasks = {{7, 1.5, 0}}};
  expect_equal(decode(encode(work)), work);
  const Message alive{.kind = MessageKind::alive};
  expect_equal(decode(encode(alive)), alive);
  const Message finish{.kind = MessageKind::finish, .stopped = true};
  expect_equal(decode(encode(finish)), finish);
}

TEST(Message, SignOfZeroSurvivesRuns) {
  Message m{.kind = MessageKind::report};
  m.results.resize(1);
  m.results[0].row.numbers = {0.0, 0.0, -0.0, -0.0, -0.0, -0.0, -0.0, 0.0};
  const Message back = decode(encode(m));
  for (std::size_t i = 0; i < 8; ++i)
    EXPECT_EQ(std::signbit(back.results[0].row.numbers[i]), i >= 2 && i < 7) << i;
}

TEST(Message, RowOfMissingValuesIsShort) {
  Message m{.kind = MessageKind::report};
  m.results.resize(1);
  m.results[0].row.numbers.assign(100000, nan);
  EXPECT_LT(encode(m).size(), 100U);
  expect_equal(decode(encode(m)), m);
}

TEST(Message, EveryTruncationIsRefused) {
  const std::vector<std::byte> bytes = encode(full_report());
  for (std::size_t n = 0; n < bytes.size(); ++n) EXPECT_THROW(decode(std::span(bytes).first(n)), Error) << n;
  std::vector<std::byte> longer = bytes;
  longer.push_back(std::byte{0});
  EXPECT_THROW(decode(longer), Error);
}

TEST(Message, AnyByteMayBeWrongWithoutHarm) {
  const std::vector<std::byte> bytes = encode(full_report());
  std::size_t refused = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i)
    for (const unsigned flip : {0x01U, 0x80U, 0xffU}) {
      std::vector<std::byte> wrong = bytes;
      wrong[i] ^= static_cast<std::byte>(flip);
      try {
        decode(wrong);
      } catch (const Error&) {
        ++refused;
      }
    }
  EXPECT_GT(refused, 0U);
}

TEST(Message, HugeCountsAreRefusedBeforeMemoryIsAsked) {
  // kind, flags, 2^32 - 1 results
  std::vector<std::byte> bytes{std::byte{1}, std::byte{0}};
  bytes.resize(6, std::byte{0xff});
  bytes.resize(200);
  EXPECT_THROW(decode(bytes), Error);
  bytes.assign(bytes.size(), std::byte{0});
  EXPECT_THROW(decode(bytes), Error);  // no such kind
}

}  // namespace
}  // namespace rgsweep::schedule
