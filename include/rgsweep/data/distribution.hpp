// The input distributions, all standardised to mean 0 and variance 1, with exact cumulants to order 8.
// Adding one is one entry in the table.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "rgsweep/core/rng.hpp"

namespace rgsweep::data {

inline constexpr int max_cumulant = 8;

/// A distribution's number in parentheses; allowed strictly between minimum and maximum.
struct Argument {
  std::string_view name;
  double minimum;
  double maximum;
  double initial;
};

/// One row of the table. Functions take the argument's value and ignore it where there is none.
struct DistributionEntry {
  std::string_view name;
  std::string_view summary;
  std::optional<Argument> argument;
  bool even;     ///< p(-x) = p(x)
  double bound;  ///< |x| <= bound; infinity where the support is unbounded
  /// Element n-1 is order n; NaN where the order does not exist.
  std::array<double, max_cumulant> (*cumulants)(double argument);
  /// Independent draws in order; may use any number of words per draw.
  void (*sample)(double argument, Stream& stream, std::span<double> out);
  /// The same draws to float accuracy.
  void (*sample_float)(double argument, Stream& stream, std::span<float> out);
};

std::span<const DistributionEntry> distributions();

/// A distribution with its argument fixed. Cheap to copy.
class Distribution {
 public:
  /// The argument must be allowed (UsageError) and is ignored where there is none.
  Distribution(const DistributionEntry& entry, double argument);

  const DistributionEntry& entry() const { return *entry_; }
  /// The argument's value; NaN where there is none.
  double argument() const { return argument_; }
  /// Canonical: "gaussian", "gamma(2)"; a default argument is written out.
  std::string text() const;
  /// Exact cumulant of order n = 1..8 (std::logic_error otherwise); NaN where it does not exist.
  double cumulant(int n) const;
  bool is_even() const { return entry_->even; }
  double bound() const { return entry_->bound; }
  /// Fills `out` in order: two calls on one stream give the same numbers as one longer call.
  void sample(Stream& stream, std::span<double> out) const { entry_->sample(argument_, stream, out); }
  /// The same numbers in float: rounded or, for gaussian and bimodal, in float arithmetic with an error below
  /// 2e-6.
  void sample(Stream& stream, std::span<float> out) const { entry_->sample_float(argument_, stream, out); }

 private:
  const DistributionEntry* entry_;
  double argument_;
  std::array<double, max_cumulant> cumulants_;
};

/// Reads "gaussian", "gamma" (default argument) or "gamma(2)"; throws UsageError that says what is allowed.
Distribution parse_distribution(std::string_view text);

}  // namespace rgsweep::data
