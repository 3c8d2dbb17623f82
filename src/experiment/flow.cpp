// One population, kept in place from step to step.
#include "flow.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "rgsweep/core/hash.hpp"
#include "rgsweep/core/rng.hpp"
#include "tiles.hpp"

namespace rgsweep::experiment {

namespace {

/// Random numbers of step m = 1, 2, ...: its inputs for the first, its order for the others.
Stream stream_of(const InputSource& inputs, std::size_t step) {
  return {inputs.stream_key, Purpose::observable, hash("flow " + std::to_string(step))};
}

void shuffle(std::vector<double>& population, Stream stream) {
  for (std::size_t i = population.size(); i > 1; --i)
    std::swap(population[i - 1], population[stream.below(i)]);
}

/// Replaces the b-tuples of the population by the map's outputs; its order is random already.
void step_in_place(const nn::ReferenceNetwork& network, const Eigen::VectorXd& theta,
                   const InputSource& inputs, std::vector<double>& population) {
  using Tuples = Eigen::Array<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const auto block = static_cast<std::size_t>(inputs.map.block);
  for_each_tile(population.size() / block, inputs.should_stop, [&](std::size_t first, std::size_t count) {
    const Eigen::Map<const Tuples> tuples(population.data() + first * block, static_cast<Eigen::Index>(count),
                                          inputs.map.block);
    // Tuple i ends behind place i, so that no output overwrites what is still to be read.
    const Eigen::ArrayXd output = network.output(theta, tuples);
    Eigen::Map<Eigen::ArrayXd>(population.data() + first, output.size()) = output;
  });
  population.resize(population.size() / block);
}

}  // namespace

std::vector<math::CumulantAccumulator> measure_flow(const nn::ReferenceNetwork& network,
                                                    const Eigen::VectorXd& theta, const InputSource& inputs,
                                                    std::size_t steps) {
  std::vector<math::CumulantAccumulator> result(steps);
  std::vector<double> population;
  if (steps > 0) population.reserve(inputs.samples);
  for (std::size_t m = 0; m < steps; ++m) {
    if (m == 0) {
      // Fresh inputs are in random order as they are drawn.
      Stream stream = stream_of(inputs, 1);
      for_each_tile(inputs.samples, inputs.should_stop, [&](std::size_t, std::size_t count) {
        const Eigen::ArrayXd output =
            network.output(theta, data::draw_inputs(inputs.distribution, inputs.map.block, count, stream));
        population.insert(population.end(), output.begin(), output.end());
      });
    } else {
      shuffle(population, stream_of(inputs, m + 1));
      step_in_place(network, theta, inputs, population);
    }
    const auto finite = [](double value) { return std::isfinite(value); };
    if (!std::all_of(population.begin(), population.end(), finite)) break;
    result[m].add(population);
  }
  return result;
}

}  // namespace rgsweep::experiment
