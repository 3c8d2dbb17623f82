// What depends on a few keys only is looked at once for each combination of their values, not for each point.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "rgsweep/core/parameters.hpp"
#include "rgsweep/sweep/grid.hpp"

namespace rgsweep::sweep {

/// Calls `visit` with a point of the box for each combination of the values that the different `keys` (places
/// in the table) have in it; the other keys have their last values, the largest for numbers. Where there are
/// more than `most` combinations (1 <= most < 2^32) it visits as many, evenly spaced.
void for_each_combination(const Grid& grid, const Box& box, const std::vector<std::size_t>& keys,
                          std::uint64_t most, const std::function<void(const Parameters&)>& visit);

/// One box for each different set of values that the boxes of the grid have for `keys`.
std::vector<const Box*> distinct_boxes(const Grid& grid, const std::vector<std::size_t>& keys);

}  // namespace rgsweep::sweep
