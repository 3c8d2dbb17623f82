// The sections [task] and [trace]: what is learned, and what is kept of it.
#include <set>
#include <string>
#include <utility>

#include "key_sections.hpp"
#include "rgsweep/core/registry.hpp"
#include "rgsweep/core/text.hpp"
#include "rgsweep/data/distribution.hpp"

namespace rgsweep::experiment {

namespace {

Value canonical_distribution(const Value& value) {
  return data::parse_distribution(std::get<std::string>(value)).text();
}

/// A list of distributions, each once, in the order of their table and then of their texts: the order in
/// which they were written tells no two points apart.
Value canonical_distributions(const Value& value) {
  std::set<std::pair<const data::DistributionEntry*, std::string>> distinct;
  for (const std::string& part : split(std::get<std::string>(value), ',')) {
    const data::Distribution distribution = data::parse_distribution(part);
    distinct.emplace(&distribution.entry(), distribution.text());
  }
  std::vector<std::string> texts;
  for (const auto& [entry, text] : distinct) texts.push_back(text);
  return join(texts, ", ");
}

}  // namespace

void append_task_keys(Keys& keys) {
  keys.push_back({.name = "task.block",
                  .type = ValueType::integer,
                  .initial = "2",
                  .summary = "sites that one renormalisation step joins",
                  .minimum = 2,
                  .maximum = 64,
                  .cost = true});
  keys.push_back({.name = "task.train",
                  .initial = "gaussian",
                  .summary = "distribution of the training inputs",
                  .choices = names(data::distributions()),
                  .canonical = canonical_distribution});
  keys.push_back({.name = "task.train_samples",
                  .type = ValueType::integer,
                  .initial = "0",
                  .summary = "size of the training set; 0 draws fresh samples at every step",
                  .minimum = 0,
                  .maximum = 1e8,
                  .cost = true});
  keys.push_back({.name = "task.test",
                  .initial = "gaussian",
                  .summary = "distributions of the test inputs (a list)",
                  .axis = false,
                  .canonical = canonical_distributions});
  keys.push_back({.name = "task.test_samples",
                  .type = ValueType::integer,
                  .initial = "131072",
                  .summary = "test inputs drawn from each distribution",
                  .minimum = 1,
                  .maximum = 1e8,
                  .cost = true});
}

void append_trace_keys(Keys& keys) {
  keys.push_back({.name = "trace.checkpoints",
                  .type = ValueType::integer,
                  .initial = "20",
                  .summary = "log-spaced training steps at which traces are kept",
                  .minimum = 2,
                  .maximum = 4096,
                  .axis = false,
                  .cost = true});
  keys.push_back({.name = "trace.orders",
                  .type = ValueType::integer,
                  .initial = "6",
                  .summary = "highest order of the cumulants that are kept",
                  .minimum = 1,
                  .maximum = 6,
                  .axis = false});
  keys.push_back({.name = "trace.flow_steps",
                  .type = ValueType::integer,
                  .initial = "4",
                  .summary = "times that the learned map is iterated on a population of "
                             "task.test_samples * task.block inputs",
                  .minimum = 0,
                  .maximum = 64,
                  .axis = false,
                  .later = true,
                  .cost = true});
  keys.push_back({.name = "trace.theory",
                  .initial = "off",
                  .summary = "whether the exact and the predicted cumulants of the layers are traced beside "
                             "the measured ones",
                  .choices = {"on", "off"},
                  .axis = false,
                  .later = true,
                  .cost = true});
  keys.push_back({.name = "trace.theory_checkpoints",
                  .type = ValueType::integer,
                  .initial = "0",
                  .summary = "checkpoints with theory: the last, the first and others evenly between; 0: as "
                             "many as take a seventh of the training's time, at least one",
                  .minimum = 0,
                  .maximum = 4096,
                  .used_when = {{"trace.theory", {"on"}}},
                  .axis = false,
                  .later = true,
                  .cost = true});
}

}  // namespace rgsweep::experiment
