// Rates of one core with 512-bit vectors: training by `rgsweep bench kernel`, theory by bench_tracing.
#include "cost.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <variant>

#include "layer_cumulants.hpp"
#include "rgsweep/core/text.hpp"
#include "rgsweep/data/distribution.hpp"
#include "rgsweep/nn/activation.hpp"
#include "rgsweep/nn/architecture.hpp"
#include "rgsweep/theory/activation_pieces.hpp"
#include "rgsweep/theory/layer_truth.hpp"

namespace rgsweep::experiment {

namespace {

constexpr double seconds_per_operation = 0.15e-9, seconds_per_draw = 4e-9, seconds_per_exchange = 20e-9,
                 seconds_per_number = 4e-9;
/// Of training: a step of no work, an input of a fresh batch, a weight for one sample forward and backward
/// while the weights of a layer stay in the nearest memory, and beyond.
constexpr double seconds_per_step = 0.1e-6, seconds_per_fresh_input = 1.5e-9, seconds_per_weight = 0.05e-9,
                 seconds_per_far_weight = 0.13e-9, near_weights = 2048;
/// Of the training that theory may take where nothing else is asked for.
constexpr double theory_share = 1.0 / 7;

double number(const Parameters& point, const char* key) {
  return static_cast<double>(point.integer(key));
}

struct Sizes {
  double block, width, depth;
  double multiplications() const { return width * (block + (depth - 1) * width + 1); }
  double activations() const { return width * depth; }
  /// Of one sample that theory follows: all units before and after their activations, and the output.
  double values() const { return 2 * width * depth + 1; }
};

Sizes sizes(const Parameters& point) {
  return {number(point, "task.block"), static_cast<double>(nn::hidden_units(point)),
          number(point, "model.depth")};
}

/// One unit's activation of one sample and its derivative.
double seconds_per_activation(const Parameters& point) {
  const nn::Activation activation = nn::make_activation(point);
  if (std::holds_alternative<nn::Spline>(activation)) return 1.4e-9;
  if (std::holds_alternative<nn::Quadratic>(activation)) return 0.1e-9;
  return theory::pieces(activation).is_linear() ? 0 : 0.4e-9;
}

/// What theory takes for one value of one sector, polygon or point, for what joins two units, and for a joint
/// cumulant of four.
struct TheoryRates {
  double points;  ///< of a rule over the plane; 0 for sectors and polygons
  double value, pair, four;
};

/// Whether all kinks are lines through 0, which divide the plane into sectors, and the inputs have neither
/// heavy tails nor a singular density, of which sectors know nothing.
bool has_sectors(const Parameters& point) {
  if (point.integer("task.block") != 2 || point.text("model.bias") == "all") return false;
  const data::Distribution inputs = data::parse_distribution(point.text("task.train"));
  const bool singular = inputs.entry().name == "gamma" && inputs.argument() != std::floor(inputs.argument());
  return std::isfinite(inputs.cumulant(data::max_cumulant)) && !singular;
}

TheoryRates theory_rates(const Parameters& point) {
  const nn::Activation activation = nn::make_activation(point);
  if (std::holds_alternative<nn::Quadratic>(activation)) return {400, 6e-9, 0.1e-6, 0.1e-6};
  if (theory::pieces(activation).is_linear())
    return {0, has_sectors(point) ? 12e-9 : 200e-9, 0.12e-6, 0.3e-6};
  const bool lattice = point.integer("task.block") == 2 && point.text("task.train") == "gaussian";
  if (std::holds_alternative<nn::Spline>(activation)) return {lattice ? 9e3 : 4e4, 9e-9, 96e-6, 2.6e-6};
  return {lattice ? 4500.0 : 13000.0, lattice ? 2e-9 : 15e-9, 20e-6, 0.7e-6};
}

/// Points of a tensor rule, or parts of the plane on which every unit is linear: sectors, or the cells of as
/// many lines as there are units. Three inputs: on some 100 planes.
double pieces_of_inputs(const Parameters& point, const Sizes& n, const TheoryRates& rates) {
  const double lines = n.activations();
  const auto most = static_cast<double>(theory::TruthOptions{}.max_points);
  if (rates.points > 0) return n.block == 2 ? rates.points : std::min(std::pow(rates.points, 1.5), most);
  if (has_sectors(point)) return 2 * lines;
  return (1 + lines + lines * (lines - 1) / 2) * (n.block == 2 ? 1 : 100);
}

/// Of the k-statistics at one checkpoint.
double measuring_seconds(const Parameters& point, std::size_t numbers) {
  const Sizes n = sizes(point);
  return static_cast<double>(layer_samples(point, numbers)) *
         (n.values() * seconds_per_number + 4 * n.multiplications() * seconds_per_operation);
}

/// Of what is not left out at a checkpoint with theory.
double traced_theory_seconds(const Parameters& point) {
  const TheorySeconds seconds = theory_seconds(point);
  return (has_truth(point) ? seconds.truth : measuring_seconds(point, kLayerNumbersInsteadOfTruth)) +
         (has_closures(point) ? seconds.closures : 0);
}

}  // namespace

std::int64_t batch_samples(const Parameters& point) {
  const std::int64_t set = point.integer("task.train_samples"), batch = point.integer("training.batch");
  return set == 0 ? batch : std::min(batch, set);
}

double training_seconds(const Parameters& point) {
  const Sizes n = sizes(point);
  const double lanes = point.text("training.precision") == "float64" ? 2 : 1;
  const double batch = static_cast<double>(batch_samples(point));
  const double fresh = point.integer("task.train_samples") == 0 ? batch * n.block : 0;
  const double weight =
      n.depth > 1 && n.width * n.width > near_weights ? seconds_per_far_weight : seconds_per_weight;
  const double sample = n.multiplications() * weight + n.activations() * seconds_per_activation(point);
  return number(point, "training.steps") *
         (seconds_per_step + fresh * seconds_per_fresh_input + batch * sample * lanes);
}

TheorySeconds theory_seconds(const Parameters& point) {
  const Sizes n = sizes(point);
  const TheoryRates rates = theory_rates(point);
  TheorySeconds seconds{std::numeric_limits<double>::infinity(), 0};
  if (theory::has_layer_truth(static_cast<int>(n.block)))
    seconds.truth = pieces_of_inputs(point, n, rates) * n.values() * rates.value;
  const double width = n.width;
  const auto widest = static_cast<double>(theory::ClosureOptions{}.widest);
  const double pairs = n.depth * width * (width + 1) / 2 * rates.pair;
  const double fours =
      (n.block == 2 ? n.depth - 1 : n.depth) * std::pow(std::min(width, widest), 4) * rates.four;
  seconds.closures = (has_nodes(point) ? 2 : 1) * (2 * pairs + fours);
  return seconds;
}

bool has_truth(const Parameters& point) {
  return theory_seconds(point).truth <= kLongestTheorySeconds;
}

bool has_closures(const Parameters& point) {
  return theory_seconds(point).closures <= kLongestTheorySeconds;
}

std::vector<bool> theory_checkpoints(const Parameters& point, std::size_t checkpoints) {
  std::vector<bool> result(checkpoints, false);
  if (!traces_theory(point) || checkpoints == 0) return result;
  auto wanted = static_cast<std::size_t>(point.integer("trace.theory_checkpoints"));
  if (wanted == 0) {
    const double affordable = theory_share * training_seconds(point) / traced_theory_seconds(point);
    wanted = affordable >= static_cast<double>(checkpoints)
                 ? checkpoints
                 : std::max<std::size_t>(1, static_cast<std::size_t>(affordable));
  }
  wanted = std::min(wanted, checkpoints);
  result.back() = true;
  for (std::size_t i = 0; i + 1 < wanted; ++i) {
    const double place = static_cast<double>(i * (checkpoints - 1)) / static_cast<double>(wanted - 1);
    result[static_cast<std::size_t>(std::llround(place))] = true;
  }
  return result;
}

double predicted_rg_seconds(const Parameters& point) {
  const Sizes n = sizes(point);
  const double training = training_seconds(point);
  const double tests = static_cast<double>(split(point.text("task.test"), ',').size());
  // Of the flow: outputs of all its steps, and numbers put into random order, each per test sample.
  const double flow_steps = number(point, "trace.flow_steps");
  const double flow = (1 - std::pow(n.block, -flow_steps)) / (1 - 1 / n.block);
  const double ordered = (1 - std::pow(n.block, -std::max(flow_steps - 1, 0.0))) / (1 - 1 / n.block);
  const double draws_tested = tests + 1 + (flow_steps > 0 ? 1 : 0);
  const double evaluations = tests + 2 + n.block * (n.block - 1) / 2 + flow;
  const double test = number(point, "task.test_samples") *
                      (draws_tested * n.block * seconds_per_draw + ordered * seconds_per_exchange +
                       evaluations * 4 * (n.multiplications() + 4 * n.activations()) * seconds_per_operation);
  const double checkpoints =
      std::min(number(point, "trace.checkpoints"), number(point, "training.steps") + 1);
  const double traces =
      checkpoints *
      measuring_seconds(point, traces_theory(point) ? kLayerNumbersBesideTheory : kLayerNumbers);
  double theory = 0;
  if (traces_theory(point)) {
    const std::vector<bool> places = theory_checkpoints(point, static_cast<std::size_t>(checkpoints));
    theory =
        static_cast<double>(std::count(places.begin(), places.end(), true)) * traced_theory_seconds(point);
  }
  return training + test + traces + theory;
}

}  // namespace rgsweep::experiment
