#include "rgsweep/data/finite_group.hpp"

#include <cmath>
#include <complex>
#include <numbers>
#include <stdexcept>

namespace rgsweep::data {

namespace {

FiniteGroup group_without_representations(int order, int (*product)(int n, int g, int h), int n) {
  FiniteGroup group;
  group.product.resize(order, order);
  group.inverse.resize(static_cast<std::size_t>(order));
  for (int g = 0; g < order; ++g)
    for (int h = 0; h < order; ++h) {
      group.product(g, h) = product(n, g, h);
      if (group.product(g, h) == 0) group.inverse[static_cast<std::size_t>(g)] = h;
    }
  return group;
}

int cyclic_product(int n, int g, int h) {
  return (g + h) % n;
}

int dihedral_product(int n, int g, int h) {
  const int turns = g < n ? g + h : g - h;
  const int flips = (g / n + h / n) % 2;
  return (turns % n + n) % n + n * flips;
}

/// 2 pi k g / n with the product reduced first, so that whole turns are exact.
double turn(int k, int g, int n) {
  return 2 * std::numbers::pi * ((k * g) % n) / n;
}

void tabulate_characters(FiniteGroup& group) {
  Eigen::Index count = 0;
  for (const Representation& rho : group.irreducible) count += rho.dimension == 1 ? 1 : 0;
  group.characters_real.resize(group.order(), count);
  group.characters_imag.resize(group.order(), count);
  for (Eigen::Index r = 0; r < count; ++r)
    for (Eigen::Index g = 0; g < group.order(); ++g) {
      const auto& rho = group.irreducible[static_cast<std::size_t>(r)];
      const std::complex<double> character = rho.matrices[static_cast<std::size_t>(g)](0, 0);
      group.characters_real(g, r) = character.real();
      group.characters_imag(g, r) = character.imag();
    }
}

}  // namespace

FiniteGroup cyclic_group(int n) {
  if (n < 1) throw std::logic_error("a cyclic group has at least one element");
  FiniteGroup group = group_without_representations(n, cyclic_product, n);
  group.cyclic = true;
  for (int k = 0; k < n; ++k) {
    Representation character;
    for (int g = 0; g < n; ++g)
      character.matrices.emplace_back(Eigen::MatrixXcd::Constant(1, 1, std::polar(1.0, turn(k, g, n))));
    group.irreducible.push_back(std::move(character));
  }
  tabulate_characters(group);
  return group;
}

FiniteGroup dihedral_group(int n) {
  if (n < 1) throw std::logic_error("a dihedral group has at least two elements");
  FiniteGroup group = group_without_representations(2 * n, dihedral_product, n);
  for (const double of_turn : {1.0, -1.0}) {
    if (of_turn < 0 && n % 2 != 0) continue;
    for (const double of_flip : {1.0, -1.0}) {
      Representation sign;
      for (int g = 0; g < 2 * n; ++g)
        sign.matrices.emplace_back(
            Eigen::MatrixXcd::Constant(1, 1, (g % n % 2 != 0 ? of_turn : 1) * (g < n ? 1 : of_flip)));
      group.irreducible.push_back(std::move(sign));
    }
  }
  for (int k = 1; 2 * k < n; ++k) {
    Representation plane{2, {}};
    for (int g = 0; g < 2 * n; ++g) {
      const double angle = turn(k, g % n, n), flip = g < n ? 1 : -1;
      Eigen::MatrixXcd matrix(2, 2);
      matrix << std::cos(angle), -flip * std::sin(angle), std::sin(angle), flip * std::cos(angle);
      plane.matrices.push_back(std::move(matrix));
    }
    group.irreducible.push_back(std::move(plane));
  }
  tabulate_characters(group);
  return group;
}

}  // namespace rgsweep::data
