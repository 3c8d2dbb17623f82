// Logistic regression of counts by maximum penalised likelihood, log(p / (1 - p)) = b_0 + b_1 x, with Firth's
// penalty |I(b)|^(1/2), I the Fisher information (D. Firth, Biometrika 80, 27, 1993; for logistic models
// G. Heinze and M. Schemper, Stat. Med. 21, 2409, 2002). The plain likelihood has no maximum when successes
// and failures are separated in x, as they are at a sharp transition; the penalised one always has, and its
// bias is of second order in 1/n.
#pragma once

#include <span>
#include <vector>

namespace rgsweep::analysis {

struct LogisticFit {
  double intercept;
  double slope;  ///< NaN, both, when there are fewer than two places with members

  double probability(double x) const;
  /// Where the probability is 1/2.
  double midpoint() const { return -intercept / slope; }
};

/// k[i] successes of n[i] at x[i]; places with n = 0 do not count. Newton's method on the modified score
///   sum_i (k_i - n_i p_i + h_i (1/2 - p_i)) (1, x_i),
/// h_i the leverage of place i, from `start`.
LogisticFit fit_logistic(std::span<const double> x, std::span<const float> k, std::span<const float> n,
                         const LogisticFit* start = nullptr);

/// How well fitted probabilities p describe counts: chi^2 = sum (k - n p)^2 / max(v, 1/4), v = n p (1 - p).
/// A place whose variance is below 1/4 counts with its expected share only, also in the degrees of freedom,
/// sum min(1, 4 v) less the parameters of the fit; so one failure in a thousand is no misfit, nor are a
/// hundred places at p = 0 a proof of anything.
struct Goodness {
  double chi2 = 0;
  double degrees = 0;  ///< may be <= 0: then nothing can be said

  void add(double k, double n, double p);
  /// Probability of a larger chi^2; 1 without degrees of freedom.
  double p_value() const;
};

}  // namespace rgsweep::analysis
