#include "rgsweep/analysis/critical.hpp"

#include <cmath>
#include <utility>

namespace rgsweep::analysis {

std::vector<std::string> method_names() {
  return {"logistic", "susceptibility", "binder"};
}

std::optional<CriticalValue> if_known(CriticalValue critical) {
  critical.value = estimate(critical.replicated);
  if (std::isnan(critical.value.low) || std::isnan(critical.value.high)) return std::nullopt;
  return critical;
}

}  // namespace rgsweep::analysis
