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
#include "../../src/nn/spline.cpp"
#include "../../src/nn/symmetry_penalty.cpp"
#include "../../src/nn/trainer.cpp"
#include "test_keys.hpp"

namespace rgsweep::nn {
namespace {

class RampSource : public BatchSource {
 public:
  void fill(std::uint64_t, Eigen::Ref<Eigen::ArrayXXd> X, Eigen::Ref<Eigen::ArrayXd> y) override {
    ramp(X, y);
  }
  void fill_float(std::uint64_t, Eigen::Ref<Eigen::ArrayXXf> X, Eigen::Ref<Eigen::ArrayXf> y) override {
    ramp(X, y);
  }

 private:
  template <class X, class Y>
  static void ramp(X& x, Y& y) {
    using Scalar = typename X::Scalar;
    for (Eigen::Index i = 0; i < x.size(); ++i)
      x.data()[i] = Scalar(0.01) * static_cast<Scalar>(i) - Scalar(0.5);
    y = x.col(0);
  }
};

struct AllocationForbidden {
  AllocationForbidden() { Eigen::internal::set_is_malloc_allowed(false); }
  ~AllocationForbidden() { Eigen::internal::set_is_malloc_allowed(true); }
};

template <class Scalar>
void step_without_allocation(const Parameters& parameters, const std::string& text,
                             std::string_view optimizer, std::string_view penalised) {
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
    ASSERT_NO_THROW(trainer.evaluate()) << text;
    ASSERT_NO_THROW(trainer.update()) << text;
  }
}

TEST(TrainingAllocation, TheGuardSeesAllocations) {
  const AllocationForbidden guard;
  EXPECT_THROW(Matrix<float>(3, 3), std::logic_error);
}

TEST(TrainingAllocation, NoneInAStep) {
  for (const OptimizerEntry& entry : optimizers())
    for (const Combination& combination : all_combinations({1, 3}, {2, 16, 40})) {
      step_without_allocation<float>(combination.parameters(), combination.text(), entry.name, "full");
      step_without_allocation<double>(combination.parameters(), combination.text(), entry.name, "exchange");
    }
}

TEST(TrainingAllocation, NoneInAStepOfAnySpline) {
  for (const char* degree : {"1", "2", "3", "4", "5"})
    for (const char* knots : {"2", "9", "40"})
      for (const char* trainable_weights : {"on", "off"}) {
        Parameters parameters = Combination{"spline", "none", "all", 2, 5}.parameters();
        parameters.set("activation.degree", degree);
        parameters.set("activation.knots", knots);
        parameters.set("activation.trainable_weights", trainable_weights);
        const std::string text = std::string("degree ") + degree + " knots " + knots;
        step_without_allocation<float>(parameters, text, "adam", "full");
        step_without_allocation<double>(parameters, text, "momentum", "full");
      }
}

}  // namespace
}  // namespace rgsweep::nn
