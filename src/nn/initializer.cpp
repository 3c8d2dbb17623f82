// One entry per initial distribution, and the draw of a whole network.
#include "rgsweep/nn/initializer.hpp"

#include <array>
#include <cmath>

#include "rgsweep/core/registry.hpp"

namespace rgsweep::nn {

namespace {

double standard_normal(Stream& stream) {
  return stream.normal();
}
double standard_uniform(Stream& stream) {
  return std::sqrt(3.0) * (2 * stream.uniform() - 1);
}

constexpr std::array kInitializers{
    Initializer{"normal", "normal of standard deviation init_scale / sqrt(fan_in)", standard_normal},
    Initializer{"uniform", "uniform within +-init_scale * sqrt(3 / fan_in)", standard_uniform},
};

}  // namespace

std::span<const Initializer> initializers() {
  return kInitializers;
}

Vector<double> initial_parameters(const Layout& layout, const Parameters& parameters,
                                  std::uint64_t stream_key) {
  const Initializer& initializer = lookup(initializers(), parameters.text("model.init"), "init");
  const double scale = parameters.real("model.init_scale");
  const Activation activation = make_activation(parameters);
  layout.require(activation);
  Vector<double> theta = Vector<double>::Zero(static_cast<Eigen::Index>(layout.parameters()));
  for (std::size_t l = 0; l < layout.layers.size(); ++l) {
    const Layer& layer = layout.layers[l];
    const double deviation = scale / std::sqrt(layer.weight.fan_in());
    Stream stream(stream_key, Purpose::init, l);
    double* weights = theta.data() + layer.weight_offset;
    for (int k = 0; k < layer.weight.parameters(); ++k) weights[k] = deviation * initializer.draw(stream);
    if (layer.activated)
      theta.segment(static_cast<Eigen::Index>(layer.coefficient_offset), layer.coefficients) =
          coefficients(activation);
  }
  return theta;
}

}  // namespace rgsweep::nn
