// Error bounds of sums that a sequence of ever finer rules gives, from the differences of consecutive ones.
#pragma once

#include <cmath>
#include <deque>

#include <Eigen/Core>

namespace rgsweep::theory {

/// Rules of n points for each input. Where the differences fall fast, the last one bounds the error. Where
/// they do not, as across kinks or with few points in a steep place, errors fall unevenly with the square of
/// the nodes' distance, and two rules may agree by chance: then the last three are taken. The nodes' distance
/// falls as 1/n, that of Gauss rules for unbounded inputs as 1/sqrt(n).
class ErrorBound {
 public:
  explicit ErrorBound(bool kinked) : kinked_(kinked) {}

  Eigen::ArrayXXd add(const Eigen::ArrayXXd& difference, const Eigen::ArrayXXd& scales, double n,
                      bool is_gauss) {
    constexpr double fast = 0.05;
    const double change = (difference / scales).maxCoeff();
    const bool falls_fast = !kinked_ && !last_.empty() && is_gauss == last_.back().is_gauss &&
                            change < fast * last_.back().change;
    last_.push_back({difference, n, change, is_gauss});
    if (last_.size() > 3) last_.pop_front();
    if (falls_fast) return difference;
    Eigen::ArrayXXd bound = difference;
    for (const Difference& of : last_)
      bound = bound.max(std::pow(of.n / n, of.is_gauss ? 1 : 2) * of.difference);
    return 2 * bound;
  }

 private:
  struct Difference {
    Eigen::ArrayXXd difference;
    double n, change;
    bool is_gauss;
  };
  bool kinked_;
  std::deque<Difference> last_;
};

}  // namespace rgsweep::theory
