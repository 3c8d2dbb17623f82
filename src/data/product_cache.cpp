#include "rgsweep/data/product_cache.hpp"

namespace rgsweep::data {

namespace {

std::size_t bytes_of(const Eigen::MatrixXd& matrix) {
  return static_cast<std::size_t>(matrix.size()) * sizeof(double);
}

}  // namespace

std::shared_ptr<const Eigen::MatrixXd> ProductCache::get(const ProductKey& key,
                                                         const std::function<Eigen::MatrixXd()>& make) {
  if (const auto place = places_.find(key); place != places_.end()) {
    kept_.splice(kept_.begin(), kept_, place->second);
    return kept_.front().products;
  }
  auto products = std::make_shared<const Eigen::MatrixXd>(make());
  const std::size_t bytes = bytes_of(*products);
  if (bytes > max_bytes_) return products;
  while (bytes_ + bytes > max_bytes_) {
    bytes_ -= bytes_of(*kept_.back().products);
    places_.erase(kept_.back().key);
    kept_.pop_back();
  }
  kept_.push_front({key, products});
  places_.emplace(key, kept_.begin());
  bytes_ += bytes;
  return products;
}

}  // namespace rgsweep::data
