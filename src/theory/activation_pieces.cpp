// One overload per activation that is not of the default kind.
#include "rgsweep/theory/activation_pieces.hpp"

namespace rgsweep::theory {

namespace {

template <class Phi>
ActivationPieces pieces_of(const Phi&) {
  return {};
}

ActivationPieces pieces_of(const nn::Linear&) {
  return {{}, {1}, {0}, 1};
}

ActivationPieces pieces_of(const nn::LeakyRelu& phi) {
  return {{0}, {phi.slope, 1}, {0, 0}, 1};
}

ActivationPieces pieces_of(const nn::Quadratic& phi) {
  return {{}, {}, {}, phi.alpha == 0 ? 1 : 2};
}

ActivationPieces pieces_of(const nn::Tanh&) {
  return {{}, {}, {}, 0};
}

/// A derivative jumps at every knot, whatever the coefficients.
ActivationPieces pieces_of(const nn::Spline& phi) {
  const int intervals = phi.basis().pieces() - 2;
  ActivationPieces result;
  for (int i = 0; i <= intervals; ++i) result.kinks.push_back((i - intervals / 2.0) * phi.basis().spacing());
  return result;
}

}  // namespace

ActivationPieces pieces(const nn::Activation& activation) {
  return std::visit([](const auto& phi) { return pieces_of(phi); }, activation);
}

}  // namespace rgsweep::theory
