// The training kernel for one instruction set: this unit is compiled once for each, with RGSWEEP_VARIANT its
// name and Eigen's namespace renamed after it.
#include "kernel_step.hpp"

namespace rgsweep::nn::kernel::RGSWEEP_VARIANT {

namespace {

/// As many sums as hide the time that one addition takes.
template <class Scalar>
double multiply_adds(Index rounds) {
  using Packet = PacketOf<Scalar>;
  constexpr int sums = 12;
  Packet sum[sums];
  RGSWEEP_UNROLL for (int i = 0; i < sums; ++i) sum[i] = pset1<Packet>(static_cast<Scalar>(i));
  const Packet factor = in_register(pset1<Packet>(Scalar(0.5)));
  for (Index round = 0; round < rounds; ++round) {
    RGSWEEP_UNROLL for (int i = 0; i < sums; ++i) sum[i] = in_register(pmadd(sum[i], factor, factor));
  }
  alignas(64) Scalar result[kLanes<Packet>];
  for (int i = 1; i < sums; ++i) sum[0] = padd(sum[0], sum[i]);
  pstore(result, sum[0]);
  __asm__ volatile("" : : "r"(result) : "memory");  // as if somebody read it
  return 2.0 * sums * kLanes<Packet> * static_cast<double>(rounds);
}

template <class Scalar>
constexpr Functions<Scalar> kFunctions{{kLanes<PacketOf<Scalar>>, kPanelRows, kOuterLeastRows<Scalar>},
                                       loss_and_gradient<Scalar>,
                                       multiply_adds<Scalar>};

}  // namespace

extern const Functions<float> functions_float;
const Functions<float> functions_float = kFunctions<float>;
extern const Functions<double> functions_double;
const Functions<double> functions_double = kFunctions<double>;

}  // namespace rgsweep::nn::kernel::RGSWEEP_VARIANT
