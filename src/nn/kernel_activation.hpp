// Activations on packets: z to h = phi(z) and the slope phi'(z), the functors of activation.hpp.
#pragma once

#include "kernel_packet.hpp"

namespace rgsweep::nn::kernel::RGSWEEP_VARIANT {

template <class Packet>
struct Activated {
  Packet h, slope;
};

/// z itself in place of the slope: for activations that take a pass of their own.
template <class Packet>
struct Postponed {
  RGSWEEP_INLINE Activated<Packet> operator()(const Packet& z) const { return {z, z}; }
};

/// slope = p + q sign(z)
template <class Packet>
struct LeakyReluPhi {
  Packet p, q;
  explicit LeakyReluPhi(ScalarOf<Packet> a) : p(pset1<Packet>((1 + a) / 2)), q(pset1<Packet>((1 - a) / 2)) {}
  RGSWEEP_INLINE Activated<Packet> operator()(const Packet& z) const {
    const Packet slope = pmadd(q, sign(z), p);
    return {pmul(slope, z), slope};
  }
};

template <class Packet>
struct QuadraticPhi {
  Packet alpha, one;
  explicit QuadraticPhi(ScalarOf<Packet> a)
      : alpha(pset1<Packet>(a)), one(pset1<Packet>(ScalarOf<Packet>(1))) {}
  RGSWEEP_INLINE Activated<Packet> operator()(const Packet& z) const {
    const Packet t = pmadd(alpha, z, one);  // 1 + alpha z
    return {pmul(t, z), pmadd(alpha, z, t)};
  }
};

/// Eigen's rational function for float. For double, with s = z^2: below 5/8 Lambert's continued fraction
/// z / (1 + s / (3 + s / (5 + ...))), cut at 17, as a quotient of polynomials; above 1 - 2 / (exp(2 |z|) +
/// 1).
template <class Packet>
RGSWEEP_INLINE Packet hyperbolic_tangent(const Packet& z) {
  if constexpr (sizeof(ScalarOf<Packet>) == sizeof(float)) {
    return Eigen::internal::ptanh(z);
  } else {
    const auto constant = [](double x) { return pset1<Packet>(x); };
    const auto horner = [&](const Packet& s, double leading, auto... rest) {
      Packet sum = constant(leading);
      ((sum = pmadd(sum, s, constant(rest))), ...);
      return sum;
    };
    const Packet s = pmul(z, z), size = pabs(z), direction = sign(z);
    const Packet small = Eigen::internal::pcmp_lt(size, constant(0.625));
    const Packet numerator = pmul(z, horner(s, 1., 990., 135135., 4729725., 34459425.));
    const Packet denominator = horner(s, 45., 13860., 945945., 16216200., 34459425.);
    const Packet grown = padd(Eigen::internal::pexp(padd(size, size)), constant(1));
    const Packet quotient =
        pdiv(pselect(small, numerator, pmul(direction, constant(-2))), pselect(small, denominator, grown));
    return padd(pselect(small, constant(0), direction), quotient);
  }
}

template <class Packet>
struct TanhPhi {
  Packet one;
  TanhPhi() : one(pset1<Packet>(ScalarOf<Packet>(1))) {}
  RGSWEEP_INLINE Activated<Packet> operator()(const Packet& z) const {
    const Packet h = hyperbolic_tangent(z);
    return {h, psub(one, pmul(h, h))};
  }
};

}  // namespace rgsweep::nn::kernel::RGSWEEP_VARIANT
