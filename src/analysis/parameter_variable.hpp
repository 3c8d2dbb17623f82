// A parameter column of a results file over another dimension, such as the curves.
#pragma once

#include <string>
#include <vector>

#include "rgsweep/core/value.hpp"
#include "rgsweep/store/dataset.hpp"

namespace rgsweep::analysis {

/// `column` over `dimension` alone; monostate becomes what stands for an unused key: NaN, -1 or "".
store::Variable parameter_variable(Column column, const std::string& dimension,
                                   const std::vector<Value>& values);

}  // namespace rgsweep::analysis
