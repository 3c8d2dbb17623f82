#include "rgsweep/theory/solvable.hpp"

#include <cmath>
#include <stdexcept>
#include <string>

namespace rgsweep::theory {

namespace {

/// W (H x b) and v (H) as the free parameters of `layout`, which must be able to hold them.
nn::Vector<double> parameters_of(const nn::Layout& layout, const nn::Matrix<double>& W,
                                 const nn::Matrix<double>& v) {
  nn::Vector<double> theta = nn::Vector<double>::Zero(static_cast<Eigen::Index>(layout.parameters()));
  for (std::size_t l = 0; l < 2; ++l) {
    const nn::Layer& layer = layout.layers[l];
    const nn::Matrix<double>& entries = l == 0 ? W : v;
    for (int i = 0; i < entries.rows(); ++i)
      for (int j = 0; j < entries.cols(); ++j)
        if (layer.weight.label(i, j) != nn::TyingPattern::kZero)
          theta[static_cast<Eigen::Index>(layer.weight_offset) + layer.weight.label(i, j)] =
              layer.weight.sign(i, j) * entries(i, j);
  }
  if (layout.weight(theta, 0) != W || layout.weight(theta, 1) != v)
    throw std::logic_error("solvable: the layout does not allow these weights");
  return theta;
}

void require_depth_one(const nn::Layout& layout) {
  if (layout.depth() != 1) throw std::logic_error("solvable: the depth is not 1");
}

int channels(std::string_view symmetry, int block, int width) {
  return symmetry == "equivariant" ? width / block : width;
}

}  // namespace

Solvable solvable(std::string_view symmetry, const nn::Activation& activation, int block, int width) {
  const bool leaky = std::holds_alternative<nn::LeakyRelu>(activation);
  if (!leaky && !std::holds_alternative<nn::Quadratic>(activation)) return Solvable::unknown;
  if (symmetry != "full" && channels(symmetry, block, width) >= 2) return Solvable::exact;
  return leaky ? Solvable::plateau : Solvable::limit;
}

double odd_slope(const nn::Activation& activation) {
  if (const auto* leaky = std::get_if<nn::LeakyRelu>(&activation)) return (1 + leaky->slope) / 2;
  if (std::holds_alternative<nn::Linear>(activation) || std::holds_alternative<nn::Quadratic>(activation))
    return 1;
  throw std::logic_error("solvable: the odd part of the activation is not linear");
}

nn::Vector<double> solvable_witness(const nn::Layout& layout, std::string_view symmetry,
                                    const nn::Activation& activation) {
  require_depth_one(layout);
  const int block = layout.inputs(), width = layout.width();
  const double c = odd_slope(activation);
  if (c == 0 || symmetry == "full" || channels(symmetry, block, width) < 2)
    throw std::logic_error("solvable: no weights represent the map");

  const double gain = 1 / (2 * c * std::sqrt(block));
  const int group = symmetry == "equivariant" ? block : 1;  // units of one sign
  nn::Matrix<double> W = nn::Matrix<double>::Zero(width, block), v = nn::Matrix<double>::Zero(1, width);
  for (int unit = 0; unit < 2 * group; ++unit) {
    const double sign = unit < group ? 1 : -1;
    if (group == 1)
      W.row(unit).setConstant(sign);
    else
      W(unit, unit % block) = sign;
    v(unit) = sign * gain;
  }
  return parameters_of(layout, W, v);
}

nn::Vector<double> vanishing_weights(const nn::Layout& layout, const nn::Activation& activation,
                                     double weight) {
  require_depth_one(layout);
  const int block = layout.inputs(), width = layout.width();
  const double readout = 1 / (width * odd_slope(activation) * weight * std::sqrt(block));
  return parameters_of(layout, nn::Matrix<double>::Constant(width, block, weight),
                       nn::Matrix<double>::Constant(1, width, readout));
}

double vanishing_weights_mse(double alpha, double weight, int block, double kappa4) {
  return alpha * alpha * weight * weight * (3 * block + kappa4);
}

}  // namespace rgsweep::theory
