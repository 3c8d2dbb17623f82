// The layout's bookkeeping and one entry per architecture.
#include "rgsweep/nn/architecture.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

#include "rgsweep/core/registry.hpp"

namespace rgsweep::nn {

namespace {

constexpr std::array<std::string_view, 3> kBiases{"none", "output", "all"};

Layout make_mlp(const Parameters& parameters) {
  const int inputs = static_cast<int>(parameters.integer("task.block"));
  const int depth = static_cast<int>(parameters.integer("model.depth"));
  const int width = static_cast<int>(parameters.integer("model.width"));
  const Symmetry& tied = symmetry(parameters.text("model.symmetry"));
  const std::string& bias = parameters.text("model.bias");
  if (std::find(kBiases.begin(), kBiases.end(), bias) == kBiases.end())
    throw UsageError("unknown bias '" + bias + "'; known: none, output, all");

  std::vector<Layer> layers;
  for (int l = 0; l <= depth; ++l) {
    const bool readout = l == depth;
    const LayerShape shape{l, depth, readout ? 1 : width, l == 0 ? inputs : width};
    const bool has_bias = bias == "all" || (readout && bias == "output");
    layers.push_back(
        {tied.weight(shape), has_bias ? tied.bias(shape) : TyingPattern::zero(shape.rows, 1), !readout});
  }
  return Layout(std::move(layers));
}

constexpr std::array kArchitectures{
    Architecture{"mlp", "fully connected layers: model.depth hidden ones of model.width units", make_mlp},
};

std::span<const double> parameters_from(const Vector<double>& theta, std::size_t offset) {
  return std::span(theta.data(), static_cast<std::size_t>(theta.size())).subspan(offset);
}

}  // namespace

Layout::Layout(std::vector<Layer> chain) : layers(std::move(chain)) {
  if (layers.empty()) throw std::logic_error("Layout: a network has at least a readout");
  std::size_t offset = 0;
  for (std::size_t l = 0; l < layers.size(); ++l) {
    Layer& layer = layers[l];
    const bool readout = l + 1 == layers.size();
    const bool fits = layer.bias.rows() == layer.weight.rows() && layer.bias.cols() == 1 &&
                      (l == 0 || layer.weight.cols() == layers[l - 1].weight.rows());
    if (!fits || layer.activated == readout || (readout && layer.weight.rows() != 1))
      throw std::logic_error("Layout: layer " + std::to_string(l) + " does not fit");
    layer.weight_offset = offset;
    layer.bias_offset = offset + static_cast<std::size_t>(layer.weight.parameters());
    offset = layer.bias_offset + static_cast<std::size_t>(layer.bias.parameters());
  }
}

std::size_t Layout::parameters() const {
  return layers.back().bias_offset + static_cast<std::size_t>(layers.back().bias.parameters());
}

int Layout::width() const {
  int width = 0;
  for (const Layer& layer : layers) width = std::max(width, layer.weight.rows());
  return width;
}

LayerShape Layout::shape(std::size_t layer) const {
  const TyingPattern& weight = layers.at(layer).weight;
  return {static_cast<int>(layer), depth(), weight.rows(), weight.cols()};
}

Matrix<double> Layout::weight(const Vector<double>& theta, std::size_t layer) const {
  const TyingPattern& pattern = layers.at(layer).weight;
  Matrix<double> W(pattern.rows(), pattern.cols());
  pattern.expand(parameters_from(theta, layers[layer].weight_offset), W);
  return W;
}

Vector<double> Layout::bias(const Vector<double>& theta, std::size_t layer) const {
  const TyingPattern& pattern = layers.at(layer).bias;
  Matrix<double> b(pattern.rows(), 1);
  pattern.expand(parameters_from(theta, layers[layer].bias_offset), b);
  return b;
}

std::span<const Architecture> architectures() {
  return kArchitectures;
}

std::span<const std::string_view> bias_choices() {
  return kBiases;
}

Layout make_layout(const Parameters& parameters) {
  return lookup(architectures(), parameters.text("model.architecture"), "architecture").make(parameters);
}

}  // namespace rgsweep::nn
