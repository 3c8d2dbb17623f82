#include "shadow_moments.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "rgsweep/math/gaussian_integrals.hpp"

namespace rgsweep::theory {

namespace {

/// Columns x^0 .. x^highest.
ShadowTable powers_of(const ShadowColumn& x, Eigen::Index highest) {
  ShadowTable powers(kShadowTile, highest + 1);
  powers.col(0).setOnes();
  for (Eigen::Index n = 1; n <= highest; ++n) powers.col(n) = powers.col(n - 1) * x;
  return powers;
}

}  // namespace

ShadowTable shadow_moments(const ShadowColumn& d, const ShadowColumn& t, Eigen::Index degree) {
  // Every density has vanished there; what is smaller still would be denormal, and slow.
  constexpr double far = 20;
  ShadowColumn r, below, cosine, sine, corner;
  ShadowTable tail(kShadowTile, degree + 1);  // T_m(r)
  for (Eigen::Index i = 0; i < kShadowTile; ++i) {
    const double distance = std::sqrt(d[i] * d[i] + t[i] * t[i]);
    const bool infinite = std::isinf(t[i]);
    r[i] = std::min(distance, far);
    cosine[i] = infinite ? 0 : d[i] / distance;
    sine[i] = infinite ? std::copysign(1, t[i]) : t[i] / distance;
    below[i] = math::normal_cdf(std::max(t[i], -far));
    corner[i] = math::normal_cdf(-d[i]) / 2 + math::owens_t(d[i], t[i] / d[i]);
    tail(i, 0) = r[i] < far ? math::normal_cdf(-r[i]) : 0;
  }
  const double root = 1 / std::sqrt(2 * std::numbers::pi);
  const ShadowColumn pdf_r = (r < far).select(root * (-r.square() / 2).exp(), 0.0),
                     edge = root * (-d.square() / 2).exp() * below;
  const ShadowTable r_power = powers_of(r, degree), d_power = powers_of(d, degree),
                    cosines = powers_of(cosine, degree + 1), sines = powers_of(sine, degree);
  for (Eigen::Index m = 1; m <= degree; ++m) {
    tail.col(m) = r_power.col(m - 1) * pdf_r;
    if (m > 1) tail.col(m) += static_cast<double>(m - 1) * tail.col(m - 2);
  }
  tail *= root;

  ShadowTable G(kShadowTile, moment_columns(degree));
  for (Eigen::Index k = 0; k <= degree; ++k) {
    auto first = G.col(moment_column(0, k));
    if (k == 0) {
      first = corner;
    } else {
      first = d_power.col(k - 1) * edge + sine * cosines.col(k - 1) * tail.col(k - 1);
      if (k > 1) first += static_cast<double>(k - 1) * G.col(moment_column(0, k - 2));
    }
    for (Eigen::Index j = 1; j + k <= degree; ++j) {
      auto next = G.col(moment_column(j, k));
      next = -sines.col(j - 1) * cosines.col(k + 1) * tail.col(j - 1 + k);
      if (j > 1) next += static_cast<double>(j - 1) * G.col(moment_column(j - 2, k));
    }
  }
  return G;
}

Eigen::ArrayXXd plane_moments(Eigen::Index degree) {
  Eigen::ArrayXd one = Eigen::ArrayXd::Zero(degree + 1);
  one[0] = 1;
  for (Eigen::Index n = 2; n <= degree; n += 2) one[n] = static_cast<double>(n - 1) * one[n - 2];
  Eigen::ArrayXXd moments(1, moment_columns(degree));
  for (Eigen::Index k = 0; k <= degree; ++k)
    for (Eigen::Index j = 0; j + k <= degree; ++j) moments(0, moment_column(j, k)) = one[j] * one[k];
  return moments;
}

}  // namespace rgsweep::theory
