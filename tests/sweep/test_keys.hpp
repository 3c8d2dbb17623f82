// A small key table with every feature of the real one, for the tests of this module.
#pragma once

#include <string>
#include <string_view>

#include "rgsweep/core/error.hpp"
#include "rgsweep/core/parameters.hpp"
#include "rgsweep/core/text.hpp"
#include "rgsweep/sweep/grid.hpp"
#include "rgsweep/sweep/spec.hpp"

namespace rgsweep::sweep {

/// gamma(K) with K as canonical number; without an argument it is gamma(2).
inline Value canonical_distribution(const Value& value) {
  const std::string& text = std::get<std::string>(value);
  if (choice_name(text) != "gamma") return value;
  if (text.find('(') == std::string::npos) return Value(std::string("gamma(2)"));
  const std::string argument = text.substr(6, text.size() - 7);
  return Value("gamma(" + canonical_text(parse_value(ValueType::real, argument)) + ")");
}

/// A list without spaces: "gaussian, uniform" -> "gaussian,uniform".
inline Value canonical_list(const Value& value) {
  return Value(join(split(std::get<std::string>(value), ','), ","));
}

inline const KeyTable& test_keys() {
  static const KeyTable table = [] {
    const auto integer = [](const char* name, const char* initial, double least) {
      Key key;
      key.name = name;
      key.type = ValueType::integer;
      key.initial = initial;
      key.minimum = least;
      return key;
    };
    const auto real = [](const char* name, const char* initial) {
      Key key;
      key.name = name;
      key.type = ValueType::real;
      key.initial = initial;
      return key;
    };
    const auto text = [](const char* name, const char* initial, std::vector<std::string> choices) {
      Key key;
      key.name = name;
      key.initial = initial;
      key.choices = std::move(choices);
      return key;
    };
    Key name = text("sweep.name", "sweep", {});
    name.axis = name.identity = name.block = false;
    Key seed = integer("sweep.seed", "0", 0);
    Key pairing = text("sweep.pairing", "independent", {"independent", "paired"});
    pairing.axis = pairing.block = false;
    Key depth = integer("model.depth", "1", 1);
    Key width = integer("model.width", "2", 1);
    depth.cost = width.cost = true;
    Key kind = text("activation.kind", "relu", {"linear", "relu", "leaky_relu", "quadratic", "spline"});
    Key slope = real("activation.slope", "0.5");
    slope.used_when = {{"activation.kind", {"leaky_relu", "spline"}}};
    Key alpha = real("activation.alpha", "1");
    alpha.used_when = {{"activation.kind", {"quadratic"}}};
    Key trainable = text("activation.trainable", "off", {"off", "on"});
    trainable.used_when = {{"activation.kind", {"spline"}}};
    Key knots = integer("activation.knots", "4", 2);
    knots.used_when = {{"activation.trainable", {"on"}}};  // itself used by splines only
    Key train = text("task.train", "gaussian", {"gaussian", "uniform", "gamma"});
    train.canonical = canonical_distribution;
    Key samples = integer("task.samples", "100", 1);
    samples.used_when = {{"task.train", {"gamma", "uniform"}}};
    Key test = text("task.test", "gaussian", {});
    test.axis = false;
    test.canonical = canonical_list;
    Key rate = real("training.rate", "0.05");
    rate.minimum = 0;
    rate.open_minimum = true;
    Key steps = integer("training.steps", "100", 1);
    steps.cost = true;
    return KeyTable({name, seed, pairing, depth, width, kind, slope, alpha, trainable, knots, train, samples,
                     test, rate, steps});
  }();
  return table;
}

inline Spec spec_of(std::string_view text, const Overrides& overrides = {}) {
  return parse_spec(test_keys(), text, "test.ini", overrides);
}

inline Grid grid_of(std::string_view text, const Overrides& overrides = {}) {
  return Grid::build(test_keys(), spec_of(text, overrides));
}

/// What the UsageError says that `action` must throw, else a remark that no test expects.
template <class Action>
std::string message_of(const Action& action) {
  try {
    action();
  } catch (const UsageError& error) {
    return error.what();
  }
  return "nothing was thrown";
}

}  // namespace rgsweep::sweep
