// Moments E[(v - centre)^n], n = 1..6, of everything that is measured of a network: each unit before and
// after its activation, the output f and the residual f - y. Rows: for each hidden layer its units before,
// then after; then f; then f - y. Centres are the values at x = 0 (0 for the residual): close enough to the
// means for the digits of high cumulants.
#pragma once

#include <vector>

#include <Eigen/Core>

#include "polygon_moments.hpp"
#include "rgsweep/nn/reference_network.hpp"
#include "rgsweep/theory/layer_truth.hpp"

namespace rgsweep::theory {

/// Numbers of a network as matrices, taken out of its layout once.
struct Weights {
  std::vector<Eigen::MatrixXd> weight;  ///< of each hidden layer and the readout
  std::vector<Eigen::VectorXd> bias;

  Weights(const nn::Layout& layout, const nn::Vector<double>& theta);
  std::size_t depth() const { return weight.size() - 1; }
};

/// a + b x + c y for each row, the columns being a, b, c.
using Affine = Eigen::Matrix<double, Eigen::Dynamic, 3>;

class MomentTable {
 public:
  static constexpr int orders = 6;

  /// All zero.
  MomentTable(const nn::ReferenceNetwork& network, const nn::Vector<double>& theta);

  std::size_t depth() const { return starts_.size() - 1; }
  Eigen::Index pre(std::size_t layer) const { return 2 * starts_[layer]; }
  Eigen::Index post(std::size_t layer) const { return pre(layer) + units(layer); }
  Eigen::Index units(std::size_t layer) const { return starts_[layer + 1] - starts_[layer]; }
  Eigen::Index output() const { return 2 * starts_.back(); }
  Eigen::Index residual() const { return output() + 1; }
  const Eigen::ArrayXd& centre() const { return centre_; }

  Eigen::ArrayXXd value;  ///< rows x 6
  Eigen::ArrayXXd error;  ///< bounds of the absolute error

  /// Adds the part of a polygon on which rows first.. are the affine functions `rows` of x and y.
  void add(Eigen::Index first, const Affine& rows, const PolygonMoments& moments);
  /// Adds sum_s weights_s (values - centre)^n, values samples x units.
  void add(Eigen::Index first, const Eigen::ArrayXXd& values, const Eigen::ArrayXd& weights);

  /// Highest order, up to 6, that exists after so many activations of this growth, if moments of one input
  /// exist below `below`.
  static int highest_order(double below, int growth, std::size_t activations);

  /// A bound of E|v - centre|^n from the even moments of a row that has moments up to `highest` >= n; about
  /// its size where the even moment above n is missing.
  double size_of(Eigen::Index row, int n, int highest) const;

  /// What errors are compared with, rows x 6, as in TruthOptions::tolerance; infinity for what is not asked
  /// for or does not exist.
  Eigen::ArrayXXd scales(double below, int growth) const;

  /// Differences of two rules (rows x 6), each raised to the row's worst one relative to the scales: in a
  /// single order two rules may agree by chance.
  Eigen::ArrayXXd raised(Eigen::ArrayXXd differences, const Eigen::ArrayXXd& scales) const;

  LayerTruth cumulants(double below, int growth) const;

 private:
  Eigen::ArrayXd centre_;
  std::vector<Eigen::Index> starts_;  ///< units of the layers before each hidden layer, and of all
};

}  // namespace rgsweep::theory
