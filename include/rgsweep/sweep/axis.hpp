// The values that a key's text names, in the order written.
// An axis is a comma list (outside parentheses); each element is one value or, for numbers, a form:
//   linspace(a,b,n)  n equidistant values, both ends included
//   logspace(a,b,n)  n geometric values, both ends included and given as values (not as exponents)
//   a:step:b         a, a + step, ... up to b; b is included when it is hit; step may be negative
//   i..j             every integer from i up to j
// Generated numbers are rounded to 12 significant digits and ends are taken as typed, so that 0.3 has one
// identity whether it was typed or generated.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "rgsweep/core/parameters.hpp"
#include "rgsweep/sweep/value_list.hpp"

namespace rgsweep::sweep {

/// Values that one axis may have; more are refused before any is made.
inline constexpr std::uint64_t axis_limit = std::uint64_t{1} << 24;

/// The distinct values of `text`, checked and canonical, in first-seen order. Keys that are not axes
/// (Key::axis false) take the whole text as one value. Throws UsageError, without a location, on a malformed
/// form or a refused value.
ValueList parse_axis(const Key& key, std::string_view text);

}  // namespace rgsweep::sweep
