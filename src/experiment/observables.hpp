// The table of observables: a column and how its numbers are read off a measurement.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "measurement.hpp"
#include "rgsweep/core/record.hpp"

namespace rgsweep::experiment {

struct Observable {
  Column column;
  /// Fills the numbers of the column, which hold missing values before; `shape` are the column's extents.
  std::function<void(const Measurement&, const std::vector<std::size_t>& shape, const Schema&,
                     std::span<double> out)>
      measure;
};

std::span<const Observable> observables();

}  // namespace rgsweep::experiment
