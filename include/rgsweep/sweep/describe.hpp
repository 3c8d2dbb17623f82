// What `rgsweep plan` shows of a grid, apart from its predicted cost; the command line renders it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rgsweep/core/parameters.hpp"
#include "rgsweep/sweep/grid.hpp"
#include "rgsweep/sweep/spec.hpp"

namespace rgsweep::sweep {

/// Values that an axis may have to be listed in full in a plan.
inline constexpr std::size_t plan_listed_values = 8;

struct PlanAxis {
  std::string key;          ///< or "zip(KEY1,KEY2)"
  std::uint64_t count = 0;  ///< values (or tuples)
  std::vector<std::string>
      values;  ///< all of them when there are at most plan_listed_values, else first and last
  bool listed() const { return values.size() == count; }
};

struct PlanBlock {
  std::string name;            ///< empty for the one block of a sweep without [grid.NAME]
  std::vector<PlanAxis> axes;  ///< keys with more than one value, and zips, in this block
  std::uint64_t points = 0;    ///< as written: before duplicates and excludes
};

struct Plan {
  std::string source;
  std::uint64_t spec_hash = 0;
  std::vector<PlanAxis> axes;  ///< keys with more than one value in the whole grid, after excludes
  std::vector<PlanBlock> blocks;
  std::uint64_t raw_points = 0, duplicates_removed = 0, excluded = 0, points = 0;
  std::uint64_t boxes = 0;
};

Plan make_plan(const KeyTable& table, const Spec& spec, const Grid& grid);

}  // namespace rgsweep::sweep
