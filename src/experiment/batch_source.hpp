// Where training batches come from: fresh samples at every step, or a fixed training set in a new random
// order every epoch. Both are functions of (stream key, step) alone, so that a training can go on from any
// step.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "rgsweep/core/parameters.hpp"
#include "rgsweep/data/rg_map.hpp"
#include "rgsweep/nn/trainer.hpp"

namespace rgsweep::experiment {

/// Step t draws its own batch from the stream (key, train_sample, t), all samples of the first site first.
class FreshSamples : public nn::BatchSource {
 public:
  FreshSamples(data::Distribution distribution, data::RgMap map, std::uint64_t stream_key);
  void fill(std::uint64_t step, Eigen::Ref<Eigen::ArrayXXd> x, Eigen::Ref<Eigen::ArrayXd> y) override;
  /// Drawn in float; y is the target of the float inputs.
  void fill_float(std::uint64_t step, Eigen::Ref<Eigen::ArrayXXf> x, Eigen::Ref<Eigen::ArrayXf> y) override;

 private:
  template <class X, class Y>
  void draw(std::uint64_t step, X& x, Y& y) const;

  data::Distribution distribution_;
  data::RgMap map_;
  std::uint64_t stream_key_;
};

/// `samples` inputs from the stream (key, train_sample, 0). A batch as large as the set is the whole set in
/// its own order; smaller ones are consecutive pieces of the epoch's permutation, whose remainder is left
/// out.
class FixedSet : public nn::BatchSource {
 public:
  FixedSet(const data::Distribution& distribution, data::RgMap map, std::size_t samples, std::size_t batch,
           std::uint64_t stream_key);
  void fill(std::uint64_t step, Eigen::Ref<Eigen::ArrayXXd> x, Eigen::Ref<Eigen::ArrayXd> y) override;
  bool constant() const override { return batch_ == order_.size(); }

 private:
  void start_epoch(std::uint64_t epoch);

  data::Inputs x_;
  Eigen::ArrayXd y_;
  std::size_t batch_;
  std::uint64_t stream_key_;
  std::uint64_t epoch_ = 0;
  std::vector<std::uint32_t> order_;
};

/// The source that task.train, task.train_samples and task.block ask for.
std::unique_ptr<nn::BatchSource> make_batch_source(const Parameters& point, std::size_t batch,
                                                   std::uint64_t stream_key);

}  // namespace rgsweep::experiment
