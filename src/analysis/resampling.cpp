// One pass over the resamples of a curve: every member has a row of features (measured, succeeded, powers of
// m), whose sums over an ensemble give all of its statistics.
#include "rgsweep/analysis/resampling.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <stdexcept>

#include "rgsweep/core/rng.hpp"

namespace rgsweep::analysis {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

constexpr std::size_t factors = threshold_factors.size();
constexpr std::size_t test_columns = 1 + factors;

/// Features of all members, ensemble after ensemble: for each test {measured, success at each threshold},
/// then {m defined, |m|, m^2, m^4}.
class Features {
 public:
  Features(const Curve& curve, double threshold, std::optional<double> end)
      : curve_(&curve), tests_(tests_of(curve)) {
    columns_ = test_columns * tests_ + 4;
    for (const Ensemble& ensemble : curve.ensembles) {
      first_.push_back(members_);
      members_ += ensemble.size();
      for (std::size_t i = 0; i < ensemble.size(); ++i) append(ensemble, i, threshold, ensemble.x != end);
    }
    first_.push_back(members_);
  }

  std::size_t ensembles() const { return first_.size() - 1; }
  std::size_t tests() const { return tests_; }
  std::size_t columns() const { return columns_; }
  std::size_t first(std::size_t ensemble) const { return first_[ensemble]; }
  std::size_t size(std::size_t ensemble) const { return first_[ensemble + 1] - first_[ensemble]; }
  const double* member(std::size_t i) const { return values_.data() + i * columns_; }
  const Curve& curve() const { return *curve_; }

 private:
  static std::size_t tests_of(const Curve& curve) {
    return curve.ensembles.empty() ? 0 : curve.ensembles.front().test_mse.size();
  }

  void append(const Ensemble& ensemble, std::size_t i, double threshold, bool counted) {
    for (const std::vector<double>& all : ensemble.test_mse) {
      const double mse = counted ? all[i] : nan;
      values_.push_back(std::isnan(mse) ? 0 : 1);
      for (const double factor : threshold_factors) values_.push_back(mse < factor * threshold ? 1 : 0);
    }
    const double m = ensemble.order_parameter[i];
    if (std::isnan(m))
      values_.insert(values_.end(), {0, 0, 0, 0});
    else
      values_.insert(values_.end(), {1, std::abs(m), m * m, m * m * m * m});
  }

  const Curve* curve_;
  std::size_t tests_, columns_ = 0, members_ = 0;
  std::vector<std::size_t> first_ = {};
  std::vector<double> values_ = {};
};

/// Sums of the features over the members of each ensemble.
class Sums {
 public:
  explicit Sums(const Features& features) : features_(&features) { clear(); }

  void clear() { values_.assign(features_->ensembles() * features_->columns(), 0); }
  void add(std::size_t ensemble, std::size_t member, double sign = 1) {
    const double* from = features_->member(member);
    double* to = values_.data() + ensemble * features_->columns();
    for (std::size_t c = 0; c < features_->columns(); ++c) to[c] += sign * from[c];
  }
  const double* of(std::size_t ensemble) const { return values_.data() + ensemble * features_->columns(); }

 private:
  const Features* features_;
  std::vector<double> values_ = {};
};

Sums data_of(const Features& features) {
  Sums sums(features);
  for (std::size_t e = 0; e < features.ensembles(); ++e)
    for (std::size_t i = 0; i < features.size(e); ++i) sums.add(e, features.first(e) + i);
  return sums;
}

/// The members of one seed, one in each ensemble that has the seed.
using SeedMembers = std::vector<std::pair<std::size_t, std::size_t>>;  // (ensemble, member)

std::vector<SeedMembers> members_by_seed(const Features& features, const std::vector<std::int64_t>& seeds) {
  std::vector<SeedMembers> result(seeds.size());
  for (std::size_t e = 0; e < features.ensembles(); ++e)
    for (std::size_t i = 0; i < features.size(e); ++i) {
      const std::int64_t seed = features.curve().ensembles[e].seeds[i];
      const auto place = std::lower_bound(seeds.begin(), seeds.end(), seed);
      if (place == seeds.end() || *place != seed)
        throw std::logic_error("replicate(): all_seeds lacks a seed of the curve");
      result[static_cast<std::size_t>(place - seeds.begin())].emplace_back(e, features.first(e) + i);
    }
  return result;
}

/// Below n < 2^20, from one word of the stream: the bias, n / 2^32, is far below what a resample can show.
std::size_t draw(Stream& stream, std::size_t n) {
  return static_cast<std::size_t>((std::uint64_t{stream()} * n) >> 32);
}

/// Draws from a sample of n. One less than n: the variance over resamples of a mean is then its unbiased
/// estimate, where n draws give (n-1)/n of it (J. N. K. Rao and C. F. J. Wu, J. Am. Stat. Assoc. 83, 231,
/// 1988).
std::size_t drawn(std::size_t n) {
  return n > 1 ? n - 1 : n;
}

class Tables {
 public:
  Tables(const Features& features, const ResamplingPlan& plan) : features_(&features) {
    const Replicates empty{
        .columns = 2 * features.ensembles(), .resamples = plan.resamples, .paired = features.curve().paired};
    for (std::vector<Replicates>& tables : tables_.success) tables.assign(features.tests(), empty);
    tables_.order = empty;
  }

  void append(const Sums& sums) {
    for (std::size_t t = 0; t < features_->tests(); ++t) append_success(sums, t);
    append_order(sums);
  }
  void append_left_out(const Sums& sums, LeaveOut leave_out) {
    for (std::size_t t = 0; t < features_->tests(); ++t) append_left_out_success(sums, t, leave_out);
    append_left_out_order(sums, leave_out);
  }
  void append_left_out_order(const Sums& sums, LeaveOut leave_out) {
    tables_.order.left_out.push_back(leave_out);
    append_order(sums);
  }

  /// Members that succeeded alike are left out alike: two rows an ensemble do for all of them.
  void append_left_out_successes(const Sums& sums) {
    for (std::size_t f = 0; f < factors; ++f)
      for (std::size_t t = 0; t < features_->tests(); ++t) {
        Replicates& table = tables_.success[f][t];
        const std::vector<float> data(table.values.begin(),
                                      table.values.begin() + static_cast<std::ptrdiff_t>(table.columns));
        for (std::size_t e = 0; e < features_->ensembles(); ++e) {
          const double n = sums.of(e)[test_columns * t], k = sums.of(e)[test_columns * t + 1 + f];
          for (const bool success : {true, false}) {
            const double members = success ? k : n - k;
            if (members == 0) continue;
            table.left_out.push_back({e, members});
            const std::size_t row = table.values.size();
            table.values.insert(table.values.end(), data.begin(), data.end());
            if (success) table.values[row + e] -= 1;
            table.values[row + features_->ensembles() + e] -= 1;
          }
        }
      }
  }

  CurveReplicates take() { return std::move(tables_); }

 private:
  void append_success(const Sums& sums, std::size_t t) {
    for (std::size_t f = 0; f < factors; ++f)
      for (const std::size_t column : {test_columns * t + 1 + f, test_columns * t})
        for (std::size_t e = 0; e < features_->ensembles(); ++e)
          tables_.success[f][t].values.push_back(static_cast<float>(sums.of(e)[column]));
  }
  void append_left_out_success(const Sums& sums, std::size_t t, LeaveOut leave_out) {
    for (std::vector<Replicates>& tables : tables_.success) tables[t].left_out.push_back(leave_out);
    append_success(sums, t);
  }

  void append_order(const Sums& sums) {
    std::vector<float>& values = tables_.order.values;
    for (std::size_t e = 0; e < features_->ensembles(); ++e) {
      const double* s = sums.of(e) + test_columns * features_->tests();
      const double m1 = s[1] / s[0], m2 = s[2] / s[0];
      const double chi = features_->curve().ensembles[e].units * std::max(m2 - m1 * m1, 0.0);
      values.push_back(static_cast<float>(s[0] > 0 ? chi : nan));
    }
    for (std::size_t e = 0; e < features_->ensembles(); ++e) {
      const double* s = sums.of(e) + test_columns * features_->tests();
      values.push_back(static_cast<float>(s[2] > 0 ? 1 - s[3] * s[0] / (3 * s[2] * s[2]) : nan));
    }
  }

  const Features* features_;
  CurveReplicates tables_;
};

void resample_seeds(const Features& features, const ResamplingPlan& plan, const Sums& data, Tables& tables) {
  const std::vector<SeedMembers> seeds = members_by_seed(features, plan.all_seeds);
  Sums sums(features);
  for (std::size_t r = 1; r <= plan.resamples; ++r) {
    Stream stream(0, Purpose::bootstrap, r);  // the same seeds on every curve
    sums.clear();
    for (std::size_t i = 0; i < drawn(seeds.size()); ++i)
      for (const auto& [e, member] : seeds[draw(stream, seeds.size())]) sums.add(e, member);
    tables.append(sums);
  }
  for (const SeedMembers& seed : seeds) {
    sums = data;
    for (const auto& [e, member] : seed) sums.add(e, member, -1);
    tables.append_left_out(sums, {0, 1});
  }
}

void resample_members(const Features& features, const ResamplingPlan& plan, const Sums& data,
                      Tables& tables) {
  Sums sums(features);
  for (std::size_t r = 1; r <= plan.resamples; ++r) {
    Stream stream(plan.key, Purpose::bootstrap, r);
    sums.clear();
    for (std::size_t e = 0; e < features.ensembles(); ++e)
      for (std::size_t i = 0, n = features.size(e); i < drawn(n); ++i)
        sums.add(e, features.first(e) + draw(stream, n));
    tables.append(sums);
  }
  tables.append_left_out_successes(data);
  sums = data;
  for (std::size_t e = 0; e < features.ensembles(); ++e)
    for (std::size_t i = 0; i < features.size(e); ++i) {
      sums.add(e, features.first(e) + i, -1);
      tables.append_left_out_order(sums, {e, 1});
      sums.add(e, features.first(e) + i);
    }
}

}  // namespace

CurveReplicates replicate(const Curve& curve, double threshold, const ResamplingPlan& plan) {
  const Features features(curve, threshold, plan.end);
  Tables tables(features, plan);
  const Sums data = data_of(features);
  tables.append(data);
  if (curve.paired)
    resample_seeds(features, plan, data, tables);
  else
    resample_members(features, plan, data, tables);
  return tables.take();
}

}  // namespace rgsweep::analysis
