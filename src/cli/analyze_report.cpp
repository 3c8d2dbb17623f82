#include "analyze_report.hpp"

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <iostream>
#include <string>

#include "rgsweep/analysis/axis.hpp"
#include "rgsweep/analysis/verdict.hpp"
#include "rgsweep/core/text.hpp"

namespace rgsweep::cli {
namespace {

using analysis::Estimate;
using analysis::PhaseDiagram;

constexpr std::size_t most_warnings = 8;

using rgsweep::brief_text;
std::string brief_text(const Estimate& estimate) {
  if (std::isnan(estimate.value)) return "-";
  return brief_text(estimate.value) + " [" + brief_text(estimate.low) + ", " + brief_text(estimate.high) +
         "]";
}

std::string labelled(const std::string& label, const std::string& test) {
  return (label.empty() ? "" : label + ", ") + "test = " + test;
}

void print_row(double x, const analysis::TestStatistics& s) {
  std::string interval = "[";
  interval += brief_text(s.success_low) + ", " + brief_text(s.success_high) + "]";
  std::cout << std::setw(12) << canonical_text(x) << std::setw(7) << s.n << std::setw(9)
            << brief_text(s.success_fraction) << std::setw(17) << interval << std::setw(11)
            << brief_text(s.mse_median) << std::setw(11) << brief_text(s.mse_lower_quartile) << std::setw(11)
            << brief_text(s.mse_upper_quartile) << "\n";
}

std::string size_of(const analysis::Family& family, std::size_t i) {
  return std::isnan(family.sizes[i]) ? "-" : canonical_text(family.sizes[i]);
}

void print_critical(const PhaseDiagram& phase, const analysis::Family& family, std::size_t test) {
  const std::size_t wide = std::max<std::size_t>(family.variable.size(), 14) + 2;
  std::cout << "  " << std::left << std::setw(static_cast<int>(wide)) << family.variable;
  for (const std::string& method : analysis::method_names()) std::cout << std::setw(26) << method;
  std::cout << "\n";
  for (std::size_t i = 0; i < family.curves.size(); ++i) {
    std::cout << "  " << std::setw(static_cast<int>(wide)) << size_of(family, i);
    for (const auto& critical : phase.transitions.critical[family.curves[i]][test])
      std::cout << std::setw(26)
                << (critical ? brief_text(critical->value) + (critical->resolved ? "" : " step")
                             : std::string("-"));
    std::cout << "\n";
  }
  std::cout << std::right;
}

std::string verdict_text(const analysis::FamilyScaling& scaling) {
  const analysis::Judgement& judgement = scaling.judgement;
  switch (judgement.verdict) {
    case analysis::Verdict::transition:
      return "transition at " + brief_text(judgement.position);
    case analysis::Verdict::crossover:
      return "crossover that moves with training time";
    case analysis::Verdict::no_transition:
      return "no transition in range";
    case analysis::Verdict::no_verdict:
    case analysis::Verdict::not_judged:
      break;
  }
  return "no verdict: " + analysis::reason_table()[static_cast<std::size_t>(judgement.reason)].sentence;
}

/// The letter of a size in a law: T steps, width H of an mlp, F features of a graph network.
std::string letter_of(const analysis::Family& family) {
  if (family.variable == analysis::training_length) return "T";
  return family.variable == analysis::widths[0] ? "H" : "F";
}

void print_scaling(const analysis::FamilyScaling& scaling, const std::string& critical,
                   const std::string& letter) {
  const analysis::Drift& drift = scaling.drift;
  if (drift.lengths >= 2)
    std::cout << "  drift: distance from the linear end ~ " << letter
              << "^y, y = " << brief_text(drift.exponent) << "\n";
  if (drift.lengths >= 3)
    std::cout << "  " << letter << " -> infinity: " << critical << " " << brief_text(drift.limit)
              << " (p = " << brief_text(drift.limit_p_value, 2) << "); constant "
              << brief_text(drift.constant) << " (p = " << brief_text(drift.constant_p_value, 2) << ")\n";
  if (!std::isnan(scaling.collapse.exponent.value))
    std::cout << "  collapse on " << letter << " d^z: z = " << brief_text(scaling.collapse.exponent)
              << ", chi^2 per degree of freedom " << brief_text(scaling.collapse.quality) << "\n";
}

bool unmeasured(const PhaseDiagram& phase, const analysis::Family& family, std::size_t test) {
  return std::all_of(family.curves.begin(), family.curves.end(), [&](std::size_t c) {
    return std::all_of(phase.statistics[c].begin(), phase.statistics[c].end(),
                       [&](const analysis::Statistics& s) { return s.tests[test].n == 0; });
  });
}

}  // namespace

void print_curves(const PhaseDiagram& phase) {
  const analysis::Curves& curves = phase.curves;
  std::cout << "success: test_mse < " << canonical_text(phase.threshold) << ", along " << curves.axis.name
            << "\n";
  for (std::size_t c = 0; c < curves.curves.size(); ++c) {
    const std::vector<analysis::Statistics>& along = phase.statistics[c];
    for (std::size_t t = 0; t < curves.tests.size(); ++t) {
      if (std::all_of(along.begin(), along.end(), [t](const auto& s) { return s.tests[t].n == 0; })) continue;
      std::cout << "\n"
                << labelled(analysis::label_of(curves, c), curves.tests[t]) << "\n"
                << "           x      n  success     95% interval     median  quartile1  quartile3\n";
      for (std::size_t e = 0; e < along.size(); ++e)
        if (along[e].tests[t].n > 0) print_row(curves.curves[c].ensembles[e].x, along[e].tests[t]);
    }
  }
}

void print_transitions(const PhaseDiagram& phase) {
  const analysis::Transitions& transitions = phase.transitions;
  const std::string critical = "critical " + analysis::last_part(phase.curves.axis.name);
  std::cout << "\n"
            << critical << ", success at test_mse < " << canonical_text(phase.threshold)
            << ", 95 % intervals from " << transitions.resamples << " resamples\n";
  for (std::size_t f = 0; f < transitions.families.size(); ++f)
    for (std::size_t t = 0; t < phase.curves.tests.size(); ++t) {
      const analysis::FamilyScaling& scaling = transitions.scaling[f][t];
      const analysis::Family& family = transitions.families[f];
      const bool judged = scaling.judgement.verdict != analysis::Verdict::not_judged;
      if (!judged && unmeasured(phase, family, t)) continue;
      std::cout << "\n"
                << labelled(analysis::label_of(phase.curves, family.curves.front(), family.variable),
                            phase.curves.tests[t])
                << "\n"
                << (judged ? "  verdict: " + verdict_text(scaling)
                           : "  finite size: scaling over " + family.variable)
                << "\n";
      print_critical(phase, family, t);
      print_scaling(scaling, critical, letter_of(family));
    }
}

void report_missing(const analysis::Curves& curves) {
  if (curves.unfinished > 0)
    std::cerr << "rgsweep: " << curves.unfinished << " points left out: pending or failed\n";
  if (curves.without_axis > 0)
    std::cerr << "rgsweep: " << curves.without_axis << " points left out: they do not use "
              << curves.axis.name << "\n";
  std::size_t replicas = 0, warned = 0;
  for (const analysis::Curve& curve : curves.curves)
    for (const analysis::Ensemble& ensemble : curve.ensembles) replicas = std::max(replicas, ensemble.size());
  for (std::size_t c = 0; c < curves.curves.size(); ++c) {
    std::vector<std::string> fewer;
    for (const analysis::Ensemble& ensemble : curves.curves[c].ensembles)
      if (ensemble.size() < replicas)
        fewer.push_back(canonical_text(ensemble.x) + " (" + std::to_string(ensemble.size()) + ")");
    if (fewer.empty() || ++warned > most_warnings) continue;
    const std::size_t count = fewer.size();
    if (count > most_warnings) fewer.resize(most_warnings);
    const std::string label = analysis::label_of(curves, c);
    std::cerr << "rgsweep: warning: " << (label.empty() ? "the curve" : "the curve " + label)
              << " has fewer than " << replicas << " replicas at " << count << " of "
              << curves.curves[c].ensembles.size() << " values of " << curves.axis.name << ": "
              << join(fewer, ", ") << (count > most_warnings ? ", ..." : "") << "\n";
  }
  if (warned > most_warnings)
    std::cerr << "rgsweep: warning: so have " << warned - most_warnings << " more curves\n";
}

}  // namespace rgsweep::cli
