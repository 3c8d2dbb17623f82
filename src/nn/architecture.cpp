// The layout's bookkeeping and one entry per architecture.
#include "rgsweep/nn/architecture.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

#include "gnn.hpp"
#include "rgsweep/core/registry.hpp"

namespace rgsweep::nn {

namespace {

constexpr std::array<std::string_view, 3> kBiases{"none", "output", "all"};

int mlp_units(const Parameters& parameters) {
  return static_cast<int>(parameters.integer("model.width"));
}

void check_mlp(const Parameters& parameters, const Symmetry& tied) {
  const int group = tied.unit_group(static_cast<int>(parameters.integer("task.block")));
  if (mlp_units(parameters) % group != 0)
    throw UsageError("model.width = " + std::to_string(mlp_units(parameters)) +
                     " does not fit model.symmetry = " + std::string(tied.name) + "; allowed: multiples of " +
                     std::to_string(group));
}

Layout make_mlp(const Parameters& parameters, const Symmetry& tied) {
  const int inputs = static_cast<int>(parameters.integer("task.block"));
  const int depth = static_cast<int>(parameters.integer("model.depth"));
  const int width = mlp_units(parameters);
  const std::string& bias = bias_choice(parameters);

  std::vector<Layer> layers;
  for (int l = 0; l <= depth; ++l) {
    const bool readout = l == depth;
    const LayerShape shape{l, depth, readout ? 1 : width, l == 0 ? inputs : width, inputs};
    const bool has_bias = bias == "all" || (readout && bias == "output");
    layers.push_back(
        {tied.weight(shape), has_bias ? tied.bias(shape) : TyingPattern::zero(shape.rows, 1), !readout});
  }
  return Layout(std::move(layers));
}

const Architecture& architecture_of(const Parameters& parameters) {
  return lookup(architectures(), parameters.text("model.architecture"), "architecture");
}

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
  parameters_ = offset;
}

void Layout::append_coefficients(int count, bool weights_trainable) {
  if (!weights_trainable) first_trainable_ = parameters_;
  for (Layer& layer : layers) {
    if (!layer.activated) continue;
    layer.coefficients = count;
    layer.coefficient_offset = parameters_;
    parameters_ += static_cast<std::size_t>(count);
  }
}

int Layout::width() const {
  int width = 0;
  for (const Layer& layer : layers) width = std::max(width, layer.weight.rows());
  return width;
}

LayerShape Layout::shape(std::size_t layer) const {
  const TyingPattern& weight = layers.at(layer).weight;
  return {static_cast<int>(layer), depth(), weight.rows(), weight.cols(), inputs()};
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

Vector<double> Layout::coefficients(const Vector<double>& theta, std::size_t layer) const {
  const Layer& of = layers.at(layer);
  return theta.segment(static_cast<Eigen::Index>(of.coefficient_offset), of.coefficients);
}

void Layout::require(const Activation& phi) const {
  const Eigen::Index count = nn::coefficients(phi).size();
  for (const Layer& layer : layers)
    if (layer.activated && layer.coefficients != count)
      throw std::logic_error("Layout: the activation has another number of coefficients");
}

std::span<const Architecture> architectures() {
  static const std::vector<Architecture> table{
      {"mlp",
       "fully connected layers: model.depth hidden ones of model.width units",
       {"model.width"},
       mlp_units,
       check_mlp,
       make_mlp},
      {"gnn",
       "message passing between the sites: model.depth layers on model.graph, model.features a node",
       {"model.graph", "model.features", "model.readout"},
       gnn_units,
       check_gnn,
       make_gnn},
  };
  return table;
}

std::span<const std::string_view> bias_choices() {
  return kBiases;
}

const std::string& bias_choice(const Parameters& parameters) {
  const std::string& bias = parameters.text("model.bias");
  if (std::find(kBiases.begin(), kBiases.end(), bias) == kBiases.end())
    throw UsageError("unknown bias '" + bias + "'; known: none, output, all");
  return bias;
}

int hidden_units(const Parameters& parameters) {
  return architecture_of(parameters).hidden_units(parameters);
}

void check_network(const Parameters& parameters) {
  architecture_of(parameters).check(parameters, symmetry(parameters.text("model.symmetry")));
}

bool softly_symmetric(const Parameters& parameters) {
  return parameters.has("training.symmetry_penalty") && parameters.real("training.symmetry_penalty") > 0;
}

Layout make_layout(const Parameters& parameters) {
  return make_layout(parameters, softly_symmetric(parameters)
                                     ? free_symmetry
                                     : std::string_view(parameters.text("model.symmetry")));
}

Layout make_layout(const Parameters& parameters, std::string_view symmetry_name) {
  const Architecture& architecture = architecture_of(parameters);
  const Symmetry& tied = symmetry(symmetry_name);
  architecture.check(parameters, tied);
  Layout layout = architecture.make(parameters, tied);
  layout.append_coefficients(coefficient_count(parameters), weights_trainable(parameters));
  return layout;
}

}  // namespace rgsweep::nn
