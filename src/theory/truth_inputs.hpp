// One distribution of the inputs as the schemes of layer_truth.hpp need it: its values and chances where it
// is discrete, else its density and rules for it. All is made when first asked for and kept; safe to call
// from threads.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <utility>

#include "input_density.hpp"
#include "rgsweep/math/quadrature.hpp"
#include "sector_moments.hpp"

namespace rgsweep::theory {

class TruthInputs {
 public:
  explicit TruthInputs(const data::Distribution& distribution);

  const data::Distribution& distribution() const { return distribution_; }
  bool is_discrete() const { return !family_.values.empty(); }
  /// Absolute moments exist below this order.
  double moments_below() const { return family_.moments_below(distribution_.argument()); }

  /// Of discrete inputs: their values as nodes, their chances as weights.
  math::QuadratureRule values() const;

  /// Reaching out for moments of order `power`.
  const InputDensity& density(int power) const;

  /// Moments of sectors; null where they do not resolve the density.
  const SectorMoments* sectors() const;

  /// Rules for one input, the finer the higher the level; null beyond the finest. First Gauss rules of the
  /// density, where all its moments exist, then composite ones with ever more points a panel.
  const math::QuadratureRule* rule(int power, std::size_t level) const;

  bool is_gauss(std::size_t level) const;

  /// Share of E[|x|^q] that density(power) leaves out where tails are heavy; 0 where they are not.
  double cut_share(int power, double q) const;

 private:
  const InputDensity& density_while_locked(int power) const;

  data::Distribution distribution_;
  const DensityFamily& family_;
  mutable std::mutex mutex_;
  mutable std::map<int, InputDensity> densities_;
  mutable std::unique_ptr<const SectorMoments> sectors_;
  mutable std::map<std::pair<int, std::size_t>, math::QuadratureRule> rules_;
};

}  // namespace rgsweep::theory
