// Finite groups by their product table and irreducible representations. Element 0 is the identity.
//   cyclic of order n     elements r^g;  the n characters exp(2 pi i k g / n)
//   dihedral of order 2n  element g + n s is r^g f^s, with f r f = r^-1; representations of dimension 1,
//                         r -> 1 (and -1 for even n), f -> 1 or -1, and of dimension 2, 0 < k < n/2,
//                         r -> turn by 2 pi k / n, f -> diag(1, -1)
// Serre, Linear Representations of Finite Groups (1977), secs. 5.1 and 5.3.
#pragma once

#include <vector>

#include <Eigen/Core>

namespace rgsweep::data {

/// Unitary; matrices[g] is dimension x dimension and matrices[g] matrices[h] = matrices[g h].
struct Representation {
  int dimension = 1;
  std::vector<Eigen::MatrixXcd> matrices;
};

struct FiniteGroup {
  Eigen::MatrixXi product;  ///< product(g, h) is the element g h
  std::vector<int> inverse;
  std::vector<Representation> irreducible;  ///< each once, the trivial one first, by dimension
  /// Those of dimension 1: order x their number.
  Eigen::MatrixXd characters_real, characters_imag;
  bool cyclic = false;  ///< element g is the g-th power of element 1

  int order() const { return static_cast<int>(inverse.size()); }
};

/// Order n >= 1 (std::logic_error otherwise).
FiniteGroup cyclic_group(int n);

/// The symmetries of the regular n-gon, of order 2n, n >= 1 (std::logic_error otherwise).
FiniteGroup dihedral_group(int n);

}  // namespace rgsweep::data
