#include "weights.hpp"

#include <algorithm>
#include <stdexcept>

namespace rgsweep::experiment {

namespace {

/// Takes the places of `out` one after the other.
class Places {
 public:
  explicit Places(std::span<double> out) : rest_(out) {}

  template <class Values>
  void fill(const Values& values) {
    const auto count = static_cast<std::size_t>(values.size());
    if (count > rest_.size()) throw std::logic_error("weights: more numbers than the column has places");
    std::copy(values.begin(), values.end(), rest_.begin());
    rest_ = rest_.subspan(count);
  }

 private:
  std::span<double> rest_;
};

}  // namespace

std::string_view weights_layout() {
  return "f(x) = v.h^D + c, h^l = phi(W^l h^(l-1) + b^l), h^0 = x, with x of b = task_block numbers and "
         "D = model_depth hidden layers of H units: H = model_width for mlp, task_block * model_features for "
         "gnn "
         "(unit = site * model_features + feature). In this order: for l = 1 ... D first W^l (H x b for l = "
         "1, "
         "else H x H) row by row, then b^l (H); then v (H) and c (1); for activation_kind = spline then for "
         "l = 1 ... D the coefficients of the phi of layer l (activation_knots + activation_degree - 1); NaN "
         "fills "
         "what is left. Every entry is written out, whatever ties or omits it: weights that are equal by "
         "symmetry "
         "are repeated, absent edges and biases are 0. phi is activation_kind with its columns activation_*; "
         "a "
         "spline is sum_k c_k B(u - k + d), k = 0, 1, ..., with u = z / h + (n - 1) / 2, h = 2 r / (n - 1), "
         "n = activation_knots, d = activation_degree, r = activation_range, B the B-spline of degree d on "
         "the "
         "knots 0 ... d + 1, and outside of -r ... r it goes on linearly.";
}

std::size_t weights_count(const Parameters& point) {
  const auto inputs = static_cast<std::size_t>(point.integer("task.block"));
  const auto depth = static_cast<std::size_t>(point.integer("model.depth"));
  const auto units = static_cast<std::size_t>(nn::hidden_units(point));
  return units * (inputs + 1) + (depth - 1) * units * (units + 1) + units + 1 +
         depth * static_cast<std::size_t>(nn::coefficient_count(point));
}

void write_weights(const nn::Layout& layout, const nn::Vector<double>& theta, std::span<double> out) {
  Places places(out);
  for (std::size_t l = 0; l < layout.layers.size(); ++l) {
    const nn::Matrix<double> rows = layout.weight(theta, l).transpose();  // stored column by column
    places.fill(rows.reshaped());
    places.fill(layout.bias(theta, l));
  }
  for (std::size_t l = 0; l + 1 < layout.layers.size(); ++l) places.fill(layout.coefficients(theta, l));
}

}  // namespace rgsweep::experiment
