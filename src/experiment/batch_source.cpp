#include "batch_source.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <span>

namespace rgsweep::experiment {

FreshSamples::FreshSamples(data::Distribution distribution, data::RgMap map, std::uint64_t stream_key)
    : distribution_(distribution), map_(map), stream_key_(stream_key) {}

template <class X, class Y>
void FreshSamples::draw(std::uint64_t step, X& x, Y& y) const {
  Stream stream(stream_key_, Purpose::train_sample, step);
  for (Eigen::Index site = 0; site < x.cols(); ++site)
    distribution_.sample(stream, std::span(x.col(site).data(), static_cast<std::size_t>(x.rows())));
  map_.target(x, y);
}

void FreshSamples::fill(std::uint64_t step, Eigen::Ref<Eigen::ArrayXXd> x, Eigen::Ref<Eigen::ArrayXd> y) {
  draw(step, x, y);
}

void FreshSamples::fill_float(std::uint64_t step, Eigen::Ref<Eigen::ArrayXXf> x,
                              Eigen::Ref<Eigen::ArrayXf> y) {
  draw(step, x, y);
}

FixedSet::FixedSet(const data::Distribution& distribution, data::RgMap map, std::size_t samples,
                   std::size_t batch, std::uint64_t stream_key)
    : batch_(std::min(batch, samples)),
      stream_key_(stream_key),
      epoch_(std::numeric_limits<std::uint64_t>::max()),
      order_(samples) {
  Stream stream(stream_key, Purpose::train_sample, 0);
  x_ = data::draw_inputs(distribution, map.block, samples, stream);
  y_ = map.target(x_);
}

void FixedSet::start_epoch(std::uint64_t epoch) {
  std::iota(order_.begin(), order_.end(), 0U);
  Stream stream(stream_key_, Purpose::shuffle, epoch);
  shuffle(order_, stream);
  epoch_ = epoch;
}

void FixedSet::fill(std::uint64_t step, Eigen::Ref<Eigen::ArrayXXd> x, Eigen::Ref<Eigen::ArrayXd> y) {
  if (constant()) {
    x = x_;
    y = y_;
    return;
  }
  const std::uint64_t batches = order_.size() / batch_;
  if (step / batches != epoch_) start_epoch(step / batches);
  const std::size_t first = (step % batches) * batch_;
  for (std::size_t i = 0; i < batch_; ++i) {
    const Eigen::Index to = static_cast<Eigen::Index>(i), from = order_[first + i];
    x.row(to) = x_.row(from);
    y(to) = y_(from);
  }
}

std::unique_ptr<nn::BatchSource> make_batch_source(const Parameters& point, std::size_t batch,
                                                   std::uint64_t stream_key) {
  const data::Distribution distribution = data::parse_distribution(point.text("task.train"));
  const data::RgMap map{static_cast<int>(point.integer("task.block"))};
  const auto samples = static_cast<std::size_t>(point.integer("task.train_samples"));
  if (samples == 0) return std::make_unique<FreshSamples>(distribution, map, stream_key);
  return std::make_unique<FixedSet>(distribution, map, samples, batch, stream_key);
}

}  // namespace rgsweep::experiment
