#include "rgsweep/nn/tying_pattern.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

#include "test_keys.hpp"

namespace rgsweep::nn {
namespace {

/// Zeros, ties across rows and columns and both signs, all at once.
TyingPattern mixed() {
  return TyingPattern(2, 3, {0, 1, TyingPattern::kZero, 1, 2, 0}, {1, -1, 1, 1, 1, -1});
}

std::vector<TyingPattern> patterns() {
  return {TyingPattern::free(4, 3), TyingPattern::zero(4, 3), TyingPattern::tied_columns(4, 3),
          TyingPattern::uniform(4, 3), mixed()};
}

std::span<const double> span(const Vector<double>& v) {
  return {v.data(), static_cast<std::size_t>(v.size())};
}
std::span<double> span(Vector<double>& v) {
  return {v.data(), static_cast<std::size_t>(v.size())};
}

TEST(TyingPattern, ExpandsByHand) {
  const std::vector<float> theta{10, 20, 30};
  Matrix<float> W(2, 3), expected(2, 3);
  mixed().expand(std::span<const float>(theta), W);
  expected << 10, -20, 0, 20, 30, -10;
  EXPECT_EQ(W, expected);
}

TEST(TyingPattern, ReducesByHand) {
  Matrix<double> dW(2, 3);
  dW << 1, 2, 4, 8, 16, 32;
  Vector<double> dtheta(3), expected(3);
  mixed().reduce(dW, span(dtheta));
  expected << 1 - 32, 8 - 2, 16;
  EXPECT_EQ(dtheta, expected);
}

TEST(TyingPattern, FactoriesPlaceTheirParameters) {
  Matrix<double> W(2, 3), expected(2, 3);
  const std::vector<double> theta{1, 2, 3, 4, 5, 6};
  TyingPattern::free(2, 3).expand(std::span<const double>(theta), W);
  expected << 1, 2, 3, 4, 5, 6;
  EXPECT_EQ(W, expected);
  TyingPattern::tied_columns(2, 3).expand(std::span<const double>(theta), W);
  expected << 1, 1, 1, 2, 2, 2;
  EXPECT_EQ(W, expected);
  TyingPattern::uniform(2, 3).expand(std::span<const double>(theta), W);
  EXPECT_EQ(W, (Matrix<double>::Constant(2, 3, 1)));
  TyingPattern::zero(2, 3).expand(std::span<const double>(), W);
  EXPECT_EQ(W, (Matrix<double>::Zero(2, 3)));
}

TEST(TyingPattern, CountsParameters) {
  EXPECT_EQ(TyingPattern::free(4, 3).parameters(), 12);
  EXPECT_EQ(TyingPattern::tied_columns(4, 3).parameters(), 4);
  EXPECT_EQ(TyingPattern::uniform(4, 3).parameters(), 1);
  EXPECT_EQ(TyingPattern::zero(4, 3).parameters(), 0);
  EXPECT_EQ(mixed().parameters(), 3);
}

TEST(TyingPattern, ReduceIsTheAdjointOfExpand) {
  for (const TyingPattern& pattern : patterns()) {
    const Vector<double> theta = random_matrix(pattern.parameters(), 1, 1);
    const Matrix<double> dW = random_matrix(pattern.rows(), pattern.cols(), 2);
    Matrix<double> W(pattern.rows(), pattern.cols());
    Vector<double> dtheta(pattern.parameters());
    pattern.expand(span(theta), W);
    pattern.reduce(dW, span(dtheta));
    EXPECT_NEAR(W.cwiseProduct(dW).sum(), theta.dot(dtheta), 1e-12);
  }
}

TEST(TyingPattern, ProjectionIsOrthogonalIdempotentAndKeepsItsImage) {
  for (const TyingPattern& pattern : patterns()) {
    const Matrix<double> W = random_matrix(pattern.rows(), pattern.cols(), 3);
    const Matrix<double> projected = pattern.project(W);
    EXPECT_LT((pattern.project(projected) - projected).norm(), 1e-14);
    EXPECT_NEAR((W - projected).cwiseProduct(projected).sum(), 0, 1e-13);

    const Vector<double> theta = random_matrix(pattern.parameters(), 1, 4);
    Matrix<double> tied(pattern.rows(), pattern.cols());
    pattern.expand(span(theta), tied);
    EXPECT_LT((pattern.project(tied) - tied).norm(), 1e-14);
  }
}

TEST(TyingPattern, RefusesInconsistentLabels) {
  EXPECT_THROW(TyingPattern(1, 2, {0, 2}, {1, 1}), std::logic_error);     // label 1 left out
  EXPECT_THROW(TyingPattern(1, 2, {0, 1000}, {1, 1}), std::logic_error);  // far beyond the matrix
  EXPECT_THROW(TyingPattern(1, 2, {0, 1}, {1, 0}), std::logic_error);     // no sign
  EXPECT_THROW(TyingPattern(1, 2, {0, -2}, {1, 1}), std::logic_error);
  EXPECT_THROW(TyingPattern(1, 2, {0}, {1}), std::logic_error);
  Matrix<double> wrong(2, 2);
  EXPECT_THROW(TyingPattern::zero(2, 3).expand(std::span<const double>(), wrong), std::logic_error);
}

}  // namespace
}  // namespace rgsweep::nn
