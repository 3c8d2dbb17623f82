// One entry per symmetry: the pattern of each weight matrix and of each bias.
#include "rgsweep/nn/symmetry.hpp"

#include <array>
#include <stdexcept>
#include <vector>

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

bool is_readout(const LayerShape& s) {
  return s.layer == s.depth;
}

template <class LabelOf, class SignOf>
TyingPattern pattern(int rows, int cols, const LabelOf& label_of, const SignOf& sign_of) {
  std::vector<int> labels, signs;
  for (int row = 0; row < rows; ++row)
    for (int col = 0; col < cols; ++col) {
      labels.push_back(label_of(row, col));
      signs.push_back(sign_of(row, col));
    }
  return TyingPattern(rows, cols, std::move(labels), std::move(signs));
}
int plus(int, int) {
  return 1;
}
int alternating(int row, int col) {
  return (row + col) % 2 == 0 ? 1 : -1;
}

void require_groups(int units, int group) {
  if (units % group != 0) throw std::logic_error("symmetry: the units do not come in whole groups");
}

/// Rows and columns in groups of `size`: each pair of groups has one weight for equal places in the group and
/// one for different ones, as commuting with every permutation of the places asks.
TyingPattern grouped(const LayerShape& s, int size) {
  require_groups(s.rows, size);
  require_groups(s.cols, size);
  const int groups = s.cols / size;
  return pattern(
      s.rows, s.cols,
      [=](int row, int col) {
        return 2 * (row / size * groups + col / size) + (row % size == col % size ? 0 : 1);
      },
      plus);
}

/// One bias for each group of `size` units.
TyingPattern grouped_bias(const LayerShape& s, int size) {
  require_groups(s.rows, size);
  return pattern(
      s.rows, 1, [size](int row, int) { return row / size; }, plus);
}

TyingPattern equivariant(const LayerShape& s) {
  if (!is_readout(s)) return grouped(s, s.block);
  require_groups(s.cols, s.block);
  return pattern(
      1, s.cols, [&s](int, int col) { return col / s.block; }, plus);
}
TyingPattern equivariant_bias(const LayerShape& s) {
  return is_readout(s) ? free_bias(s) : grouped_bias(s, s.block);
}

TyingPattern odd(const LayerShape& s) {
  if (is_readout(s)) {
    require_groups(s.cols, 2);
    return pattern(
        1, s.cols, [](int, int col) { return col / 2; }, alternating);
  }
  if (s.layer > 0) return grouped(s, 2);
  require_groups(s.rows, 2);
  return pattern(
      s.rows, s.cols, [&s](int row, int col) { return row / 2 * s.cols + col; },
      [](int row, int) { return row % 2 == 0 ? 1 : -1; });
}
TyingPattern odd_bias(const LayerShape& s) {
  return is_readout(s) ? TyingPattern::zero(1, 1) : grouped_bias(s, 2);
}

int single(int) {
  return 1;
}
int site_each(int block) {
  return block;
}
int pair_each(int) {
  return 2;
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
    Symmetry{"none", "all weights free", free, free_bias, single, Messages::own},
    Symmetry{
        "exchange",
        "first-layer weights tied over inputs: f depends on their sum only (gnn: messages weigh as self)",
        exchange, free_bias, single, Messages::shared},
    Symmetry{"equivariant", "units are (channel, site), tied so that f ignores the order of its inputs",
             equivariant, equivariant_bias, site_each, Messages::undefined},
    Symmetry{"odd", "units in pairs of opposite input sign: f(-x) = -f(x)", odd, odd_bias, pair_each,
             Messages::own},
    Symmetry{"full", "all weights of a layer equal", uniform, uniform_bias, single, Messages::shared},
};

}  // namespace

std::span<const Symmetry> symmetries() {
  return kSymmetries;
}

const Symmetry& symmetry(std::string_view name) {
  return lookup(symmetries(), name, "symmetry");
}

}  // namespace rgsweep::nn
