#include "rgsweep/analysis/local_zero.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <stdexcept>
#include <utility>

#include <Eigen/Cholesky>

#include "rgsweep/math/statistics.hpp"

namespace rgsweep::analysis {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t parts_of_a_step = 16;
constexpr int halvings = 30;
constexpr double least_share = 0.025;

/// Gives every place the mean variance of its neighbourhood and keeps the correlations: where few members
/// differ from the others a sample often shows none that does, and with them no variance at all.
void pool_variances(Eigen::MatrixXd& covariance) {
  const Eigen::VectorXd raw = covariance.diagonal();
  const std::vector<double> pooled = smoothed({raw.data(), static_cast<std::size_t>(raw.size())});
  for (Eigen::Index i = 0; i < raw.size(); ++i) {
    const double variance = pooled[static_cast<std::size_t>(i)];
    const double factor = raw[i] > 0 ? std::sqrt(variance / raw[i]) : 0;
    covariance.row(i) *= factor;
    covariance.col(i) *= factor;
    covariance(i, i) = variance;
  }
}

/// Sum of squared deviations from the mean, of independent places on the diagonal only.
class Spread {
 public:
  explicit Spread(const NoisyCurve& curve)
      : diagonal_(curve.diagonal),
        sum_(Eigen::VectorXd::Zero(curve.y.size())),
        squares_(Eigen::MatrixXd::Zero(curve.y.size(), curve.diagonal ? 1 : curve.y.size())) {}

  void add(const Eigen::VectorXd& rest, double weight) {
    size_ += weight;
    sum_ += weight * rest;
    if (diagonal_)
      squares_.col(0) += weight * rest.cwiseAbs2();
    else
      squares_ += weight * rest * rest.transpose();
  }
  double size() const { return size_; }
  void add_to(Eigen::MatrixXd& covariance, double factor) const {
    if (diagonal_)
      covariance.diagonal() += factor * (squares_.col(0) - sum_.cwiseAbs2() / size_);
    else
      covariance += factor * (squares_ - sum_ * sum_.transpose() / size_);
  }

 private:
  bool diagonal_;
  double size_ = 0;
  Eigen::VectorXd sum_;
  Eigen::MatrixXd squares_;  ///< of independent places one column
};

bool has_nan(const std::vector<double>& values) {
  return std::any_of(values.begin(), values.end(), [](double v) { return std::isnan(v); });
}

}  // namespace

std::vector<double> smoothed(std::span<const double> y) {
  std::vector<double> result(y.begin(), y.end());
  for (int pass = 0; pass < 2; ++pass) {
    const std::vector<double> last = result;
    for (std::size_t i = 0; i < y.size(); ++i)
      result[i] = (last[i == 0 ? 0 : i - 1] + 2 * last[i] + last[std::min(i + 1, y.size() - 1)]) / 4;
  }
  return result;
}

std::optional<NoisyCurve> noisy_curve(
    std::vector<double> x, const JointRows& joint, std::size_t members, Errors errors,
    const std::function<std::vector<double>(const std::vector<std::size_t>& rows)>& values) {
  const std::vector<double> data = values(joint.rows.front());
  if (data.size() != x.size()) throw std::logic_error("noisy_curve(): one value a place");
  if (members < 2 || has_nan(data)) return std::nullopt;
  const auto places = static_cast<Eigen::Index>(x.size());
  NoisyCurve curve{.x = std::move(x),
                   .y = Eigen::Map<const Eigen::VectorXd>(data.data(), places),
                   .covariance = Eigen::MatrixXd::Zero(places, places),
                   .diagonal = !joint.paired,
                   .degrees = static_cast<double>(members) - 1};
  // Deviations from the data, so that the sums of squares do not cancel.
  const auto rest_of = [&](std::size_t row) -> std::optional<Eigen::VectorXd> {
    const std::vector<double> at = values(joint.rows[row]);
    if (has_nan(at)) return std::nullopt;
    return Eigen::Map<const Eigen::VectorXd>(at.data(), places) - curve.y;
  };
  Spread resamples(curve);
  for (std::size_t r = 1; r <= joint.resamples; ++r)
    if (const auto rest = rest_of(r)) resamples.add(*rest, 1);
  const auto all = static_cast<double>(joint.resamples);
  if (resamples.size() < (1 - least_share) * all || resamples.size() < 2) return std::nullopt;
  if (errors == Errors::resampled) {
    resamples.add_to(curve.covariance, 1 / (resamples.size() - 1));
  } else {
    std::map<std::size_t, Spread> samples;
    for (std::size_t i = 0; i < joint.left_out.size(); ++i) {
      const auto rest = rest_of(1 + joint.resamples + i);
      if (!rest) return std::nullopt;
      samples.try_emplace(joint.left_out[i].sample, curve)
          .first->second.add(*rest, joint.left_out[i].members);
    }
    for (const auto& [sample, spread] : samples)
      spread.add_to(curve.covariance, (spread.size() - 1) / spread.size());
  }
  pool_variances(curve.covariance);
  return curve;
}

LocalFit::LocalFit(const NoisyCurve& curve, Quantity quantity, int degree, double half_width)
    : curve_(&curve), quantity_(quantity), degree_(degree), h_(half_width) {
  if (degree < 1 || !(half_width > 0)) throw std::logic_error("LocalFit: degree >= 1 and half_width > 0");
}

Eigen::VectorXd LocalFit::weights(double c) const {
  const auto places = static_cast<Eigen::Index>(curve_->x.size());
  const Eigen::Index terms = degree_ + 1;
  Eigen::MatrixXd powers(places, terms);
  Eigen::VectorXd kernel(places);
  Eigen::Index inside = 0;
  for (Eigen::Index i = 0; i < places; ++i) {
    const double u = (curve_->x[static_cast<std::size_t>(i)] - c) / h_, rest = std::max(1 - u * u, 0.0);
    kernel[i] = rest * rest;
    if (rest > 0) ++inside;
    for (Eigen::Index k = 0; k < terms; ++k) powers(i, k) = k == 0 ? 1 : powers(i, k - 1) * u;
  }
  if (inside < terms) return Eigen::VectorXd::Constant(places, nan);
  const Eigen::MatrixXd weighted = kernel.asDiagonal() * powers;
  Eigen::VectorXd wanted = Eigen::VectorXd::Zero(terms);
  wanted[quantity_ == Quantity::value ? 0 : 1] = 1;
  const Eigen::VectorXd solved = (powers.transpose() * weighted).ldlt().solve(wanted);
  return weighted * solved / (quantity_ == Quantity::value ? 1 : h_);
}

LocalFit::Measured LocalFit::at(double c) const {
  const Eigen::VectorXd w = weights(c);
  Measured result{.value = w.dot(curve_->y)};
  double degrees = curve_->degrees, variance = 0;
  if (curve_->diagonal) {
    const Eigen::VectorXd parts = w.cwiseAbs2().cwiseProduct(curve_->covariance.diagonal());
    variance = parts.sum();
    if (variance > 0) degrees *= variance * variance / parts.squaredNorm();
  } else {
    variance = w.dot(curve_->covariance * w);
  }
  if (std::isnan(result.value)) return result;
  result.deviation = std::sqrt(std::max(variance, 0.0));
  const double limit = result.deviation * math::student_quantile(degrees, 0.975);
  if (std::abs(result.value) > limit) result.sign = result.value > 0 ? 1 : -1;
  return result;
}

std::vector<LocalFit::Zero> LocalFit::zeros() const {
  std::vector<double> grid;
  for (std::size_t i = 0; i + 1 < curve_->x.size(); ++i)
    for (std::size_t k = 0; k < parts_of_a_step; ++k)
      grid.push_back(curve_->x[i] + (curve_->x[i + 1] - curve_->x[i]) * static_cast<double>(k) /
                                        static_cast<double>(parts_of_a_step));
  grid.push_back(curve_->x.back());
  std::vector<Measured> along;
  for (const double c : grid) along.push_back(at(c));
  // The boundary between a place where `first` holds and one where it does not.
  const auto bisected = [&](double in, double out, const auto& first) {
    for (int i = 0; i < halvings; ++i) {
      const double middle = (in + out) / 2;
      (first(at(middle)) ? in : out) = middle;
    }
    return (in + out) / 2;
  };
  std::vector<Zero> result;
  std::size_t known = grid.size();  // the last place with a sign
  for (std::size_t i = 0; i < grid.size(); ++i) {
    const int sign = along[i].sign;
    if (sign == 0) continue;
    if (known < grid.size() && along[known].sign != sign) {
      const int before = -sign;
      Zero zero{.direction = sign};
      zero.place.low =
          bisected(grid[known], grid[known + 1], [&](const Measured& m) { return m.sign == before; });
      zero.place.high = bisected(grid[i], grid[i - 1], [&](const Measured& m) { return m.sign == sign; });
      std::vector<std::size_t> passages;
      for (std::size_t k = known; k < i; ++k)
        if (along[k].value * before > 0 && !(along[k + 1].value * before > 0)) passages.push_back(k);
      const std::size_t at_passage = passages[passages.size() / 2];
      zero.place.value = bisected(grid[at_passage], grid[at_passage + 1],
                                  [&](const Measured& m) { return m.value * before > 0; });
      result.push_back(zero);
    }
    known = i;
  }
  return result;
}

}  // namespace rgsweep::analysis
