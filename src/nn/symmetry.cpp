// One entry per symmetry: the pattern of each weight matrix and of each bias.
#include "rgsweep/nn/symmetry.hpp"

#include <array>

#include "rgsweep/core/registry.hpp"

namespace rgsweep::nn {

namespace {

TyingPattern free(const LayerShape& s) {
  return TyingPattern::free(s.rows, s.cols);
}
TyingPattern free_bias(const LayerShape& s) {
  return TyingPattern::free(s.rows, 1);
}

TyingPattern exchange(const LayerShape& s) {
  return s.layer == 0 ? TyingPattern::tied_columns(s.rows, s.cols) : free(s);
}

TyingPattern uniform(const LayerShape& s) {
  return TyingPattern::uniform(s.rows, s.cols);
}
// One bias for the whole layer: with a bias each, the units would differ, and the layer not be fully
// symmetric.
TyingPattern uniform_bias(const LayerShape& s) {
  return TyingPattern::uniform(s.rows, 1);
}

constexpr std::array kSymmetries{
    Symmetry{"none", "all weights free", free, free_bias},
    Symmetry{"exchange", "first-layer weights tied over inputs: f depends on their sum only", exchange,
             free_bias},
    Symmetry{"full", "all weights of a layer equal", uniform, uniform_bias},
};

}  // namespace

std::span<const Symmetry> symmetries() {
  return kSymmetries;
}

const Symmetry& symmetry(std::string_view name) {
  return lookup(symmetries(), name, "symmetry");
}

}  // namespace rgsweep::nn
