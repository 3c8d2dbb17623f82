// The table of observables: a column and how its numbers are read off a measurement.
#pragma once

#include <span>

#include "measurement.hpp"
#include "rgsweep/core/record.hpp"

namespace rgsweep::experiment {

struct Observable {
  Column column;
  /// Fills the numbers of the column, which hold missing values before; `shape` are the column's extents.
  void (*measure)(const Measurement&, const std::vector<std::size_t>& shape, const Schema&,
                  std::span<double> out);
};

std::span<const Observable> observables();

}  // namespace rgsweep::experiment
