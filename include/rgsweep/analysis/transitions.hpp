// Critical values of all curves of a sweep and the scaling of all of its families.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <vector>

#include "rgsweep/analysis/critical.hpp"
#include "rgsweep/analysis/curve.hpp"
#include "rgsweep/analysis/family.hpp"
#include "rgsweep/analysis/scaling.hpp"

namespace rgsweep::analysis {

/// A critical value without its replicates.
struct LocatedCritical {
  Estimate value = {};
  int direction = 0;  ///< as in CriticalValue
  bool resolved = true;
  double fit_p_value = 1;
  double width = 0;  ///< as in CriticalValue
  double first = 0;  ///< values of the axis between which it was fitted
  double last = 0;
  Coordinate coordinate = Coordinate::axis;  ///< of the logistic fit
};

/// By Method.
using LocatedByMethod = std::array<std::optional<LocatedCritical>, methods>;

struct Transitions {
  std::size_t resamples = 0;
  /// (curve, test); susceptibility and binder, which know no test, are the same for all of them. The Binder
  /// crossing of a curve is that with the next larger width.
  std::vector<std::vector<LocatedByMethod>> critical = {};
  /// All families of training lengths, which every curve is in one of, and those of two widths or more.
  std::vector<Family> families = {};
  std::vector<std::vector<FamilyScaling>> scaling = {};  ///< (family, test)
};

/// `resamples` bootstrap resamples; the same data give the same numbers, whatever else is in the file.
Transitions find_transitions(const Curves& curves, double threshold, std::size_t resamples);

}  // namespace rgsweep::analysis
