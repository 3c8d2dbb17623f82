// The critical value of a success curve: where the fraction of points that succeed crosses 1/2, from a
// logistic fit in one of two coordinates. Success that depends on the axis a through a - a_c with one width
// everywhere is logistic in a; success that depends on T |end - a|^z is a fixed curve in ln |end - a|, and a
// fit in a would misplace it by amounts that change with T. The data choose (logistic_misfit()).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "rgsweep/analysis/critical.hpp"
#include "rgsweep/analysis/crossing.hpp"
#include "rgsweep/analysis/replicates.hpp"

namespace rgsweep::analysis {

enum class Coordinate : int { axis, log_distance };
/// In the order of the values.
std::vector<std::string> coordinate_names();

/// Success along the axis, all on one side of its end.
struct SuccessCurve {
  std::span<const double> x;  ///< ascending
  const Replicates* success;  ///< as in CurveReplicates; no members at the end of the axis
  std::optional<double> end = {};
};

/// 1 when the places lie below `end`, -1 when above; none when on both sides, or without an end.
std::optional<double> side_of(std::span<const double> x, std::optional<double> end);

/// The crossing to be fitted. Of several, one at which success is lost towards the end of the axis goes
/// before one at which it is gained, since near the end, where little is left to be learned, even networks
/// that have learned nothing pass the threshold; among equals the one farthest from the end, without an end
/// the first.
std::optional<Crossing> main_crossing(const SuccessCurve& curve, const Passage& passage);

/// -2 log likelihood of the logistic fit to all places of the crossing.
double logistic_misfit(const SuccessCurve& curve, const Crossing& crossing, Coordinate coordinate);

/// The fit uses the largest range around the crossing that a logistic curve describes (p >= 0.01). A
/// replicate whose fit goes from 10 % to 90 % between two neighbouring places, or in which no place has both
/// successes and failures, says no more than that the crossing is between them: it counts as a random place
/// there, drawn from a stream with `key`. None when the interval is not defined (if_known()).
std::optional<CriticalValue> success_crossing(const SuccessCurve& curve, const Crossing& crossing,
                                              Coordinate coordinate, std::uint64_t key);

}  // namespace rgsweep::analysis
