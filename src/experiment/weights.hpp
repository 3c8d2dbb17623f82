// The numbers of a trained network as an outside program wants them: every matrix written out, so that it
// needs to know nothing of architectures and symmetries, then the coefficients of learnable activations.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "rgsweep/core/parameters.hpp"
#include "rgsweep/nn/architecture.hpp"

namespace rgsweep::experiment {

/// The order of the numbers, in words: the attribute `layout` of the column `weights`.
std::string_view weights_layout();

/// Numbers of a point's network in that order.
std::size_t weights_count(const Parameters& point);

/// Writes them to the first places of `out`. Throws std::logic_error when they do not fit.
void write_weights(const nn::Layout& layout, const nn::Vector<double>& theta, std::span<double> out);

}  // namespace rgsweep::experiment
