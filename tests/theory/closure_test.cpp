// One layer under the closures: what is exact against enumeration and closed forms, and what each closure
// keeps.
#include "rgsweep/theory/closure.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <stdexcept>

#include <gtest/gtest.h>

#include "closures.hpp"
#include "rgsweep/math/moments.hpp"

namespace rgsweep::theory {
namespace {

using math::JointCumulants;
using nn::random_matrix;

// Inputs with three values each: every expectation is a sum.
TEST(EdgeworthClosure, MeanAndCovarianceOfQuadraticAreExactForAnyLaw) {
  const std::vector<double> values{-1.2, 0.1, 1.5}, chances{0.3, 0.5, 0.2};
  std::vector<double> raw(4, 0.0);
  for (std::size_t n = 1; n <= 4; ++n)
    for (std::size_t v = 0; v < 3; ++v)
      raw[n - 1] += chances[v] * std::pow(values[v], static_cast<double>(n));
  const std::vector<double> kappa = math::cumulants_from_raw_moments(raw);
  const double alpha = 0.7;
  for (int inputs : {1, 2, 3, 4}) {
    const auto [W, b] = random_case(5, inputs, 0.5);
    const auto layer = close_layer(independent(Univariate(static_cast<std::size_t>(inputs), kappa)), W, b,
                                   nn::Quadratic{alpha}, {});
    Eigen::VectorXd mean = Eigen::VectorXd::Zero(5);
    Eigen::MatrixXd second = Eigen::MatrixXd::Zero(5, 5);
    for (int state = 0; state < static_cast<int>(std::pow(3, inputs)); ++state) {
      Eigen::VectorXd x(inputs);
      double chance = 1;
      for (int s = 0, rest = state; s < inputs; ++s, rest /= 3) {
        x[s] = values[static_cast<std::size_t>(rest % 3)];
        chance *= chances[static_cast<std::size_t>(rest % 3)];
      }
      const Eigen::VectorXd z = W * x + b;
      const Eigen::VectorXd h = z + alpha * z.cwiseAbs2();
      mean += chance * h;
      second += chance * h * h.transpose();
    }
    const JointCumulants joint = layer->joint();
    EXPECT_LT((joint.mean - mean).norm(), 1e-12 * mean.norm()) << inputs;
    EXPECT_LT((joint.covariance - (second - mean * mean.transpose())).norm(), 1e-12 * second.norm())
        << inputs;

    // And the formula, from the joint cumulants of z.
    const JointCumulants z =
        math::independent_affine(Univariate(static_cast<std::size_t>(inputs), kappa), W, b, 4);
    const auto g = [&](Eigen::Index i) { return 1 + 2 * alpha * z.mean[i]; };
    for (Eigen::Index i = 0; i < 5; ++i)
      for (Eigen::Index j = 0; j < 5; ++j) {
        const double S = z.cumulant(i, j);
        EXPECT_NEAR(joint.covariance(i, j),
                    g(i) * g(j) * S + 2 * alpha * alpha * S * S + alpha * g(i) * z.cumulant(i, j, j) +
                        alpha * g(j) * z.cumulant(i, i, j) + alpha * alpha * z.cumulant(i, i, j, j),
                    1e-12 * (1 + joint.covariance.norm()))
            << inputs;
      }
  }
}

// A ring or a chain is all that Gaussian variables can form under quadratics, so that four edges are enough.
TEST(EdgeworthClosure, ThirdAndFourthCumulantsOfQuadraticsOfGaussianVariablesAreExact) {
  const double alpha = 0.4;
  const auto [W, b] = random_case(6, 4, 0.5);
  const JointCumulants joint =
      close_layer(independent(Univariate(4, kGaussian)), W, b, nn::Quadratic{alpha}, {})->joint();
  const Eigen::MatrixXd S = W * W.transpose();
  const Eigen::VectorXd g = (1 + 2 * alpha * b.array()).matrix();
  for (Eigen::Index i = 0; i < 6; ++i)
    for (Eigen::Index j = 0; j < 6; ++j)
      for (Eigen::Index k = 0; k < 6; ++k) {
        const double third = 2 * alpha *
                                 (g[i] * g[j] * S(i, k) * S(j, k) + g[i] * g[k] * S(i, j) * S(k, j) +
                                  g[j] * g[k] * S(j, i) * S(k, i)) +
                             8 * alpha * alpha * alpha * S(i, j) * S(j, k) * S(i, k);
        EXPECT_NEAR(joint.cumulant(i, j, k), third, 1e-11 * (1 + std::abs(third)));
      }
  // Fourth: chains over the 12 orders of four units, rings over the 3 of a circle.
  const auto fourth = [&](std::array<Eigen::Index, 4> u) {
    std::sort(u.begin(), u.end());
    std::array<std::size_t, 4> order{0, 1, 2, 3};
    double chains = 0, rings = 0;
    do {
      const Eigen::Index i = u[order[0]], j = u[order[1]], k = u[order[2]], l = u[order[3]];
      chains += g[i] * S(i, j) * S(j, k) * S(k, l) * g[l] / 2;
      rings += S(i, j) * S(j, k) * S(k, l) * S(l, i) / 8;
    } while (std::next_permutation(order.begin(), order.end()));
    return 4 * alpha * alpha * chains + 16 * std::pow(alpha, 4) * rings;
  };
  for (const auto& u :
       {std::array<Eigen::Index, 4>{0, 1, 2, 3}, {1, 1, 2, 4}, {5, 3, 3, 5}, {2, 2, 2, 0}, {4, 4, 4, 4}})
    EXPECT_NEAR(joint.cumulant(u[0], u[1], u[2], u[3]), fourth(u), 1e-10 * (1 + std::abs(fourth(u))));
}

TEST(EdgeworthClosure, FormsAreThoseOfTheJointCumulants) {
  for (int inputs : {1, 2, 3})
    for (const std::vector<int>& groups : {std::vector<int>{}, {0, 1, 0, 2, 1}}) {
      const auto [W, b] = random_case(5, inputs, 0.3);
      const auto layer = close_layer(independent(Univariate(static_cast<std::size_t>(inputs), kLaplace)), W,
                                     b, nn::LeakyRelu{0.2}, {.groups = groups});
      const Eigen::MatrixXd V = random_matrix(2, 5, 8);
      const Eigen::Vector2d c(0.3, -1);
      const FormCumulants forms = layer->linear_forms(V, c);
      const JointCumulants joint = layer->joint();
      for (Eigen::Index i = 0; i < 5; ++i) {
        for (Eigen::Index n = 0; n < 4; ++n) {
          const double kappa = joint.marginal(i)[static_cast<std::size_t>(n)];
          EXPECT_NEAR(layer->marginals()(i, n), kappa, 1e-7 * (1 + std::abs(kappa))) << inputs << " " << n;
        }
        for (Eigen::Index j = 0; j < 5 && !groups.empty(); ++j)
          if (groups[static_cast<std::size_t>(i)] != groups[static_cast<std::size_t>(j)]) {
            EXPECT_EQ(joint.cumulant(i, j), 0);
          }
      }
      for (Eigen::Index form = 0; form < 2; ++form) {
        const std::vector<double> kappa = joint.affine(V.row(form), c.segment(form, 1)).marginal(0);
        for (Eigen::Index n = 0; n < 4; ++n)
          EXPECT_NEAR(forms.value(form, n), kappa[static_cast<std::size_t>(n)],
                      1e-7 * (1 + std::abs(kappa[static_cast<std::size_t>(n)])))
              << inputs << " " << n;
        EXPECT_EQ(std::isnan(forms.value(form, 4)), inputs == 3);
      }
    }
}

// For tanh the two closures differ by the errors of their quadratures, over one variable and over two.
TEST(GaussianClosure, KeepsMeanAndCovarianceAndNothingElse) {
  for (const nn::Activation& activation : kActivations)
    for (const std::vector<int>& groups : {std::vector<int>{}, {0, 0, 1, 1}}) {
      const auto [W, b] = random_case(4, 2, 0.3);
      const LinearImage image = independent(Univariate(2, kGaussian));
      const auto gaussian =
          close_layer(image, W, b, activation, {.closure = Closure::gaussian, .groups = groups});
      const auto exact = close_layer(image, W, b, activation, {.groups = groups});
      EXPECT_EQ(gaussian->joint().order, 2);
      EXPECT_TRUE(gaussian->marginals().isApprox(exact->marginals(), 1e-12));
      EXPECT_LT((gaussian->joint().mean - exact->joint().mean).norm(), 1e-12);
      EXPECT_LT((gaussian->joint().covariance - exact->joint().covariance).norm(), 1e-8)
          << activation.index();
      const Eigen::RowVectorXd v = random_matrix(1, 4, 8);
      const FormCumulants forms = gaussian->linear_forms(v, Eigen::VectorXd::Zero(1));
      const FormCumulants expected = exact->linear_forms(v, Eigen::VectorXd::Zero(1));
      EXPECT_NEAR(forms.value(0, 0), expected.value(0, 0), 1e-10);
      EXPECT_NEAR(forms.value(0, 1), expected.value(0, 1), 2e-8);
      EXPECT_TRUE((forms.value.rightCols(4) == 0).all());
    }
}

TEST(Closures, OfALinearActivationChangeNothing) {
  for (int inputs : {2, 3}) {
    const auto [W, b] = random_case(4, inputs, 1);
    const Univariate x(static_cast<std::size_t>(inputs), kExponential);
    const auto layer = close_layer(independent(x), W, b, nn::Linear{}, {});
    const JointCumulants z = math::independent_affine(x, W, b, 4), h = layer->joint();
    EXPECT_LT((h.mean - z.mean).norm() + (h.covariance - z.covariance).norm(), 1e-12);
    EXPECT_LT(distance(h.third, z.third), 1e-11) << inputs;
    EXPECT_LT(distance(h.fourth, z.fourth), 1e-10) << inputs;
    // The expansion ends at the fourth cumulant.
    EXPECT_LT(layer->marginals().rightCols(2).abs().maxCoeff(), 1e-9);
  }
}

// Units that do not vary, and units that are copies of each other up to sign and scale.
TEST(Closures, OfDegenerateLayers) {
  const nn::Activation activation = nn::LeakyRelu{0.1};
  for (const Closure closure : {Closure::gaussian, Closure::edgeworth}) {
    const LinearImage image = independent(Univariate(3, kLaplace));
    const auto constant = close_layer(image, Eigen::MatrixXd::Zero(2, 3), Eigen::Vector2d(-1, 2), activation,
                                      {.closure = closure});
    EXPECT_LT((constant->joint().mean - Eigen::Vector2d(-0.1, 2)).norm(), 1e-15);
    EXPECT_EQ(constant->joint().covariance.norm(), 0);

    Eigen::MatrixXd W(3, 3);
    W << 1, 1, 1, -1, -1, -1, 2, 2, 2;
    const auto tied = close_layer(image, W, Eigen::Vector3d::Zero(), activation, {.closure = closure});
    // phi(z) - phi(-z) = (1 + a) z, and phi is homogeneous.
    const FormCumulants forms =
        tied->linear_forms((Eigen::MatrixXd(2, 3) << 1, -1, 0, 2, 0, -1).finished(), Eigen::Vector2d::Zero());
    EXPECT_NEAR(forms.value(0, 0), 0, 1e-12);
    EXPECT_NEAR(forms.value(0, 1), 1.1 * 1.1 * 3, 1e-12);
    EXPECT_NEAR(forms.value(0, 3), closure == Closure::gaussian ? 0 : std::pow(1.1, 4) * 9, 1e-10);
    for (Eigen::Index n = 0; n < 6; ++n) EXPECT_NEAR(forms.value(1, n), 0, 1e-10);
  }
}

TEST(EdgeworthClosure, OfInputsWithoutFourthCumulantIsNaN) {
  const std::vector<double> heavy(6, std::numeric_limits<double>::quiet_NaN());
  Univariate x(2, heavy);
  for (auto& kappa : x) {
    kappa[0] = 0;
    kappa[1] = 1;
    kappa[2] = 0;
  }
  const auto [W, b] = random_case(3, 2, 0);
  const auto layer = close_layer(independent(x), W, b, nn::LeakyRelu{0.1}, {});
  EXPECT_TRUE(layer->marginals().isNaN().all());
  EXPECT_FALSE(close_layer(independent(x), W, b, nn::LeakyRelu{0.1}, {.closure = Closure::gaussian})
                   ->marginals()
                   .isNaN()
                   .any());
}

TEST(Closures, RefuseGroupsThatDoNotFit) {
  const auto [W, b] = random_case(3, 2, 0);
  EXPECT_THROW(close_layer(independent(Univariate(2, kGaussian)), W, b, nn::Linear{}, {.groups = {0, 1}}),
               std::logic_error);
}

}  // namespace
}  // namespace rgsweep::theory
