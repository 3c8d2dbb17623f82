// A training step allocates nothing. Eigen reports allocations only through its own assertion, which release
// builds drop, so this program compiles the sources of a step once more with the report switched on.
#include <stdexcept>

#define EIGEN_RUNTIME_NO_MALLOC
#define eigen_assert(condition)                           \
  do {                                                    \
    if (!(condition)) throw std::logic_error(#condition); \
  } while (false)

#include <gtest/gtest.h>

#include "../../src/nn/dense_kernel.cpp"
#include "../../src/nn/optimizer.cpp"
#include "../../src/nn/symmetry_penalty.cpp"
#include "../../src/nn/trainer.cpp"
#include "test_keys.hpp"

namespace rgsweep::nn {
namespace {

class RampSource : public BatchSource {
 public:
  void fill(std::uint64_t, Eigen::Ref<Eigen::ArrayXXd> X, Eigen::Ref<Eigen::ArrayXd> y) override {
    for (Eigen::Index i = 0; i < X.size(); ++i) X.data()[i] = 0.01 * static_cast<double>(i) - 0.5;
    y = X.col(0);
  }
};

struct AllocationForbidden {
  AllocationForbidden() { Eigen::internal::set_is_malloc_allowed(false); }
  ~AllocationForbidden() { Eigen::internal::set_is_malloc_allowed(true); }
};

template <class Scalar>
void step_without_allocation(const Combination& combination, std::string_view optimizer,
                             std::string_view penalised) {
  const Parameters parameters = combination.parameters();
  const Layout layout = make_layout(parameters);
  TrainingOptions options;
  options.optimizer = optimizer;
  options.batch = 64;
  options.weight_decay = 0.1;
  options.soft_symmetry = {make_layout(parameters, penalised), 0.5};
  RampSource source;
  const auto size = static_cast<Eigen::Index>(layout.parameters());
  Trainer<Scalar> trainer(layout, make_activation(parameters), options, Vector<double>::Constant(size, 0.1),
                          source);
  const AllocationForbidden guard;
  for (int step = 0; step < 2; ++step) {
    ASSERT_NO_THROW(trainer.evaluate()) << combination.text();
    ASSERT_NO_THROW(trainer.update()) << combination.text();
  }
}

TEST(TrainingAllocation, TheGuardSeesAllocations) {
  const AllocationForbidden guard;
  EXPECT_THROW(Matrix<float>(3, 3), std::logic_error);
}

TEST(TrainingAllocation, NoneInAStep) {
  for (const OptimizerEntry& entry : optimizers())
    for (const Combination& combination : all_combinations({1, 3}, {2, 16, 40})) {
      step_without_allocation<float>(combination, entry.name, "full");
      step_without_allocation<double>(combination, entry.name, "exchange");
    }
}

}  // namespace
}  // namespace rgsweep::nn
