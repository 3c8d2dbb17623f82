// Between theta and the entries of weight matrices and biases: the tying patterns of a Plan.
#pragma once

#include "kernel_packet.hpp"

namespace rgsweep::nn::kernel::RGSWEEP_VARIANT {

/// The entries of a matrix or bias; expand() has been called for this theta.
template <class Scalar>
const Scalar* entries(const Image<Scalar>& image, const Scalar* theta) {
  return image.entries == nullptr ? theta + image.offset : image.entries;
}

/// Where the gradient with respect to the entries belongs; contract() takes it from there.
template <class Scalar>
Scalar* entry_gradient(const Image<Scalar>& image, Scalar* gradient) {
  return image.entries == nullptr ? gradient + image.offset : image.gradient;
}

template <class Scalar>
void expand_runs(const Image<Scalar>& image, const Scalar* theta) {
  for (const Run<Scalar>* run = image.runs; run < image.runs + image.run_count; ++run) {
    const Scalar* __restrict from = theta + image.offset + run->label;
    Scalar* __restrict to = image.entries + run->entry;
    const Scalar sign = run->sign;
    for (std::int32_t i = 0; i < run->length; ++i) to[i] = sign * from[i];
  }
}

template <class Scalar>
void expand(const Image<Scalar>& image, const Scalar* theta) {
  if (image.entries == nullptr) return;
  if (image.run_count > 0) return expand_runs(image, theta);
  std::int32_t i = 0;
  for (Index label = 0; label < image.parameters; ++label) {
    const Scalar value = theta[image.offset + label];
    for (const std::int32_t end = image.end[label]; i < end; ++i)
      image.entries[image.place[i]] = image.sign[i] * value;
  }
}

template <class Scalar>
void contract_runs(const Image<Scalar>& image, Scalar* gradient) {
  Scalar* out = gradient + image.offset;
  for (Index label = 0; label < image.parameters; ++label) out[label] = 0;
  for (const Run<Scalar>* run = image.runs; run < image.runs + image.run_count; ++run) {
    const Scalar* __restrict from = image.gradient + run->entry;
    Scalar* __restrict to = out + run->label;
    const Scalar sign = run->sign;
    for (std::int32_t i = 0; i < run->length; ++i) to[i] += sign * from[i];
  }
}

template <class Scalar>
void contract(const Image<Scalar>& image, Scalar* gradient) {
  if (image.entries == nullptr) return;
  if (image.run_count > 0) return contract_runs(image, gradient);
  std::int32_t i = 0;
  for (Index label = 0; label < image.parameters; ++label) {
    const std::int32_t end = image.end[label];
    // Four sums, of which none has to wait for the others.
    Scalar sum[4] = {};
    for (; i + 4 <= end; i += 4) {
      RGSWEEP_UNROLL for (int k = 0; k < 4; ++k) sum[k] +=
          image.sign[i + k] * image.gradient[image.place[i + k]];
    }
    for (; i < end; ++i) sum[0] += image.sign[i] * image.gradient[image.place[i]];
    gradient[image.offset + label] = (sum[0] + sum[1]) + (sum[2] + sum[3]);
  }
}

}  // namespace rgsweep::nn::kernel::RGSWEEP_VARIANT
