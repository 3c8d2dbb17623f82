// One function per type says which members a state consists of; the same function serves writing and reading.
// Numbers stand as they are in memory, lists after their length.
#include "saved_training.hpp"

#include <cstring>
#include <string>
#include <type_traits>

#include "rgsweep/core/error.hpp"

namespace rgsweep::experiment {

namespace {

/// Changes with whatever is written here.
constexpr std::uint64_t format = 2;

class Writer {
 public:
  template <class T>
  void number(const T& value) {
    static_assert(std::is_arithmetic_v<T>);
    raw(&value, sizeof value);
  }
  void flag(bool value) { number(static_cast<std::uint8_t>(value)); }
  template <class List>
  void list(const List& values) {
    number(static_cast<std::uint64_t>(values.size()));
    raw(values.data(), static_cast<std::size_t>(values.size()) * sizeof(values[0]));
  }
  std::size_t length(std::size_t n) {
    number(static_cast<std::uint64_t>(n));
    return n;
  }
  std::vector<std::byte> bytes;

 private:
  void raw(const void* data, std::size_t n) {
    const auto* first = static_cast<const std::byte*>(data);
    bytes.insert(bytes.end(), first, first + n);
  }
};

class Reader {
 public:
  explicit Reader(std::span<const std::byte> bytes) : left_(bytes) {}
  template <class T>
  void number(T& value) {
    static_assert(std::is_arithmetic_v<T> && !std::is_same_v<T, bool>);
    raw(&value, sizeof value);
  }
  void flag(bool& value) {
    std::uint8_t byte = 0;
    number(byte);
    value = byte != 0;
  }
  template <class List>
  void list(List& values) {
    const std::size_t n = length(0);
    if (n > left_.size() / sizeof(values[0])) throw Error("a saved training ends early");
    values.resize(static_cast<decltype(values.size())>(n));
    raw(values.data(), n * sizeof(values[0]));
  }
  std::size_t length(std::size_t) {
    std::uint64_t n = 0;
    number(n);
    if (n > left_.size()) throw Error("a saved training ends early");
    return static_cast<std::size_t>(n);
  }
  bool at_end() const { return left_.empty(); }

 private:
  void raw(void* data, std::size_t n) {
    if (n > left_.size()) throw Error("a saved training ends early");
    if (n > 0) std::memcpy(data, left_.data(), n);
    left_ = left_.subspan(n);
  }
  std::span<const std::byte> left_;
};

// The bindings name every member: one that is added must be added here, or this does not compile.

template <class Archive, class State>
requires std::is_same_v<std::remove_const_t<State>, nn::TrainerState>
void exchange(Archive& archive, State& state) {
  auto& [step, theta, optimizer, loss_sum] = state;
  archive.number(step);
  archive.list(theta);
  const std::size_t vectors = archive.length(optimizer.size());
  if constexpr (!std::is_const_v<State>) optimizer.resize(vectors);
  for (auto& vector : optimizer) archive.list(vector);
  archive.number(loss_sum);
}

template <class Archive, class Result>
requires std::is_same_v<std::remove_const_t<Result>, nn::TrainingResult>
void exchange(Archive& archive, Result& result) {
  auto& [theta, steps_run, train_loss, diverged, message] = result;
  archive.list(theta);
  archive.number(steps_run);
  archive.number(train_loss);
  archive.flag(diverged);
  archive.list(message);
}

template <class Archive, class Point>
requires std::is_same_v<std::remove_const_t<Point>, TracePoint>
void exchange(Archive& archive, Point& point) {
  auto& [step, loss, delta, order_parameter, cumulants] = point;
  archive.number(step);
  archive.number(loss);
  archive.number(delta);
  archive.number(order_parameter);
  auto& [layers, numbers] = cumulants;
  archive.number(layers);
  archive.list(numbers);
}

template <class Archive, class Training>
requires std::is_same_v<std::remove_const_t<Training>, SavedTraining>
void exchange(Archive& archive, Training& training) {
  const std::size_t points = archive.length(training.trace.size());
  if constexpr (!std::is_const_v<Training>) training.trace.resize(points);
  for (auto& point : training.trace) exchange(archive, point);
  bool has_state = training.state.has_value(), has_result = training.result.has_value();
  archive.flag(has_state);
  archive.flag(has_result);
  if constexpr (!std::is_const_v<Training>) {
    if (has_state) training.state.emplace();
    if (has_result) training.result.emplace();
  }
  if (training.state) exchange(archive, *training.state);
  if (training.result) exchange(archive, *training.result);
}

}  // namespace

std::vector<std::byte> to_bytes(const SavedTraining& training) {
  Writer writer;
  writer.number(format);
  exchange(writer, training);
  return std::move(writer.bytes);
}

SavedTraining read_saved_training(std::span<const std::byte> bytes) try {
  Reader reader(bytes);
  std::uint64_t found = 0;
  reader.number(found);
  if (found != format) return {};
  SavedTraining training;
  exchange(reader, training);
  return reader.at_end() ? training : SavedTraining{};
} catch (const Error&) {
  return {};
}

}  // namespace rgsweep::experiment
