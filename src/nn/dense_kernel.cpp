// The buffers of a kernel, and the plan that tells its variant where they are.
#include "rgsweep/nn/dense_kernel.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>
#include <vector>

#include "kernel_functions.hpp"
#include "kernel_memory.hpp"
#include "kernel_spline_layer.hpp"

namespace rgsweep::nn {

namespace {

using kernel::Index;
using kernel::round_up;

/// A chunk's rows of one layer are to fit into the first cache; its least and most samples, and those of a
/// tile.
constexpr Index kChunkBytes = 32768, kLeastChunk = 64, kMostChunk = 256, kTile = 256;

}  // namespace

template <class Scalar>
struct DenseKernel<Scalar>::Buffers {
  Buffers(const Layout& layout, const Activation& activation, Eigen::Index batch_size, std::size_t variant);

  kernel::Image<Scalar> image(const TyingPattern& pattern, std::size_t offset);
  void set_activation(const Activation& activation);
  void make_layers(const Layout& layout, const Activation& activation);
  void make_sums(Index panel_rows);

  const kernel::Functions<Scalar>& code;
  Index batch;
  std::size_t parameters;
  kernel::Arena<Scalar> arena;
  std::vector<kernel::Places<Scalar>> patterns;
  std::vector<std::vector<kernel::Run<Scalar>>> runs;
  std::vector<kernel::SplineLayer<Scalar>> splines;  // one for each hidden layer, if the activation is one
  std::vector<kernel::LayerPlan<Scalar>> layers;
  kernel::Plan<Scalar> plan;
  kernel::Rows<Scalar> X;
  Scalar* y;
  bool wide;  ///< all matrices between hidden layers are
};

template <class Scalar>
kernel::Image<Scalar> DenseKernel<Scalar>::Buffers::image(const TyingPattern& pattern, std::size_t offset) {
  kernel::Places<Scalar> found(pattern);
  kernel::Image<Scalar> result;
  result.offset = static_cast<Index>(offset);
  result.parameters = pattern.parameters();
  if (result.parameters > 0 && found.identity()) return result;
  patterns.push_back(std::move(found));  // moving the vectors keeps their elements' addresses
  result.end = patterns.back().end.data();
  result.place = patterns.back().place.data();
  result.sign = patterns.back().sign.data();
  const std::vector<kernel::Run<Scalar>>& found_runs = runs.emplace_back(kernel::long_runs<Scalar>(pattern));
  result.runs = found_runs.data();
  result.run_count = static_cast<Index>(found_runs.size());
  const Index size = static_cast<Index>(pattern.rows()) * pattern.cols();
  result.entries = arena.array(size);
  result.gradient = arena.array(size);
  return result;
}

template <class Scalar>
void DenseKernel<Scalar>::Buffers::set_activation(const Activation& activation) {
  struct Visitor {
    kernel::Plan<Scalar>& plan;
    void operator()(const Linear&) const { (*this)(LeakyRelu{1}); }
    void operator()(const LeakyRelu& phi) const {
      plan.phi = kernel::Phi::leaky_relu;
      plan.parameter = static_cast<Scalar>(phi.slope);
    }
    void operator()(const Quadratic& phi) const {
      plan.phi = kernel::Phi::quadratic;
      plan.parameter = static_cast<Scalar>(phi.alpha);
    }
    void operator()(const Tanh&) const { plan.phi = kernel::Phi::tanh; }
    void operator()(const Spline&) const { plan.phi = kernel::Phi::spline; }
  };
  std::visit(Visitor{plan}, activation);
}

template <class Scalar>
DenseKernel<Scalar>::Buffers::Buffers(const Layout& layout, const Activation& activation,
                                      Eigen::Index batch_size, std::size_t variant)
    : code(kernel::functions<Scalar>(variant)),
      batch(batch_size),
      parameters(layout.parameters()),
      arena(code.geometry.lanes) {
  layout.require(activation);
  set_activation(activation);
  plan.depth = layout.depth();
  plan.inputs = layout.inputs();
  plan.samples = round_up(batch, arena.lanes());
  const Index fitting = kChunkBytes / static_cast<Index>(sizeof(Scalar)) / layout.width();
  plan.chunk = std::clamp(fitting / kLeastChunk * kLeastChunk, kLeastChunk,
                          plan.depth == 1 ? kMostChunk : kLeastChunk);
  wide = plan.depth > 1;
  for (Index l = 1; l < plan.depth; ++l)
    wide = wide && layout.layers[static_cast<std::size_t>(l)].weight.rows() >= code.geometry.outer_rows;
  plan.tile = wide ? plan.chunk : kTile;
  make_layers(layout, activation);
  make_sums(code.geometry.panel_rows);
  plan.f = arena.array(plan.chunk);
  plan.dx = arena.rows(plan.inputs + 1, plan.chunk);
  X = arena.rows(plan.inputs + 1, plan.samples);
  std::fill_n(X[plan.inputs], plan.samples, Scalar(1));
  plan.x = {X.data, X.stride};
  plan.y = y = arena.array(plan.samples);
  Scalar* weight = arena.array(plan.samples);
  std::fill_n(weight, batch, Scalar(2) / static_cast<Scalar>(batch));
  plan.weight = weight;
}

template <class Scalar>
void DenseKernel<Scalar>::Buffers::make_layers(const Layout& layout, const Activation& activation) {
  const auto* spline = std::get_if<Spline>(&activation);
  splines.reserve(static_cast<std::size_t>(plan.depth));  // plans point into them
  for (const Layer& layer : layout.layers) {
    kernel::LayerPlan<Scalar>& made = layers.emplace_back();
    const auto number = static_cast<Index>(layers.size());
    made.rows = layer.weight.rows();
    made.cols = layer.weight.cols();
    made.weight = image(layer.weight, layer.weight_offset);
    made.bias = image(layer.bias, layer.bias_offset);
    if (!layer.activated) continue;
    made.h_of_tile = number < plan.depth;
    made.slope_of_tile = number > 1;
    // A transpose takes whole packets of rows.
    const Index rows = wide ? round_up(made.rows, arena.lanes()) : made.rows;
    made.h = arena.rows(rows, made.h_of_tile ? plan.tile : plan.chunk);
    made.slope = arena.rows(made.rows, made.slope_of_tile ? plan.tile : plan.chunk);
    if (number > 1 && wide) made.outer = arena.rows(made.rows, made.cols);
    if (spline != nullptr)
      made.spline =
          splines.emplace_back(spline->basis(), layer.coefficient_offset).plan(arena, made.rows, plan.chunk);
  }
  if (wide) plan.transposed = arena.rows(plan.chunk, layout.width());
  if (spline != nullptr) plan.g = arena.rows(layout.width(), plan.chunk);
  plan.layers = layers.data();
}

template <class Scalar>
void DenseKernel<Scalar>::Buffers::make_sums(Index panel_rows) {
  const Index lanes = arena.lanes();
  plan.readout_follows = plan.depth == 1 && plan.phi == kernel::Phi::leaky_relu;
  const auto biased = [](const kernel::LayerPlan<Scalar>& layer) { return layer.bias.parameters > 0; };
  const Index first = plan.depth == 0 ? 0 : layers[0].rows * (plan.inputs + biased(layers[0]));
  Index rows = 0;
  for (const kernel::LayerPlan<Scalar>& layer : layers) rows += layer.rows + layer.cols;
  plan.sums = arena.array(round_up(first + rows, lanes) * lanes);
  plan.totals = arena.array(first + rows);

  Scalar* next = plan.sums + first * lanes;
  const auto take = [&](Index count) { return std::exchange(next, next + count * lanes); };
  if (!plan.readout_follows) plan.readout_sums = take(layers.back().cols);
  if (biased(layers.back())) plan.readout_bias_sums = take(1);
  Index panel = 0;
  for (std::size_t l = 1; l + 1 < layers.size(); ++l) {
    if (biased(layers[l])) layers[l].bias_sums = take(layers[l].rows);
    panel = std::max(panel, std::min(layers[l].rows, panel_rows) * layers[l].cols);
  }
  plan.sum_count = (next - plan.sums) / lanes;
  plan.panel = arena.array(round_up(panel, lanes) * lanes);
  plan.panel_totals = arena.array(panel);
}

template <class Scalar>
DenseKernel<Scalar>::DenseKernel(const Layout& layout, const Activation& activation, Eigen::Index batch,
                                 std::size_t variant)
    : buffers_(std::make_unique<Buffers>(layout, activation, batch, variant)) {}

template <class Scalar>
DenseKernel<Scalar>::~DenseKernel() = default;
template <class Scalar>
DenseKernel<Scalar>::DenseKernel(DenseKernel&&) noexcept = default;
template <class Scalar>
DenseKernel<Scalar>& DenseKernel<Scalar>::operator=(DenseKernel&&) noexcept = default;

template <class Scalar>
Eigen::Map<Eigen::Array<Scalar, Eigen::Dynamic, Eigen::Dynamic>, 0, Eigen::OuterStride<>>
DenseKernel<Scalar>::X() {
  return {buffers_->X.data, buffers_->batch, buffers_->plan.inputs, Eigen::OuterStride<>(buffers_->X.stride)};
}

template <class Scalar>
Eigen::Map<Eigen::Array<Scalar, Eigen::Dynamic, 1>> DenseKernel<Scalar>::y() {
  return {buffers_->y, buffers_->batch};
}

template <class Scalar>
double DenseKernel<Scalar>::loss_and_gradient(const Vector<Scalar>& theta, Vector<Scalar>& gradient) {
  if (static_cast<std::size_t>(theta.size()) != buffers_->parameters || gradient.size() != theta.size())
    throw std::logic_error("DenseKernel: theta or gradient has the wrong size");
  for (kernel::SplineLayer<Scalar>& spline : buffers_->splines) spline.prepare(theta);
  const double loss = buffers_->code.loss_and_gradient(buffers_->plan, theta.data(), gradient.data());
  for (kernel::SplineLayer<Scalar>& spline : buffers_->splines) spline.finish(gradient);
  return loss;
}

template class DenseKernel<float>;
template class DenseKernel<double>;

}  // namespace rgsweep::nn
