// Inner products of orbits that were needed lately, within a bound of memory: the points of a sweep over
// networks share their images.
#pragma once

#include <cstddef>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <tuple>

#include <Eigen/Core>

namespace rgsweep::data {

/// All that Orbit::interleaved_products() depends on.
struct ProductKey {
  std::string images;
  std::string group;
  int poses = 0;
  std::size_t a = 0;
  std::size_t b = 0;

  bool operator<(const ProductKey& other) const {
    return std::tie(images, group, poses, a, b) <
           std::tie(other.images, other.group, other.poses, other.a, other.b);
  }
};

/// For one thread.
class ProductCache {
 public:
  /// What is kept takes no more than max_bytes; what was used longest ago goes first.
  explicit ProductCache(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  /// The matrix of this key, from make() unless it is kept; kept then, unless it alone is too large.
  std::shared_ptr<const Eigen::MatrixXd> get(const ProductKey& key,
                                             const std::function<Eigen::MatrixXd()>& make);
  std::size_t bytes() const { return bytes_; }

 private:
  struct Kept {
    ProductKey key;
    std::shared_ptr<const Eigen::MatrixXd> products;
  };

  std::size_t max_bytes_, bytes_ = 0;
  std::list<Kept> kept_;  ///< the last used first
  std::map<ProductKey, std::list<Kept>::iterator> places_;
};

}  // namespace rgsweep::data
