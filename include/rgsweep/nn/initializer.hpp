// The table of initial weight distributions (key model.init). Both are symmetric in sign and have variance
// init_scale^2 / fan_in, fan_in being the number of inputs that a unit reads; biases start at 0. A learnable
// activation starts with the coefficients that make_activation() gives it.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "rgsweep/core/parameters.hpp"
#include "rgsweep/core/rng.hpp"
#include "rgsweep/nn/architecture.hpp"

namespace rgsweep::nn {

struct Initializer {
  std::string_view name;
  std::string_view summary;
  double (*draw)(Stream&);  ///< one number of mean 0 and variance 1
};

std::span<const Initializer> initializers();

/// theta at step 0, from model.init, model.init_scale and the activation's keys. Layer l draws its free
/// weights, in label order, from Stream(stream_key, Purpose::init, l): a network keeps its first layers'
/// draws when layers are added.
Vector<double> initial_parameters(const Layout& layout, const Parameters& parameters,
                                  std::uint64_t stream_key);

}  // namespace rgsweep::nn
