// The binary form of messages. Layout: kind u8, flags u8 (1 wants_more, 2 stopped), then the results, the
// tasks, the saved states and the text, each after a u32 count. A row's numbers are a u32 count and then
// tokens: u32 length * 2
// + r, followed by one double that stands `length` times (r = 1) or by `length` doubles (r = 0).
#include "rgsweep/schedule/message.hpp"

#include <bit>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <type_traits>

#include "rgsweep/core/error.hpp"

namespace rgsweep::schedule {

namespace {

static_assert(std::endian::native == std::endian::little);

constexpr std::size_t task_bytes = 8 + 8 + 4;
constexpr std::size_t least_result_bytes = task_bytes + 8 + 4 + 8 + 4 + 4;
constexpr std::size_t least_saved_bytes = 8 + 4;
constexpr std::uint32_t most_numbers = 1U << 24;  // in a row: a run costs 12 bytes whatever its length says
constexpr std::size_t shortest_run = 4;

bool same_bits(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

class Writer {
 public:
  template <class T>
  void value(T v) {
    static_assert(std::is_arithmetic_v<T>);
    bytes(&v, sizeof v);
  }
  void count(std::size_t n) {
    if (n > std::numeric_limits<std::uint32_t>::max()) throw std::logic_error("message too long");
    value(static_cast<std::uint32_t>(n));
  }
  void text(const std::string& t) {
    count(t.size());
    bytes(t.data(), t.size());
  }
  void state(const SavedState& s) {
    count(s.size());
    bytes(s.data(), s.size());
  }
  void task(const Task& t) {
    value(t.index);
    value(t.seconds);
    value(t.kind);
  }
  void numbers(std::span<const double> x) {
    if (x.size() > most_numbers) throw std::logic_error("row too long");
    count(x.size());
    std::size_t literal = 0;  // start of the numbers not yet written
    for (std::size_t i = 0; i < x.size();) {
      std::size_t end = i + 1;
      while (end < x.size() && same_bits(x[end], x[i])) ++end;
      if (end - i >= shortest_run) {
        literals(x.subspan(literal, i - literal));
        value(static_cast<std::uint32_t>((end - i) * 2 + 1));
        value(x[i]);
        literal = end;
      }
      i = end;
    }
    literals(x.subspan(literal));
  }
  void row(const Row& r) {
    value(r.point_id);
    numbers(r.numbers);
    count(r.texts.size());
    for (const std::string& t : r.texts) text(t);
  }
  std::vector<std::byte> out;

 private:
  void bytes(const void* data, std::size_t n) {
    const auto* first = static_cast<const std::byte*>(data);
    out.insert(out.end(), first, first + n);
  }
  void literals(std::span<const double> x) {
    if (x.empty()) return;
    value(static_cast<std::uint32_t>(x.size() * 2));
    bytes(x.data(), x.size_bytes());
  }
};

class Reader {
 public:
  explicit Reader(std::span<const std::byte> bytes) : left_(bytes) {}

  template <class T>
  T value() {
    T v;
    bytes(&v, sizeof v);
    return v;
  }
  /// A count of things that take at least `least` bytes each.
  std::size_t count(std::size_t least) {
    const std::size_t n = value<std::uint32_t>();
    check(n <= left_.size() / least);
    return n;
  }
  std::string text() {
    std::string t(count(1), '\0');
    bytes(t.data(), t.size());
    return t;
  }
  SavedState state() {
    SavedState s(count(1));
    bytes(s.data(), s.size());
    return s;
  }
  Task task() {
    Task t;
    t.index = value<std::uint64_t>();
    t.seconds = value<double>();
    t.kind = value<std::uint32_t>();
    return t;
  }
  std::vector<double> numbers() {
    const std::size_t n = value<std::uint32_t>();
    check(n <= most_numbers);
    std::vector<double> x;
    while (x.size() < n) {
      const std::uint32_t token = value<std::uint32_t>();
      const std::size_t length = token / 2;
      check(length > 0 && length <= n - x.size());
      if (token % 2 == 1) {
        x.insert(x.end(), length, value<double>());
      } else {
        check(length <= left_.size() / sizeof(double));
        x.resize(x.size() + length);
        bytes(&x[x.size() - length], length * sizeof(double));
      }
    }
    return x;
  }
  Row row() {
    Row r;
    r.point_id = value<std::uint64_t>();
    r.numbers = numbers();
    r.texts.resize(count(sizeof(std::uint32_t)));
    for (std::string& t : r.texts) t = text();
    return r;
  }
  void check(bool good) const {
    if (!good) throw Error("malformed message between ranks");
  }
  bool empty() const { return left_.empty(); }

 private:
  void bytes(void* to, std::size_t n) {
    check(n <= left_.size());
    if (n > 0) std::memcpy(to, left_.data(), n);
    left_ = left_.subspan(n);
  }

  std::span<const std::byte> left_;
};

}  // namespace

std::vector<std::byte> encode(const Message& message) {
  Writer w;
  w.value(static_cast<std::uint8_t>(message.kind));
  w.value(static_cast<std::uint8_t>((message.wants_more ? 1 : 0) + (message.stopped ? 2 : 0)));
  w.count(message.results.size());
  for (const Result& result : message.results) {
    w.task(result.task);
    w.value(result.measured_seconds);
    w.value(result.worker);
    w.row(result.row);
  }
  w.count(message.tasks.size());
  for (const Task& task : message.tasks) w.task(task);
  w.count(message.saved.size());
  for (const Saved& saved : message.saved) {
    w.value(saved.index);
    w.state(saved.state);
  }
  w.text(message.text);
  return std::move(w.out);
}

Message decode(std::span<const std::byte> bytes) {
  Reader r(bytes);
  Message message;
  const auto kind = r.value<std::uint8_t>();
  r.check(kind >= static_cast<std::uint8_t>(MessageKind::report) &&
          kind <= static_cast<std::uint8_t>(MessageKind::alive));
  message.kind = static_cast<MessageKind>(kind);
  const auto flags = r.value<std::uint8_t>();
  r.check(flags < 4);
  message.wants_more = (flags & 1U) != 0;
  message.stopped = (flags & 2U) != 0;
  message.results.resize(r.count(least_result_bytes));
  for (Result& result : message.results) {
    result.task = r.task();
    result.measured_seconds = r.value<double>();
    result.worker = r.value<std::uint32_t>();
    result.row = r.row();
  }
  message.tasks.resize(r.count(task_bytes));
  for (Task& task : message.tasks) task = r.task();
  message.saved.resize(r.count(least_saved_bytes));
  for (Saved& saved : message.saved) {
    saved.index = r.value<std::uint64_t>();
    saved.state = r.state();
  }
  message.text = r.text();
  r.check(r.empty());
  return message;
}

}  // namespace rgsweep::schedule
