// Central sums of index tuples: tiles, joining, estimates. Which tuples there are is in tuple_tables.hpp.
#include "rgsweep/math/multivariate_cumulants.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <stdexcept>
#include <utility>

#include "tuple_tables.hpp"

namespace rgsweep::math {

namespace {

using Index = Eigen::Index;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
// Joining costs as much as some hundred samples; a few dozen components of a tile fit into the second-level
// cache.
constexpr Index tile = 1024;

Index size_of(const auto& table) {
  return static_cast<Index>(table.size());
}

}  // namespace

/// Sums about a point d above their mean, by expanding (u_i - d_i)(u_j - d_j)... with sum u_i = 0.
struct MultivariateCumulantAccumulator::Moved {
  const TupleTables& tables;
  const Sums& sums;
  double count;
  const Eigen::ArrayXd& d;

  double pair(std::size_t t) const {
    const auto [i, j] = tables.pairs[t];
    return sums.pair[static_cast<Index>(t)] + count * d[i] * d[j];
  }
  double triple(std::size_t t) const {
    const Slots<3>& slot = tables.triples[t];
    double sum = sums.triple[static_cast<Index>(t)] - count * d[slot[0]] * d[slot[1]] * d[slot[2]];
    for (std::size_t p = 0; p < 3; ++p) sum -= d[slot[p]] * sums.pair[tables.pairs_of_triple[t][p]];
    return sum;
  }
  double quad(std::size_t t) const {
    const Slots<4>& slot = tables.quads[t];
    double sum = sums.quad[static_cast<Index>(t)] + count * d[slot[0]] * d[slot[1]] * d[slot[2]] * d[slot[3]];
    for (std::size_t p = 0; p < 4; ++p) sum -= d[slot[p]] * sums.triple[tables.triples_of_quad[t][p]];
    for (std::size_t a = 0; a < 6; ++a) {
      const auto [i, j] = pair_of(slot, a);
      sum += d[i] * d[j] * sums.pair[tables.pairs_of_quad[t][5 - a]];
    }
    return sum;
  }
};

MultivariateCumulantAccumulator::MultivariateCumulantAccumulator(int components, int order)
    : tables_(std::make_shared<const TupleTables>(TupleTables::all(components, order))) {}

MultivariateCumulantAccumulator::MultivariateCumulantAccumulator(int components,
                                                                 std::vector<IndexTuple> tuples)
    : tables_(std::make_shared<const TupleTables>(TupleTables::of(components, std::move(tuples)))) {}

const std::vector<IndexTuple>& MultivariateCumulantAccumulator::tuples() const {
  return tables_->tuples;
}

void MultivariateCumulantAccumulator::join(double count, const Sums& sums) {
  if (count_ == 0) {
    count_ = static_cast<std::uint64_t>(count);
    sums_ = sums;
    return;
  }
  const double own = static_cast<double>(count_);
  const double total = own + count;
  const Eigen::ArrayXd delta = sums.mean - sums_.mean;
  const Eigen::ArrayXd shift = delta * (count / total), other_shift = delta * (-own / total);
  const Moved a{*tables_, sums_, own, shift}, b{*tables_, sums, count, other_shift};
  // Highest order first: each needs the lower ones as they were.
  for (std::size_t t = 0; t < tables_->quads.size(); ++t)
    sums_.quad[static_cast<Index>(t)] = a.quad(t) + b.quad(t);
  for (std::size_t t = 0; t < tables_->triples.size(); ++t)
    sums_.triple[static_cast<Index>(t)] = a.triple(t) + b.triple(t);
  for (std::size_t t = 0; t < tables_->pairs.size(); ++t)
    sums_.pair[static_cast<Index>(t)] = a.pair(t) + b.pair(t);
  sums_.mean += shift;
  count_ += static_cast<std::uint64_t>(count);
}

// Products of the leading components are kept while the sorted tuples share them.
void MultivariateCumulantAccumulator::central_sums(const Eigen::Ref<const Eigen::ArrayXXd>& deviation,
                                                   Sums& sums) const {
  for (std::size_t t = 0; t < tables_->pairs.size(); ++t) {
    const auto [i, j] = tables_->pairs[t];
    sums.pair[static_cast<Index>(t)] = (deviation.col(i) * deviation.col(j)).sum();
  }
  Eigen::ArrayXd two(deviation.rows()), three(deviation.rows());
  Slots<2> pair{-1, -1};
  const auto lead = [&](int i, int j) {
    if (pair == Slots<2>{i, j}) return false;
    pair = {i, j};
    two = deviation.col(i) * deviation.col(j);
    return true;
  };
  for (std::size_t t = 0; t < tables_->triples.size(); ++t) {
    const auto [i, j, k] = tables_->triples[t];
    lead(i, j);
    sums.triple[static_cast<Index>(t)] = (two * deviation.col(k)).sum();
  }
  int third = -1;
  for (std::size_t t = 0; t < tables_->quads.size(); ++t) {
    const auto [i, j, k, l] = tables_->quads[t];
    if (lead(i, j) || third != k) three = two * deviation.col(k);
    third = k;
    sums.quad[static_cast<Index>(t)] = (three * deviation.col(l)).sum();
  }
}

void MultivariateCumulantAccumulator::add(const Eigen::Ref<const Eigen::ArrayXXd>& samples) {
  if (samples.cols() != tables_->components)
    throw std::logic_error("MultivariateCumulantAccumulator: samples of another number of components");
  const Index slots = size_of(tables_->used);
  Sums sums{Eigen::ArrayXd(slots), Eigen::ArrayXd(size_of(tables_->pairs)),
            Eigen::ArrayXd(size_of(tables_->triples)), Eigen::ArrayXd(size_of(tables_->quads))};
  Eigen::ArrayXXd deviation;
  for (Index start = 0; start < samples.rows(); start += tile) {
    const Index size = std::min(tile, samples.rows() - start);
    deviation.resize(size, slots);
    for (Index s = 0; s < slots; ++s)
      deviation.col(s) = samples.col(tables_->used[static_cast<std::size_t>(s)]).segment(start, size);
    if (count_ == 0) origin_ = deviation.colwise().mean().transpose();
    deviation.rowwise() -= origin_.transpose();
    sums.mean = deviation.colwise().mean().transpose();
    deviation.rowwise() -= sums.mean.transpose();
    central_sums(deviation, sums);
    join(static_cast<double>(size), sums);
  }
}

void MultivariateCumulantAccumulator::merge(const MultivariateCumulantAccumulator& other) {
  if (tables_ != other.tables_ &&
      (tables_->components != other.tables_->components || tables_->tuples != other.tables_->tuples))
    throw std::logic_error("MultivariateCumulantAccumulator: merging other components or tuples");
  if (other.count_ == 0) return;
  if (count_ == 0) {
    *this = other;
    return;
  }
  Sums sums = other.sums_;
  sums.mean += other.origin_ - origin_;
  join(static_cast<double>(other.count_), sums);
}

Eigen::ArrayXd MultivariateCumulantAccumulator::k_statistics() const {
  const TupleTables& tables = *tables_;
  const double n = static_cast<double>(count_);
  const double d1 = n - 1, d2 = d1 * (n - 2), d3 = d2 * (n - 3);
  Eigen::ArrayXd k = Eigen::ArrayXd::Constant(size_of(tables.tuples), nan);
  for (std::size_t t = 0; t < tables.tuples.size(); ++t) {
    const std::size_t order = tables.tuples[t].size();
    const int at = tables.places[t];
    double& value = k[static_cast<Index>(t)];
    if (count_ < order) continue;
    if (order == 1) value = origin_[at] + sums_.mean[at];
    if (order == 2) value = sums_.pair[at] / d1;
    if (order == 3) value = n * sums_.triple[at] / d2;
    if (order == 4) {
      const Slots<6>& pairs = tables.pairs_of_quad[static_cast<std::size_t>(at)];
      double products = 0;
      for (std::size_t a = 0; a < 3; ++a) products += sums_.pair[pairs[a]] * sums_.pair[pairs[5 - a]];
      value = (n * (n + 1) * sums_.quad[at] - d1 * products) / d3;
    }
  }
  return k;
}

JointCumulants MultivariateCumulantAccumulator::tensors(const Eigen::ArrayXd& values) const {
  if (!tables_->complete || values.size() != size_of(tables_->tuples))
    throw std::logic_error("MultivariateCumulantAccumulator::tensors(): needs a value for every tuple");
  const int order = static_cast<int>(tables_->tuples.back().size());
  JointCumulants result = JointCumulants::zero(tables_->components, order);
  for (Index t = 0; t < values.size(); ++t) {
    const IndexTuple& tuple = tables_->tuples[static_cast<std::size_t>(t)];
    if (tuple.size() == 1) result.mean[tuple[0]] = values[t];
    if (tuple.size() == 2)
      result.covariance(tuple[0], tuple[1]) = result.covariance(tuple[1], tuple[0]) = values[t];
    if (tuple.size() == 3) result.set_third(tuple[0], tuple[1], tuple[2], values[t]);
    if (tuple.size() == 4) result.set_fourth(tuple[0], tuple[1], tuple[2], tuple[3], values[t]);
  }
  return result;
}

BatchedEstimate batched_k_statistics(std::span<const MultivariateCumulantAccumulator> batches) {
  if (batches.empty()) throw std::logic_error("batched_k_statistics(): no batches");
  MultivariateCumulantAccumulator all = batches.front();
  for (const auto& batch : batches.subspan(1)) all.merge(batch);
  const double total = static_cast<double>(all.count());
  const auto values = static_cast<Index>(all.tuples().size());

  Eigen::ArrayXd mean = Eigen::ArrayXd::Zero(values), squares = Eigen::ArrayXd::Zero(values);
  std::vector<Eigen::ArrayXd> estimates;
  std::vector<double> counts;
  for (const auto& batch : batches) {
    if (batch.count() == 0) continue;
    counts.push_back(static_cast<double>(batch.count()));
    estimates.push_back(batch.k_statistics());
    mean += counts.back() / total * estimates.back();
  }
  if (counts.size() < 2) return {all.k_statistics(), Eigen::ArrayXd::Constant(values, nan)};
  for (std::size_t b = 0; b < counts.size(); ++b) squares += counts[b] * (estimates[b] - mean).square();
  return {all.k_statistics(), (squares / (static_cast<double>(counts.size() - 1) * total)).sqrt()};
}

}  // namespace rgsweep::math
