// Layers of rank above 2: the two evaluations of the Edgeworth closure against each other, and the Wick
// expansions' error against what they report.
#include <array>
#include <cmath>

#include <gtest/gtest.h>

#include "closed_layers.hpp"
#include "closures.hpp"

namespace rgsweep::theory {
namespace {

using math::JointCumulants;
using nn::random_matrix;

// The same measure, integrated over the plane, and by marginals, series in the correlations and Wick
// expansions.
TEST(EdgeworthClosure, BothEvaluationsAgree) {
  const Eigen::Index n = 5;
  for (const nn::Activation& activation : kActivations)
    for (double bias : {0.0, 0.4})
      for (const std::vector<double>& input : {kGaussian, kLaplace, kExponential}) {
        const auto [W, b] = random_case(n, 2, bias, 4);
        const LinearImage image = independent(Univariate(2, input));
        const ClosureOptions options;
        const auto plane = close_layer(image, W, b, activation, options);
        const WickLayer wick(image, W, b, activation, options);
        EXPECT_LT((plane->marginals() - wick.marginals()).abs().maxCoeff(),
                  1e-12 * plane->marginals().abs().maxCoeff());
        const JointCumulants p = plane->joint(), w = wick.joint();
        EXPECT_LT((p.mean - w.mean).norm(), 1e-12);
        EXPECT_LT((p.covariance - w.covariance).norm(), 1e-8 * p.covariance.norm())
            << activation.index() << bias;
        for (Eigen::Index i = 0; i < n; ++i)
          for (Eigen::Index j = 0; j < n; ++j) {
            EXPECT_NEAR(p.cumulant(i, i, j), w.cumulant(i, i, j), 1e-7) << activation.index() << bias;
            EXPECT_NEAR(p.cumulant(i, i, i, j), w.cumulant(i, i, i, j), 1e-6) << activation.index() << bias;
            EXPECT_NEAR(p.cumulant(i, i, j, j), w.cumulant(i, i, j, j), 1e-6) << activation.index() << bias;
          }
        // Three and four distinct units are where the expansions are truncated. Measured at their worst: 0.8
        // % and 3.6 % of the tensors for Gaussian inputs, 10 % and 17 % for laplace, 28 % and 30 % for
        // exponential; for tanh, whose fourth cumulants nearly cancel, more than their size.
        const bool tanh = std::holds_alternative<nn::Tanh>(activation);
        if (!tanh) {
          const double allowed = input == kGaussian ? 0.04 : input == kLaplace ? 0.18 : 0.31;
          EXPECT_LT(distance(p.third, w.third), allowed * norm(p.third)) << activation.index() << bias;
          EXPECT_LT(distance(p.fourth, w.fourth), allowed * norm(p.fourth)) << activation.index() << bias;
        }
        for (std::uint64_t key = 0; key < 3; ++key) {
          const Eigen::RowVectorXd v = random_matrix(1, n, key);
          const FormCumulants exact = plane->linear_forms(v, Eigen::VectorXd::Zero(1));
          const FormCumulants truncated = wick.linear_forms(v, Eigen::VectorXd::Zero(1));
          EXPECT_TRUE((exact.remainder == 0).all());
          for (Eigen::Index order : {2, 3})
            EXPECT_LT(std::abs(truncated.value(0, order) - exact.value(0, order)),
                      2 * truncated.remainder(0, order) + 1e-10 * norm(p.fourth))
                << activation.index() << " " << bias << " order " << order + 1;
        }
      }
}

TEST(EdgeworthClosure, MoreEdgesLeaveLessOut) {
  const auto [W, b] = random_case(5, 2, 0.4, 4);
  const LinearImage image = independent(Univariate(2, kGaussian));
  const nn::Activation activation = nn::LeakyRelu{0.1};
  const JointCumulants exact = close_layer(image, W, b, activation, {})->joint();
  double last = 1;
  for (int edges : {3, 4, 6}) {
    const JointCumulants joint = WickLayer(image, W, b, activation, {.wick_edges = edges}).joint();
    const double error = distance(joint.fourth, exact.fourth) / norm(exact.fourth);
    EXPECT_LT(error, 0.6 * last) << edges;
    last = error;
  }
  EXPECT_LT(last, 0.02);
}

TEST(EdgeworthClosure, OfALayerTooWideForTensorsEndsAtTheCovariance) {
  const auto [W, b] = random_case(6, 4, 0.3);
  const LinearImage image = independent(Univariate(4, kLaplace));
  const auto full = close_layer(image, W, b, nn::LeakyRelu{0.1}, {});
  const auto wide = close_layer(image, W, b, nn::LeakyRelu{0.1}, {.widest = 5});
  EXPECT_EQ(wide->joint().order, 2);
  EXPECT_LT((wide->joint().covariance - full->joint().covariance).norm(), 1e-12);
  EXPECT_LT((wide->marginals() - full->marginals()).abs().maxCoeff(), 1e-12);
  const FormCumulants forms = wide->linear_forms(Eigen::RowVectorXd::Ones(6), Eigen::VectorXd::Zero(1));
  EXPECT_FALSE(forms.value.leftCols(2).isNaN().any());
  EXPECT_TRUE(forms.value.rightCols(4).isNaN().all());
}

}  // namespace
}  // namespace rgsweep::theory
