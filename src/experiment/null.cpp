#include "null.hpp"

namespace rgsweep::experiment {

std::vector<Column> null_columns() {
  return {};
}

void run_null(const Parameters&, std::uint64_t, const Schema&, const Context&, Row&) {}

double predicted_null_seconds(const Parameters&) {
  return 2e-6;
}

}  // namespace rgsweep::experiment
