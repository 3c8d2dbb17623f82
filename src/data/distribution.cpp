// Distributions as text and values: reading, writing, checking arguments. The families are in
// distribution_table.cpp.
#include "rgsweep/data/distribution.hpp"

#include <cmath>
#include <cstddef>
#include <limits>
#include <stdexcept>

#include "rgsweep/core/error.hpp"
#include "rgsweep/core/registry.hpp"
#include "rgsweep/core/text.hpp"
#include "rgsweep/core/value.hpp"

namespace rgsweep::data {

namespace {

std::string number(double value) {
  return canonical_text(Value(value));
}

// "2 < nu", or "0 < m < 1"
std::string allowed(const Argument& argument) {
  std::string text = number(argument.minimum) + " < " + std::string(argument.name);
  if (std::isfinite(argument.maximum)) text += " < " + number(argument.maximum);
  return text;
}

}  // namespace

Distribution::Distribution(const DistributionEntry& entry, double argument)
    : entry_(&entry),
      argument_(entry.argument ? argument : std::numeric_limits<double>::quiet_NaN()),
      cumulants_(entry.cumulants(argument_)) {
  if (entry.argument && !(argument > entry.argument->minimum && argument < entry.argument->maximum))
    throw UsageError("distribution '" + text() + "': needs " + allowed(*entry.argument));
}

std::string Distribution::text() const {
  const std::string name(entry_->name);
  return entry_->argument ? name + "(" + number(argument_) + ")" : name;
}

double Distribution::cumulant(int n) const {
  if (n < 1 || n > max_cumulant) throw std::logic_error("Distribution::cumulant(): orders 1 to 8");
  return cumulants_[static_cast<std::size_t>(n) - 1];
}

Distribution parse_distribution(std::string_view text) {
  const std::string_view whole = trim(text);
  const std::size_t open = whole.find('(');
  const DistributionEntry& entry = lookup(distributions(), trim(whole.substr(0, open)), "distribution");
  if (open == std::string_view::npos)
    return Distribution(entry, entry.argument ? entry.argument->initial : 0);

  const std::string where = "distribution '" + std::string(whole) + "': ";
  if (!entry.argument) throw UsageError(where + std::string(entry.name) + " takes no argument");
  const std::string expected = where + "expected " + std::string(entry.name) + "(" +
                               std::string(entry.argument->name) + ") with one number, " +
                               allowed(*entry.argument);
  if (whole.back() != ')') throw UsageError(expected);
  double argument = 0;
  try {
    argument =
        std::get<double>(parse_value(ValueType::real, whole.substr(open + 1, whole.size() - open - 2)));
  } catch (const UsageError&) {
    throw UsageError(expected);
  }
  return Distribution(entry, argument);
}

}  // namespace rgsweep::data
