// What DenseKernel hands to a variant of its code (kernel_variant.cpp): plain structures and pointers, since
// units that are compiled for different processors must not share an inline function, of which the linker
// keeps only one. Scalar is float or double; a row holds one unit's or one input's samples.
#pragma once

#include <cstddef>
#include <cstdint>

namespace rgsweep::nn::kernel {

using Index = std::ptrdiff_t;

enum class Phi : std::int32_t { leaky_relu, quadratic, tanh, spline };

/// Consecutive entries that are consecutive parameters, all with one sign.
template <class Scalar>
struct Run {
  std::int32_t entry, label, length;
  Scalar sign;
};

/// A weight matrix (row by row) or a bias as an image of its parameters, theta[offset ...]: entry place[i] is
/// sign[i] times parameter k for end[k-1] <= i < end[k], and all others are 0. Where parameters come in long
/// runs, as a gnn's do, these say the same.
template <class Scalar>
struct Image {
  Index offset = 0, parameters = 0;
  Scalar* entries = nullptr;   ///< expanded; null where entry k is parameter k: nothing else is used then
  Scalar* gradient = nullptr;  ///< with respect to the entries
  const std::int32_t* end = nullptr;
  const std::int32_t* place = nullptr;
  const Scalar* sign = nullptr;
  const Run<Scalar>* runs = nullptr;
  Index run_count = 0;  ///< 0 where they are short
};

/// Rows of samples, `stride` apart.
template <class Scalar>
struct Rows {
  Scalar* data = nullptr;
  Index stride = 0;

  [[gnu::always_inline]] Scalar* operator[](Index row) const { return data + row * stride; }
};

/// A hidden layer's spline (spline.hpp).
template <class Scalar>
struct SplinePlan {
  int degree = 0;
  Index pieces = 0, stride = 0;      ///< the latter in whole packets
  Scalar per_spacing = 0, half = 0;  ///< u = z per_spacing + half
  const Scalar* table = nullptr;     ///< the factors of s^r, `stride` apart
  Rows<Scalar> piece, s;             ///< place of each argument; chunk
  Scalar* sums = nullptr;            ///< 4 copies of the moments
  double* moments = nullptr;         ///< piece by piece; the step adds to them
};

template <class Scalar>
struct LayerPlan {
  Index rows = 0, cols = 0;  ///< units and inputs
  Image<Scalar> weight, bias;
  /// The outputs, and phi'(z), which becomes D, the derivative of the loss with respect to z. They hold a
  /// tile where a product of D and the outputs of the layer below is to be summed over it, otherwise a chunk.
  Rows<Scalar> h, slope;
  bool h_of_tile = false, slope_of_tile = false;
  /// Where the gradient with respect to a wide matrix is summed, in whole packets (kernel_outer.hpp); else
  /// null.
  Rows<Scalar> outer;
  Scalar* bias_sums = nullptr;  ///< packets of Plan::sums, for layers between the first and the readout
  SplinePlan<Scalar> spline;    ///< where phi is one
};

/// The batch goes through the network in chunks that stay in the first cache. Sums over samples with few
/// entries grow, a packet for each entry, over the whole batch. Those of weight matrices between hidden
/// layers grow chunk by chunk as outer products where all of them are wide; else they are taken for a whole
/// tile of chunks at a time and their lanes summed at its end.
template <class Scalar>
struct Plan {
  Phi phi = Phi::leaky_relu;
  Scalar parameter = 0;  ///< of phi: slope or alpha
  Index depth = 0;       ///< hidden layers; layers[depth] is the readout
  const LayerPlan<Scalar>* layers = nullptr;

  Index inputs = 0;
  Index samples = 0;     ///< of the batch, filled up to whole packets
  Index chunk = 0;       ///< samples
  Index tile = 0;        ///< samples, whole chunks
  Rows<const Scalar> x;  ///< inputs and a row of ones, each the whole batch
  const Scalar* y = nullptr;
  const Scalar* weight = nullptr;  ///< of each sample: 2 / batch, 0 for those that fill up

  Scalar* f = nullptr;  ///< chunk
  Rows<Scalar> g;       ///< chunk: derivatives with respect to the outputs of a layer of splines
  Rows<Scalar> dx;      ///< chunk: d times each input, then d, the derivative of the loss with respect to f
  bool readout_follows =
      false;  ///< the gradient of the readout's weights is made from the first layer's sums
  /// Packets: of the first layer's weights and bias (rows x (inputs + 1 if biased)), then those that the
  /// following pointers point to. `totals` are the sums of their lanes.
  Scalar* sums = nullptr;
  Scalar* totals = nullptr;
  Index sum_count = 0;
  Scalar* readout_sums = nullptr;
  Scalar* readout_bias_sums = nullptr;
  Rows<Scalar> transposed;  ///< chunk: of each sample the outputs of a layer below a wide one
  Scalar* panel = nullptr;  ///< packets of some rows of a matrix between hidden layers
  Scalar* panel_totals = nullptr;
};

/// How a variant cuts its work, which the sizes of the buffers follow from.
struct Geometry {
  Index lanes = 0;       ///< of a packet
  Index panel_rows = 0;  ///< rows of a panel
  Index outer_rows = 0;  ///< fewest rows of a matrix whose gradient is a sum of outer products
};

/// One variant's code for one Scalar.
template <class Scalar>
struct Functions {
  Geometry geometry;
  /// Loss of the batch; writes its gradient.
  double (*loss_and_gradient)(const Plan<Scalar>&, const Scalar* theta, Scalar* gradient);
  /// Makes independent multiply-adds in registers and returns the number of operations.
  double (*multiply_adds)(Index rounds);
};

}  // namespace rgsweep::nn::kernel
