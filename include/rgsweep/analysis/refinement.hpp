// Where a success curve should be measured next: at the places where the fitted curve is least known. Each
// new place is the one at which the standard deviation of the fitted success probability, p (1 - p) (z' I^-1
// z)^(1/2) with z = (1, x) and I the Fisher information of the logistic fit, is largest; its members then
// count as measured, so that the next one goes elsewhere (a sequential optimal design, in the sense of V. V.
// Fedorov, Theory of Optimal Experiments, 1972). Nothing is random: the same counts give the same places.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "rgsweep/analysis/curve.hpp"
#include "rgsweep/analysis/success_crossing.hpp"

namespace rgsweep::analysis {

/// Up to `count` values of the axis, ascending, among fifteen between each two neighbouring places of the
/// curve. None where success does not cross 1/2 for certain: then there is no transition to refine.
std::vector<double> refined_places(const SuccessCurve& curve, std::size_t count);

/// The same from the members of a curve, of which those with a test error below `threshold` on the `test`-th
/// distribution succeed. The linear end of the axis does not count (linear_end()).
std::vector<double> refined_places(const Curve& curve, std::size_t test, double threshold,
                                   std::optional<double> end, std::size_t count);

}  // namespace rgsweep::analysis
