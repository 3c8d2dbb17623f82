// What `rgsweep analyze` says in words: tables of the curves, critical values and verdicts of the families,
// and what is missing.
#pragma once

#include "rgsweep/analysis/phase.hpp"

namespace rgsweep::cli {

/// To stdout: one table for each curve and the test distributions that it was measured on.
void print_curves(const analysis::PhaseDiagram& phase);

/// To stdout: critical values and verdict of each family of training lengths and each test distribution.
void print_transitions(const analysis::PhaseDiagram& phase);

/// To stderr: points that stand on no curve, and curves with fewer replicas than others.
void report_missing(const analysis::Curves& curves);

}  // namespace rgsweep::cli
