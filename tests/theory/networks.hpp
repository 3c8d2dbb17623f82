// Networks for the tests of this module.
#pragma once

#include <initializer_list>
#include <string>
#include <utility>

#include "../nn/test_keys.hpp"
#include "rgsweep/nn/architecture.hpp"

namespace rgsweep::theory {

/// An mlp without symmetry and with all biases, where not told otherwise.
inline nn::Layout mlp(int block, int depth, int width, const std::string& bias = "all",
                      const std::string& symmetry = "none") {
  return nn::make_layout(nn::test_parameters({{"task.block", std::to_string(block)},
                                              {"model.depth", std::to_string(depth)},
                                              {"model.width", std::to_string(width)},
                                              {"model.bias", bias},
                                              {"model.symmetry", symmetry}}));
}

/// Weights of the size that keeps signals of order 1 through the layers.
inline nn::Vector<double> random_theta(const nn::Layout& layout, std::uint64_t key, double scale = 1) {
  return scale / std::sqrt(static_cast<double>(layout.width())) *
         nn::random_matrix(static_cast<Eigen::Index>(layout.parameters()), 1, key);
}

}  // namespace rgsweep::theory
