// Reads axis forms: counts first, against the limit, then makes the values one by one.
#include "rgsweep/sweep/axis.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>
#include <unordered_set>

#include "rgsweep/core/error.hpp"
#include "rgsweep/core/text.hpp"

namespace rgsweep::sweep {

namespace {

constexpr const char* forms = "linspace(a,b,n), logspace(a,b,n), a:step:b, i..j";

/// The ends and steps of a form. Long double, so that a step taken 10^7 times still rounds to the typed
/// decimal.
long double number(std::string_view text) {
  std::string_view digits = text;
  if (digits.starts_with('+')) digits.remove_prefix(1);
  long double value = 0;
  const char* const end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, value);
  if (read.ec != std::errc{} || read.ptr != end || !std::isfinite(value))
    throw UsageError("'" + std::string(text) + "' is not a finite number");
  return value;
}

std::string shortest(double value) {
  return canonical_text(Value(value));
}

/// -0 and 0 are one number and must give the same bits to a training.
Value without_negative_zero(Value value) {
  if (const auto* real = std::get_if<double>(&value); real != nullptr && *real == 0) return 0.0;
  return value;
}

/// `value` rounded to 12 significant digits, as the key takes it. What cancellation leaves of a zero between
/// ends of size `scale` is zero.
Value generated(const Key& key, long double value, long double scale) {
  if (std::abs(value) < 1e-15L * scale) value = 0;
  if (key.type == ValueType::integer && value == std::floor(value) && std::abs(value) < 1e16L)
    return key.parse(std::to_string(static_cast<std::int64_t>(value)));
  char buffer[32];
  const auto written = std::to_chars(buffer, buffer + sizeof buffer, static_cast<double>(value),
                                     std::chars_format::scientific, 11);
  double rounded = 0;
  std::from_chars(buffer, written.ptr, rounded);
  return key.parse(shortest(rounded));
}

class AxisReader {
 public:
  explicit AxisReader(const Key& key) : key_(key) {}

  void element(const std::string& text) {
    if (text.empty()) throw UsageError("an element of the list is empty; allowed: " + key_.allowed());
    const bool numeric = key_.type != ValueType::text;
    if (numeric && text.find('(') != std::string::npos)
      call(text);
    else if (numeric && text.find(':') != std::string::npos)
      steps(text);
    else if (numeric && text.find("..") != std::string::npos)
      range(text);
    else
      add(key_.parse(text));
  }

  ValueList distinct() &&;

 private:
  void add(Value value) {
    reserve(1);
    values_.push_back(without_negative_zero(std::move(value)));
  }

  void reserve(long double count) const {
    if (static_cast<long double>(values_.size()) + count > static_cast<long double>(axis_limit))
      throw UsageError("too many values; allowed: at most " + std::to_string(axis_limit) + " in an axis");
  }

  void call(const std::string& text) {
    const std::string name(choice_name(text));
    const std::vector<std::string> known{"linspace", "logspace"};
    if (name != known[0] && name != known[1])
      throw UsageError("unknown form '" + name + "'" + did_you_mean(name, known) +
                       "; allowed: " + key_.allowed() + ", or " + forms);
    const std::size_t open = text.find('(');
    const std::vector<std::string> arguments =
        text.back() == ')' ? split(std::string_view(text).substr(open + 1, text.size() - open - 2), ',')
                           : std::vector<std::string>{};
    if (arguments.size() != 3)
      throw UsageError("'" + text + "' is malformed; allowed: " + name + "(first, last, count)");
    const auto count =
        static_cast<long double>(std::get<std::int64_t>(parse_value(ValueType::integer, arguments[2])));
    if (count < 1) throw UsageError("'" + text + "' has no values; allowed: a count of at least 1");
    const long double first = number(arguments[0]), last = number(arguments[1]);
    reserve(count);
    if (name == "linspace")
      linspace(text, arguments, first, last, count);
    else
      logspace(text, arguments, first, last, count);
  }

  void linspace(const std::string& text, const std::vector<std::string>& ends, long double first,
                long double last, long double count) {
    const long double width = last - first, gaps = std::max(count - 1, 1.0L);
    if (key_.type == ValueType::integer && count > 1 && std::fmod(width, gaps) != 0)
      throw UsageError("'" + text + "' has values that are not whole; allowed: " + key_.allowed());
    // Integers step exactly, since width * i may exceed the mantissa.
    const long double step = width / gaps;
    const bool whole = step == std::floor(step);
    generate(ends[0], ends[1], count, true, std::max(std::abs(first), std::abs(last)),
             [=](long double i) { return whole ? first + step * i : first + width * i / gaps; });
  }

  void logspace(const std::string& text, const std::vector<std::string>& ends, long double first,
                long double last, long double count) {
    if (first <= 0 || last <= 0) throw UsageError("'" + text + "' is malformed; allowed: both ends > 0");
    const long double gaps = std::max(count - 1, 1.0L);
    generate(ends[0], ends[1], count, true, 0,
             [=](long double i) { return first * std::pow(last / first, i / gaps); });
  }

  void steps(const std::string& text) {
    const std::vector<std::string> parts = split(text, ':');
    if (parts.size() != 3) throw UsageError("'" + text + "' is malformed; allowed: first:step:last");
    const long double first = number(parts[0]), step = number(parts[1]), last = number(parts[2]);
    if (step == 0 || (last - first) / step < 0)
      throw UsageError("'" + text + "' never arrives; allowed: a step from the first value towards the last");
    // A part in 10^9 of a step is rounding of the typed numbers, not a missed end.
    constexpr long double slack = 1e-9L;
    const long double count = std::floor((last - first) / step + slack) + 1;
    const bool hits_last = std::abs(first + (count - 1) * step - last) <= slack * std::abs(step);
    generate(parts[0], parts[2], count, hits_last, std::max(std::abs(first), std::abs(last)),
             [=](long double i) { return first + step * i; });
  }

  void range(const std::string& text) {
    const std::size_t dots = text.find("..");
    const std::string ends[] = {std::string(trim(std::string_view(text).substr(0, dots))),
                                std::string(trim(std::string_view(text).substr(dots + 2)))};
    const long double first = number(ends[0]), last = number(ends[1]);
    if (first != std::floor(first) || last != std::floor(last) || first > last)
      throw UsageError("'" + text + "' is malformed; allowed: first..last, whole numbers in ascending order");
    generate(ends[0], ends[1], last - first + 1, true, 0, [=](long double i) { return first + i; });
  }

  /// value(0) ... value(count - 1), the ends as typed.
  template <class Function>
  void generate(const std::string& first, const std::string& last, long double count, bool hits_last,
                long double scale, const Function& value) {
    reserve(count);
    const auto n = static_cast<std::uint64_t>(count);
    for (std::uint64_t i = 0; i < n; ++i)
      add(i == 0                    ? key_.parse(first)
          : hits_last && i + 1 == n ? key_.parse(last)
                                    : generated(key_, value(static_cast<long double>(i)), scale));
  }

  const Key& key_;
  ValueList values_;
};

ValueList AxisReader::distinct() && {
  const auto not_ascending = [](const Value& a, const Value& b) { return !(a < b); };
  if (std::adjacent_find(values_.begin(), values_.end(), not_ascending) == values_.end())
    return std::move(values_);
  std::unordered_set<Value> seen;
  ValueList result;
  for (const Value& value : values_)
    if (seen.insert(value).second) result.push_back(value);
  return result;
}

}  // namespace

ValueList parse_axis(const Key& key, std::string_view text) {
  if (trim(text).empty()) throw UsageError("the value is empty; allowed: " + key.allowed());
  if (!key.axis) return std::vector<Value>{without_negative_zero(key.parse(text))};
  AxisReader reader(key);
  for (const std::string& element : split(text, ',')) reader.element(element);
  return std::move(reader).distinct();
}

}  // namespace rgsweep::sweep
