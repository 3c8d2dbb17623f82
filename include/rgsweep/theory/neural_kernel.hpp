// Kernels of infinitely wide networks and their Gram matrices. A layer of leaky-ReLU units of slope a takes
// the covariance q12 of two Gaussian pre-activations of variances q11, q22 to
//   theta = atan2(sqrt(q11 q22 - q12^2), q12),  F = (1-a)^2 / (2 pi),
//   Kdot = (1+a^2)/2 - F theta,  K = F sqrt(q11 q22 - q12^2) + Kdot q12,
// (arc-cosine kernels: Cho and Saul, NIPS 2009), and a dense layer of weight scale W and bias scale b to
//   Q' = W^2 K + b^2  (NNGP: Lee et al., ICLR 2018),  Theta' = Q' + W^2 Kdot Theta  (NTK: Jacot et al.,
// NeurIPS 2018), from Q = Theta = W^2 x.x'/d + b^2 at the input. Weights are those of the NTK
// parametrisation: W w / sqrt(fan-in) and b beta with standard normal w and beta.
//   A convolution layer has one patch of 3 x 3 pixels, cyclic at the borders, as the input of each of its
// positions; its readout is linear, and averages over them what it is made of:
//   flatten  a weight for each position: K and Kdot q12 become their means over equal positions
//   gap      the mean of all positions is read (global average pooling): their means over all pairs
#pragma once

#include <functional>

#include <Eigen/Core>

namespace rgsweep::theory {

enum class KernelKind { ntk, nngp };

struct KernelOptions {
  KernelKind kind = KernelKind::ntk;
  double slope = 0;
  double weight_scale = 1;
  double bias_scale = 1;
};

struct ActivationKernel {
  double value;       ///< K = E[phi(z) phi(z')]
  double derivative;  ///< Kdot = E[phi'(z) phi'(z')]
};

/// One pair, by the functions of the standard library: the reference of the vector code behind the matrices.
ActivationKernel activation_kernel(double slope, double q11, double q22, double q12);

/// Of an MLP of `depth` >= 1 hidden layers. Columns of `inputs` (d x n) are samples; n x n, symmetric.
Eigen::MatrixXd mlp_gram(const Eigen::MatrixXd& inputs, int depth, const KernelOptions& options);

/// The same from the inner products x.x' of inputs of that many numbers, all that it depends on. Products and
/// Gram matrix are block-circulant, n x k (data/block_circulant.hpp); with k = n any symmetric matrix.
Eigen::MatrixXd mlp_gram_of_products(const Eigen::MatrixXd& products, Eigen::Index inputs, int depth,
                                     const KernelOptions& options);

/// exp(-scale^2 |x - x'|^2); shapes as above.
Eigen::MatrixXd rbf_gram(const Eigen::MatrixXd& inputs, double scale);
Eigen::MatrixXd rbf_gram_of_products(const Eigen::MatrixXd& products, double scale);

enum class Pooling { flatten, gap };

/// Of one convolution layer with activation and a linear readout on images of rows x columns pixels, stored
/// row by row in the columns of `inputs`. Work: n^2 pixels for flatten, n^2 pixels^2 for gap.
/// Before each pair of images it asks should_stop, which may be empty, and throws nn::TrainingStopped when
/// that says so.
Eigen::MatrixXd convolution_gram(const Eigen::MatrixXd& inputs, int rows, int columns, Pooling pooling,
                                 const KernelOptions& options, const std::function<bool()>& should_stop = {});

}  // namespace rgsweep::theory
