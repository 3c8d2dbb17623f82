// Coverage studies: synthetic ensembles with a known critical value, and how often its interval holds it.
// Small ones are tests (coverage_test.cpp), the full table is a program of its own
// (tests/bench/coverage.cpp).
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "ensembles.hpp"
#include "rgsweep/analysis/binder_crossing.hpp"
#include "rgsweep/analysis/scaling.hpp"
#include "rgsweep/analysis/susceptibility_peak.hpp"
#include "rgsweep/analysis/transitions.hpp"

namespace rgsweep::analysis {

/// How one kind of interval did over many ensembles.
struct Coverage {
  std::size_t ensembles = 0;
  std::size_t found = 0;  ///< with an interval
  std::size_t below = 0;  ///< the truth lies below the interval
  std::size_t above = 0;
  double width = 0;  ///< sum over those found

  void add(const std::optional<Estimate>& interval, double truth) {
    ++ensembles;
    if (!interval || std::isnan(interval->low) || std::isnan(interval->high)) return;
    ++found;
    below += truth < interval->low ? 1 : 0;
    above += truth > interval->high ? 1 : 0;
    width += interval->high - interval->low;
  }
  double covered() const { return static_cast<double>(found - below - above) / static_cast<double>(found); }
};

/// Members at each of the places from 0 to 1, and how fast things change along them.
struct Setup {
  std::size_t members;
  std::size_t places;
  double width;  ///< of the logistic function in x
  bool paired = false;
  double asymmetry = 0;  ///< 0: the same shape on both sides of the critical value
};

inline std::optional<Estimate> interval_of(const std::optional<CriticalValue>& critical) {
  return critical ? std::optional(critical->value) : std::nullopt;
}

inline double critical_of(std::uint64_t ensemble) {
  Stream stream(ensemble, Purpose::test_sample, 1);
  return 0.4 + 0.2 * stream.uniform();
}

/// What an analysis finds in one ensemble, and what is true.
struct Trial {
  std::optional<CriticalValue> found;
  double truth;
};

/// `trial` on each of the ensembles, with its number, its random numbers and its critical value.
template <class OneTrial>
Coverage coverage_of(std::size_t ensembles, const OneTrial& trial) {
  Coverage coverage;
  for (std::uint64_t k = 0; k < ensembles; ++k) {
    Stream stream(k, Purpose::test_sample, 0);
    const Trial result = trial(k, stream, critical_of(k));
    coverage.add(interval_of(result.found), result.truth);
  }
  return coverage;
}

inline CurveReplicates replicates_of(const Curve& curve, const Setup& setup, std::size_t resamples,
                                     std::uint64_t key) {
  return replicate(curve, success_threshold, plan_of(resamples, key, setup.members));
}

/// The logistic fit: success falls from 1 to 0 at a known place.
inline Coverage logistic_coverage(const Setup& setup, std::size_t ensembles, std::size_t resamples) {
  const std::vector<double> x = linspace(0, 1, setup.places);
  return coverage_of(ensembles, [&](std::uint64_t k, Stream& stream, double critical) {
    const Curve curve = success_curve(
        x, setup.members, stream, [&](double a) { return sigmoid((critical - a) / setup.width); },
        setup.paired);
    const CurveReplicates replicates = replicates_of(curve, setup, resamples, k + 1);
    SuccessAnalysis analysis = analyze_success({x, &replicates.success[0][0], {}});
    locate_critical(analysis, Coordinate::axis, k + 1);
    return Trial{analysis.critical, critical};
  });
}

/// The susceptibility peak: |m| is near 0 or near an amplitude, with probabilities that change at a known
/// place; with asymmetry the amplitude changes too, which moves the peak and tilts it.
inline Coverage peak_coverage(const Setup& setup, std::size_t ensembles, std::size_t resamples) {
  const std::vector<double> x = linspace(0, 1, setup.places);
  return coverage_of(ensembles, [&](std::uint64_t k, Stream& stream, double critical) {
    const auto amplitude = [&](double a) { return 0.9 * (1 - setup.asymmetry * (a - critical)); };
    const auto ordered = [&](double a) { return sigmoid((critical - a) / setup.width); };
    const Curve curve = curve_of(x, setup.members, setup.paired, stream, [&](double a, double uniform) {
      return Draw{1, (uniform < ordered(a) ? amplitude(a) : 0) + 0.02 * stream.normal()};
    });
    double peak = 0, highest = 0;
    for (int i = 0; i <= 10000; ++i) {
      const double a = 1e-4 * i, q = ordered(a), chi = amplitude(a) * amplitude(a) * q * (1 - q);
      if (chi > highest) {
        highest = chi;
        peak = a;
      }
    }
    return Trial{susceptibility_peak(x, replicates_of(curve, setup, resamples, k + 1).order), peak};
  });
}

/// The Binder crossing: m is 0 or +-1, with one distribution for all widths at a known place; the large width
/// goes to its limits three times as fast. With asymmetry it does so on one side only.
inline Coverage binder_coverage(const Setup& setup, std::size_t ensembles, std::size_t resamples) {
  const std::vector<double> x = linspace(0, 1, setup.places);
  return coverage_of(ensembles, [&](std::uint64_t k, Stream& stream, double critical) {
    std::vector<CurveReplicates> replicates;
    for (const double speed : {1.0, 3.0}) {
      const Curve curve = curve_of(x, setup.members, setup.paired, stream, [&](double a, double uniform) {
        const double u = (critical - a) / setup.width;
        const double fast =
            u > 0 ? speed : speed * (1 - setup.asymmetry) + setup.asymmetry * 1.5 * (speed - 1);
        const double share = (1 + 2 * sigmoid(u * fast)) / 3;
        return Draw{1, uniform < share / 2 ? -1.0 : uniform < share ? 1.0 : 0.0};
      });
      replicates.push_back(replicates_of(curve, setup, resamples, 2 * k + replicates.size()));
    }
    return Trial{binder_crossing(x, replicates[0].order, x, replicates[1].order), critical};
  });
}

/// What success does as a function of slope and training length T, d = 1 - slope.
enum class Law {
  crossover,            ///< logistic in ln(T d^2)
  steep_crossover,      ///< 1 - exp(-(T d^2 / 300)^2)
  transition,           ///< logistic in the slope, at 0.63 for every T
  drifting_transition,  ///< the same at 0.75 - 3.6 T^(-1/2)
  nothing,              ///< succeeds with 85 % everywhere
  even,                 ///< succeeds with 50 % everywhere
  error                 ///< no failure at all: an error of (1 - slope)^2 / 50 within a factor of 2
};

struct FamilySetup {
  Law law;
  std::size_t members;
  std::size_t places;
  std::size_t lengths;  ///< 500, 2000, 8000, ...
  bool paired = false;
};

inline double success_probability(Law law, double slope, double length) {
  const double d = 1 - slope;
  switch (law) {
    case Law::crossover:
      return d > 0 ? sigmoid(2 * std::log(length * d * d / 200)) : 0;
    case Law::steep_crossover:
      return 1 - std::exp(-std::pow(length * d * d / 300, 2));
    case Law::transition:
      return sigmoid((0.63 - slope) / 0.05);
    case Law::drifting_transition:
      return sigmoid((0.75 - 3.6 / std::sqrt(length) - slope) / 0.05);
    case Law::nothing:
      return 0.85;
    default:
      return 0.5;
  }
}

/// The `ensemble`-th family of curves over the training length.
inline Curves family_of(const FamilySetup& setup, std::uint64_t ensemble) {
  Curves curves{.axis = {.name = "activation_slope"},
                .parameters = {{.name = "training_steps", .type = ColumnType::integer}},
                .tests = {"gaussian"}};
  for (std::size_t t = 0; t < setup.lengths; ++t) {
    const double length = 500 * std::pow(4, static_cast<double>(t));
    // Paired points of one seed have the same numbers at every length too, but for every other seed.
    Stream stream(ensemble, Purpose::test_sample, setup.paired ? 0 : t);
    Stream own(ensemble, Purpose::test_sample, 1000 + t);
    std::vector<double> fresh(setup.members);
    for (double& number : fresh) number = own.uniform() < 0.5 ? own.uniform() : -1;
    std::size_t member = 0;
    Curve curve = curve_of(linspace(0, 1, setup.places), setup.members, setup.paired, stream,
                           [&](double a, double uniform) {
                             const double other = fresh[member++ % setup.members];
                             if (setup.paired && other >= 0) uniform = other;
                             const double error = (1 - a) * (1 - a) / 50 * std::pow(2, 2 * uniform - 1);
                             const bool solved = uniform < success_probability(setup.law, a, length);
                             return Draw{setup.law == Law::error ? error
                                         : solved                ? 1e-6
                                                                 : 0.1,
                                         std::numeric_limits<double>::quiet_NaN()};
                           });
    curve.parameters = {Value(static_cast<std::int64_t>(length))};
    curves.curves.push_back(std::move(curve));
  }
  return curves;
}

struct FamilyStudy {
  std::size_t ensembles = 0;
  std::array<std::size_t, 5> verdicts = {};  ///< by Verdict
  /// Of the drift exponent y, the extrapolated critical value, 1/z of the collapse, the transition's place.
  Coverage drift = {}, limit = {}, inverse = {}, position = {};

  double share(Verdict verdict) const {
    return static_cast<double>(verdicts[static_cast<std::size_t>(verdict)]) / static_cast<double>(ensembles);
  }
};

inline FamilyStudy family_study(const FamilySetup& setup, std::size_t ensembles, std::size_t resamples) {
  FamilyStudy study;
  const bool crossover = setup.law == Law::crossover || setup.law == Law::steep_crossover;
  // Half of the errors (1 - slope)^2 / 50 * 2^(2 u - 1) are below the threshold where u = 1/2.
  const double place = setup.law == Law::transition ? 0.63
                       : setup.law == Law::error    ? 1 - std::sqrt(50 * success_threshold)
                                                    : 0.75;
  for (std::uint64_t k = 0; k < ensembles; ++k) {
    const Transitions found = find_transitions(family_of(setup, k), success_threshold, resamples);
    const FamilyScaling& scaling = found.scaling.at(0).at(0);
    ++study.ensembles;
    ++study.verdicts[static_cast<std::size_t>(scaling.judgement.verdict)];
    const auto known = [](const Estimate& e) {
      return std::isnan(e.value) ? std::nullopt : std::optional(e);
    };
    study.limit.add(known(scaling.drift.limit), crossover ? 1 : place);
    if (setup.law != Law::drifting_transition) {
      study.drift.add(known(scaling.drift.exponent), crossover ? -0.5 : 0);
      study.inverse.add(known(scaling.collapse.inverse), crossover ? 0.5 : 0);
    }
    if (scaling.judgement.verdict == Verdict::transition)
      study.position.add(known(scaling.judgement.position), place);
  }
  return study;
}

}  // namespace rgsweep::analysis
