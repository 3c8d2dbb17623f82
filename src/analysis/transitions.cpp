// Curves are resampled group by group of relatives, since the replicates of all curves of a large sweep would
// not fit into memory and no statistic joins curves of different groups.
#include "rgsweep/analysis/transitions.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "rgsweep/analysis/axis.hpp"
#include "rgsweep/analysis/binder_crossing.hpp"
#include "rgsweep/analysis/susceptibility_peak.hpp"
#include "rgsweep/core/hash.hpp"

namespace rgsweep::analysis {
namespace {

using ByTest = std::vector<LocatedByMethod>;

/// Of a curve's random streams: a hash of what the curve is.
std::uint64_t key_of(const Curves& curves, std::size_t c) {
  std::string text = "bootstrap along " + curves.axis.name + "\n";
  for (std::size_t p = 0; p < curves.parameters.size(); ++p)
    text += curves.parameters[p].name + "=" + canonical_text(curves.curves[c].parameters[p]) + "\n";
  return hash(text);
}

/// The curves of one group while their replicates are in memory.
class Group {
 public:
  Group(const Curves& curves, double threshold, const ResamplingPlan& plan,
        const std::vector<std::size_t>& members)
      : curves_(&curves), end_(plan.end) {
    for (const std::size_t c : members) {
      Member& member = members_[c];
      ResamplingPlan own = plan;
      member.key = own.key = key_of(curves, c);
      member.replicates = replicate(curves.curves[c], threshold, own);
      for (const Ensemble& ensemble : curves.curves[c].ensembles) member.x.push_back(ensemble.x);
    }
  }

  void locate(const std::vector<Family>& training, const std::vector<Family>& sized,
              std::vector<ByTest>& critical) {
    for (const Family& family : training)
      if (holds(family)) locate_success(family, critical);
    for (auto& [c, member] : members_)
      set(critical[c], Method::susceptibility, member,
          susceptibility_peak(member.x, member.replicates.order, end_));
    for (const Family& family : sized)
      if (holds(family))
        for (std::size_t i = 0; i + 1 < family.curves.size(); ++i) {
          const Member &small = members_.at(family.curves[i]), &large = members_.at(family.curves[i + 1]);
          set(critical[family.curves[i]], Method::binder, small,
              binder_crossing(small.x, small.replicates.order, large.x, large.replicates.order, end_));
        }
  }

  bool holds(const Family& family) const { return members_.contains(family.curves.front()); }

  std::vector<FamilyScaling> scale(const Family& family, bool training) const {
    std::vector<FamilyScaling> result;
    for (std::size_t t = 0; t < curves_->tests.size(); ++t) {
      std::vector<const SuccessAnalyses*> analyses;
      for (const std::size_t c : family.curves) analyses.push_back(&members_.at(c).success[t]);
      result.push_back(scale_family(family.sizes, analyses, training));
    }
    return result;
  }

 private:
  struct Member {
    std::uint64_t key = 0;
    std::vector<double> x = {};
    CurveReplicates replicates = {};
    std::vector<SuccessAnalyses> success = {};  ///< (test)
  };

  static LocatedCritical located(const Member& member, const CriticalValue& critical, Coordinate coordinate) {
    return {.value = critical.value,
            .direction = critical.direction,
            .resolved = critical.resolved,
            .fit_p_value = critical.fit_p_value,
            .width = critical.width,
            .first = member.x[critical.first],
            .last = member.x[critical.last],
            .coordinate = coordinate};
  }

  static void set(ByTest& tests, Method method, const Member& member,
                  const std::optional<CriticalValue>& critical) {
    if (!critical) return;
    for (auto& by_method : tests)
      by_method[static_cast<std::size_t>(method)] = located(member, *critical, Coordinate::axis);
  }

  /// The curves of a family are fitted in one coordinate, so that their critical values can be compared.
  void locate_success(const Family& family, std::vector<ByTest>& critical) {
    for (const std::size_t c : family.curves) members_.at(c).success.resize(curves_->tests.size());
    for (std::size_t t = 0; t < curves_->tests.size(); ++t)
      for (std::size_t f = 0; f < threshold_factors.size(); ++f) {
        std::vector<const SuccessAnalysis*> analyses;
        for (const std::size_t c : family.curves) {
          Member& member = members_.at(c);
          member.success[t][f] = analyze_success({member.x, &member.replicates.success[f][t], end_});
          analyses.push_back(&member.success[t][f]);
        }
        // Other thresholds are there to be compared with the first.
        if (f == 0) coordinate_ = better_coordinate(analyses);
        for (const std::size_t c : family.curves) {
          Member& member = members_.at(c);
          const std::string use = "place within a step, test " + std::to_string(t) + ", threshold ";
          locate_critical(member.success[t][f], coordinate_,
                          hash(use + std::to_string(f) + ", " + hex(member.key)));
          const auto& found = member.success[t][f].critical;
          if (f == 0 && found)
            critical[c][t][static_cast<std::size_t>(Method::logistic)] = located(member, *found, coordinate_);
        }
      }
  }

  const Curves* curves_;
  std::optional<double> end_;
  std::map<std::size_t, Member> members_ = {};
  Coordinate coordinate_ = Coordinate::axis;
};

std::vector<std::int64_t> all_seeds(const Curves& curves, const std::vector<std::size_t>& members) {
  std::set<std::int64_t> seeds;
  for (const std::size_t c : members)
    for (const Ensemble& ensemble : curves.curves[c].ensembles)
      seeds.insert(ensemble.seeds.begin(), ensemble.seeds.end());
  return {seeds.begin(), seeds.end()};
}

}  // namespace

Transitions find_transitions(const Curves& curves, double threshold, std::size_t resamples) {
  Transitions result{.resamples = resamples};
  result.critical.assign(curves.curves.size(), ByTest(curves.tests.size()));
  const std::vector<Family> training = families(curves, training_length);
  std::vector<Family> sized;
  for (const std::string_view width : widths)
    for (Family& family : families(curves, width))
      if (family.curves.size() > 1) sized.push_back(std::move(family));
  result.families = training;
  result.families.insert(result.families.end(), sized.begin(), sized.end());
  result.scaling.resize(result.families.size());

  for (const std::vector<std::size_t>& members : relatives(curves)) {
    const ResamplingPlan plan{resamples, 0, all_seeds(curves, members), linear_end(curves.axis.name)};
    Group group(curves, threshold, plan, members);
    group.locate(training, sized, result.critical);
    for (std::size_t f = 0; f < result.families.size(); ++f)
      if (group.holds(result.families[f]))
        result.scaling[f] = group.scale(result.families[f], f < training.size());
  }
  return result;
}

}  // namespace rgsweep::analysis
