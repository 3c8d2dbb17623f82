#include "rgsweep/analysis/refinement.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "rgsweep/analysis/logistic.hpp"
#include "rgsweep/analysis/scaling.hpp"

namespace rgsweep::analysis {
namespace {

constexpr std::size_t parts_of_a_step = 16;

/// Fisher information of the intercept and slope of a logistic fit.
struct Information {
  double i00 = 0, i01 = 0, i11 = 0;

  void add(const LogisticFit& fit, double x, double members) {
    const double p = fit.probability(x), weight = members * p * (1 - p);
    i00 += weight;
    i01 += weight * x;
    i11 += weight * x * x;
  }
  /// Of the fitted probability at x.
  double deviation(const LogisticFit& fit, double x) const {
    const double p = fit.probability(x), determinant = i00 * i11 - i01 * i01;
    return p * (1 - p) * std::sqrt(std::max((i11 - 2 * x * i01 + x * x * i00) / determinant, 0.0));
  }
};

}  // namespace

std::vector<double> refined_places(const SuccessCurve& curve, std::size_t count) {
  const SuccessAnalysis analysis = analyze_success(curve);
  if (!analysis.crossing) return {};
  const Crossing& crossing = *analysis.crossing;
  const std::size_t places = curve.x.size(), first = crossing.first, used = crossing.last - first + 1;
  const std::span<const double> x = curve.x.subspan(first, used);
  const std::span<const float> row = curve.success->row(0), members = row.subspan(places + first, used);
  // Distances from the middle of the crossing: the determinant then does not cancel.
  const double origin = (curve.x[crossing.before] + curve.x[crossing.after]) / 2;
  std::vector<double> u;
  for (const double place : x) u.push_back(place - origin);
  const LogisticFit fit = fit_logistic(u, row.subspan(first, used), members);
  if (!std::isfinite(fit.slope)) return {};

  Information information;
  for (std::size_t i = 0; i < used; ++i) information.add(fit, u[i], double{members[i]});
  std::vector<double> candidates;
  for (std::size_t i = 0; i + 1 < used; ++i)
    for (std::size_t part = 1; part < parts_of_a_step; ++part)
      candidates.push_back(x[i] + (x[i + 1] - x[i]) * static_cast<double>(part) / parts_of_a_step);
  const double new_members = double{*std::max_element(members.begin(), members.end())};
  std::vector<double> chosen;
  while (chosen.size() < count && !candidates.empty()) {
    const auto least_known = std::max_element(candidates.begin(), candidates.end(), [&](double a, double b) {
      return information.deviation(fit, a - origin) < information.deviation(fit, b - origin);
    });
    information.add(fit, *least_known - origin, new_members);
    chosen.push_back(*least_known);
    candidates.erase(least_known);
  }
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

std::vector<double> refined_places(const Curve& curve, std::size_t test, double threshold,
                                   std::optional<double> end, std::size_t count) {
  std::vector<double> x;
  std::vector<float> succeeded, measured;
  for (const Ensemble& ensemble : curve.ensembles) {
    const bool counts = ensemble.x != end;
    x.push_back(ensemble.x);
    succeeded.push_back(0);
    measured.push_back(0);
    for (const double mse : ensemble.test_mse[test]) {
      if (counts && mse < threshold) succeeded.back() += 1;
      if (counts && !std::isnan(mse)) measured.back() += 1;
    }
  }
  Replicates table{.columns = 2 * x.size(), .resamples = 0, .paired = curve.paired};
  table.values = std::move(succeeded);
  table.values.insert(table.values.end(), measured.begin(), measured.end());
  return refined_places(SuccessCurve{x, &table, end}, count);
}

}  // namespace rgsweep::analysis
