// Construction, expansion and reduction of tying patterns; the mathematics is in the header.
#include "rgsweep/nn/tying_pattern.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace rgsweep::nn {

namespace {

std::size_t area(int rows, int cols) {
  return static_cast<std::size_t>(rows) * static_cast<std::size_t>(cols);
}

/// The pattern with the label label_of(row, col) and positive sign everywhere.
template <class LabelOf>
TyingPattern unsigned_pattern(int rows, int cols, const LabelOf& label_of) {
  std::vector<int> labels;
  labels.reserve(area(rows, cols));
  for (int row = 0; row < rows; ++row)
    for (int col = 0; col < cols; ++col) labels.push_back(label_of(row, col));
  return TyingPattern(rows, cols, std::move(labels), std::vector<int>(area(rows, cols), 1));
}

void require_size(bool fits, const char* where) {
  if (!fits) throw std::logic_error(std::string("TyingPattern::") + where + ": wrong size");
}

}  // namespace

TyingPattern TyingPattern::free(int rows, int cols) {
  return unsigned_pattern(rows, cols, [cols](int row, int col) { return row * cols + col; });
}

TyingPattern TyingPattern::zero(int rows, int cols) {
  return unsigned_pattern(rows, cols, [](int, int) { return kZero; });
}

TyingPattern TyingPattern::tied_columns(int rows, int cols) {
  return unsigned_pattern(rows, cols, [](int row, int) { return row; });
}

TyingPattern TyingPattern::uniform(int rows, int cols) {
  return unsigned_pattern(rows, cols, [](int, int) { return 0; });
}

TyingPattern::TyingPattern(int rows, int cols, std::vector<int> labels, std::vector<int> signs)
    : rows_(rows), cols_(cols) {
  if (rows < 1 || cols < 1 || labels.size() != area(rows, cols) || signs.size() != labels.size())
    throw std::logic_error("TyingPattern: labels and signs do not fill the matrix");
  entries_.resize(labels.size());
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const int label = labels[i], sign = label == kZero ? 0 : signs[i];
    if (label < kZero || (label != kZero && sign != 1 && sign != -1))
      throw std::logic_error("TyingPattern: labels start at 0 and signs are +1 or -1");
    const std::size_t row = i / static_cast<std::size_t>(cols), col = i % static_cast<std::size_t>(cols);
    entries_[row + static_cast<std::size_t>(rows) * col] = {label, sign};
    if (label == kZero) continue;
    const auto index = static_cast<std::size_t>(label);
    if (index >= labels.size()) throw std::logic_error("TyingPattern: a label is left out");
    if (index >= multiplicity_.size()) multiplicity_.resize(index + 1);
    ++multiplicity_[index];
  }
  if (std::count(multiplicity_.begin(), multiplicity_.end(), 0) > 0)
    throw std::logic_error("TyingPattern: a label is left out");
}

const TyingPattern::Entry& TyingPattern::entry(int row, int col) const {
  return entries_.at(static_cast<std::size_t>(row) +
                     static_cast<std::size_t>(rows_) * static_cast<std::size_t>(col));
}

int TyingPattern::fan_in() const {
  int most = 0;
  for (int row = 0; row < rows_; ++row) {
    int count = 0;
    for (int col = 0; col < cols_; ++col) count += label(row, col) != kZero;
    most = std::max(most, count);
  }
  return most;
}

template <class Scalar>
void TyingPattern::expand(std::span<const Scalar> theta, Matrix<Scalar>& W) const {
  require_size(theta.size() >= multiplicity_.size() && W.rows() == rows_ && W.cols() == cols_, "expand");
  Scalar* w = W.data();
  for (const Entry& e : entries_)
    *w++ =
        e.label == kZero ? Scalar(0) : static_cast<Scalar>(e.sign) * theta[static_cast<std::size_t>(e.label)];
}

template <class Scalar>
void TyingPattern::reduce(const Matrix<Scalar>& dW, std::span<Scalar> dtheta) const {
  require_size(dtheta.size() >= multiplicity_.size() && dW.rows() == rows_ && dW.cols() == cols_, "reduce");
  std::fill_n(dtheta.begin(), multiplicity_.size(), Scalar(0));
  const Scalar* d = dW.data();
  for (const Entry& e : entries_) {
    if (e.label != kZero) dtheta[static_cast<std::size_t>(e.label)] += static_cast<Scalar>(e.sign) * *d;
    ++d;
  }
}

template <class Scalar>
void TyingPattern::project(const Matrix<Scalar>& W, std::span<Scalar> theta,
                           Matrix<Scalar>& projected) const {
  reduce(W, theta);
  for (std::size_t k = 0; k < multiplicity_.size(); ++k) theta[k] /= static_cast<Scalar>(multiplicity_[k]);
  expand(std::span<const Scalar>(theta), projected);
}

Matrix<double> TyingPattern::project(const Matrix<double>& W) const {
  std::vector<double> theta(multiplicity_.size());
  Matrix<double> projected(rows_, cols_);
  project(W, std::span(theta), projected);
  return projected;
}

template void TyingPattern::expand(std::span<const float>, Matrix<float>&) const;
template void TyingPattern::expand(std::span<const double>, Matrix<double>&) const;
template void TyingPattern::reduce(const Matrix<float>&, std::span<float>) const;
template void TyingPattern::reduce(const Matrix<double>&, std::span<double>) const;
template void TyingPattern::project(const Matrix<float>&, std::span<float>, Matrix<float>&) const;
template void TyingPattern::project(const Matrix<double>&, std::span<double>, Matrix<double>&) const;

}  // namespace rgsweep::nn
