// Loss and gradient of a batch, chunk by chunk (Plan). With one hidden layer the readout weight v_u is a
// common factor of unit u's gradient, and the sums over the samples are taken without it:
//   S_ui = sum over samples of d phi'(z_u) x_i,  dL/dW_ui = v_u S_ui,  dL/dv_u = sum of d h_u,
// d the derivative of the loss with respect to f, and x_i = 1 for the bias. Where phi(z) = phi'(z) z, as for
// leaky_relu, the last one is W_u . S_u. With more layers D^L_u = v_u d phi'(z_u) is made at once.
#pragma once

#include "kernel_backward.hpp"
#include "kernel_image.hpp"
#include "kernel_outer.hpp"
#include "kernel_spline.hpp"

namespace rgsweep::nn::kernel::RGSWEEP_VARIANT {

template <class Scalar>
class Step {
 public:
  Step(const Plan<Scalar>& plan, const Scalar* theta, Scalar* gradient)
      : plan_(plan), readout_(plan.layers[plan.depth]), theta_(theta), gradient_(gradient) {}

  double loss_and_gradient() {
    for (Index l = 0; l <= plan_.depth; ++l) {
      expand(plan_.layers[l].weight, theta_);
      expand(plan_.layers[l].bias, theta_);
    }
    double loss = 0;
    for (Index tile = 0; tile < plan_.samples; tile += plan_.tile) {
      const Index end = plan_.samples - tile < plan_.tile ? plan_.samples : tile + plan_.tile;
      for (Index chunk = tile; chunk < end; chunk += plan_.chunk) {
        first_ = chunk;
        in_tile_ = chunk - tile;
        samples_ = end - chunk < plan_.chunk ? end - chunk : plan_.chunk;
        forward_pass();
        loss += residuals();
        backward_pass();
      }
      for (Index l = 1; l < plan_.depth; ++l)
        if (plan_.layers[l].outer.data == nullptr) matrix_gradient(l, end - tile, tile > 0);
    }
    write_sums();
    for (Index l = 0; l <= plan_.depth; ++l) {
      contract(plan_.layers[l].weight, gradient_);
      contract(plan_.layers[l].bias, gradient_);
    }
    return loss;
  }

 private:
  using Packet = PacketOf<Scalar>;
  static constexpr Index lanes = kLanes<Packet>;

  const Scalar* weights(const LayerPlan<Scalar>& layer) const { return entries(layer.weight, theta_); }
  static bool biased(const LayerPlan<Scalar>& layer) { return layer.bias.parameters > 0; }

  // Rows for this chunk.
  Rows<Scalar> outputs(const LayerPlan<Scalar>& layer) const {
    return {layer.h.data + (layer.h_of_tile ? in_tile_ : 0), layer.h.stride};
  }
  Rows<Scalar> slopes(const LayerPlan<Scalar>& layer) const {
    return {layer.slope.data + (layer.slope_of_tile ? in_tile_ : 0), layer.slope.stride};
  }
  Rows<const Scalar> inputs(Index layer) const {
    if (layer == 0) return {plan_.x.data + first_, plan_.x.stride};
    return constant(outputs(plan_.layers[layer - 1]));
  }
  static Rows<const Scalar> constant(Rows<Scalar> rows) { return {rows.data, rows.stride}; }
  Rows<const Scalar> d() const { return {plan_.dx[plan_.inputs], plan_.dx.stride}; }

  void forward_pass() {
    const Packet c = pset1<Packet>(*entries(readout_.bias, theta_));
    for (Index s = 0; s < samples_; s += lanes) pstore(plan_.f + s, c);
    if (plan_.depth == 0) linear_output();
    for (Index l = 0; l < plan_.depth; ++l) {
      const LayerPlan<Scalar>& layer = plan_.layers[l];
      Forward<Scalar> pass{layer.rows,
                           layer.cols,
                           weights(layer),
                           entries(layer.bias, theta_),
                           inputs(l),
                           plan_.readout_follows ? Rows<Scalar>() : outputs(layer),
                           slopes(layer),
                           weights(readout_),
                           l + 1 == plan_.depth ? plan_.f : nullptr};
      switch (plan_.phi) {
        case Phi::leaky_relu:
          forward(LeakyReluPhi<Packet>(plan_.parameter), pass, samples_);
          break;
        case Phi::quadratic:
          forward(QuadraticPhi<Packet>(plan_.parameter), pass, samples_);
          break;
        case Phi::tanh:
          forward_affine(pass);
          apply(TanhPhi<Packet>(), pass, samples_);
          break;
        case Phi::spline:
          forward_affine(pass);
          with_degree(layer.spline.degree, [&](auto degree) RGSWEEP_INLINED {
            apply_spline<degree>(layer.spline, pass, samples_);
          });
          break;
      }
    }
  }

  /// Writes z in place of the slopes.
  void forward_affine(const Forward<Scalar>& pass) {
    Forward<Scalar> affine = pass;
    affine.h.data = affine.f = nullptr;
    forward(Postponed<Packet>(), affine, samples_);
  }

  void linear_output() {
    for (Index s = 0; s < samples_; s += lanes) {
      Packet f = pload<Packet>(plan_.f + s);
      for (Index k = 0; k < readout_.cols; ++k)
        f = pmadd(pset1<Packet>(weights(readout_)[k]), pload<Packet>(inputs(0)[k] + s), f);
      pstore(plan_.f + s, f);
    }
  }

  /// Writes d, with one hidden layer dx too, and returns the loss of these samples.
  double residuals() {
    if (plan_.depth != 1) return residuals(Fixed<0>());
    return plan_.inputs == 2 ? residuals(Fixed<2>()) : residuals(plan_.inputs);
  }

  // Copies: a store of packets might alter what plan_ refers to.
  template <class Products>
  RGSWEEP_INLINE double residuals(const Products products) {
    const Scalar *f = plan_.f, *y = plan_.y + first_, *weight = plan_.weight + first_;
    const Rows<const Scalar> x{plan_.x.data + first_, plan_.x.stride};
    const Rows<Scalar> dx = plan_.dx;
    Scalar* derivative = dx[plan_.inputs];
    const Index samples = samples_;
    Packet loss = pset1<Packet>(Scalar(0));
    for (Index s = 0; s < samples; s += lanes) {
      const Packet residual = psub(pload<Packet>(f + s), pload<Packet>(y + s));
      const Packet d = pmul(residual, pload<Packet>(weight + s));
      loss = pmadd(residual, d, loss);
      for (Index i = 0; i < products; ++i) pstore(dx[i] + s, pmul(d, pload<Packet>(x[i] + s)));
      pstore(derivative + s, d);
    }
    return static_cast<double>(Eigen::internal::predux(loss)) / 2;
  }

  void backward_pass() {
    const bool grow = first_ > 0;
    if (!plan_.readout_follows)  // products are fastest in tall blocks
      sum_products<Scalar>({inputs(plan_.depth), readout_.cols, d(), 1, samples_, plan_.readout_sums, grow});
    if (biased(readout_)) sum_rows<Scalar>({d(), 1, {}, 1, samples_, plan_.readout_bias_sums, grow});
    if (plan_.depth > 0) spline_gradient(plan_.depth - 1, {d(), weights(readout_)});
    if (plan_.depth > 1) readout_backward();
    for (Index l = plan_.depth - 1; l > 0; --l) {
      const LayerPlan<Scalar>& layer = plan_.layers[l];
      const Rows<const Scalar> D = constant(slopes(layer));
      if (biased(layer)) sum_rows<Scalar>({D, layer.rows, {}, 1, samples_, layer.bias_sums, grow});
      backward(weights(layer), layer.rows, layer.cols, D, slopes(plan_.layers[l - 1]), plan_.g, samples_);
      spline_gradient(l - 1, {constant(plan_.g)});
      if (layer.outer.data != nullptr) {
        transpose(inputs(l), layer.cols, samples_, plan_.transposed);
        sum_outer<Scalar>(
            {D, layer.rows, constant(plan_.transposed), layer.cols, samples_, layer.outer, grow});
      }
    }
    if (plan_.depth == 0) return;
    const LayerPlan<Scalar>& layer = plan_.layers[0];
    const Rows<const Scalar> in = plan_.depth == 1 ? constant(plan_.dx) : inputs(0);
    sum_products<Scalar>(
        {constant(slopes(layer)), layer.rows, in, plan_.inputs + biased(layer), samples_, plan_.sums, grow});
  }

  void spline_gradient(Index l, const Upstream<Scalar>& upstream) {
    if (plan_.phi != Phi::spline) return;
    const LayerPlan<Scalar>& layer = plan_.layers[l];
    with_degree(layer.spline.degree, [&](auto degree) RGSWEEP_INLINED {
      add_moments<degree>(layer.spline, upstream, layer.rows, samples_);
    });
  }

  /// From the slopes of the last hidden layer to its D.
  void readout_backward() {
    const LayerPlan<Scalar>& layer = plan_.layers[plan_.depth - 1];
    const Rows<Scalar> slope = slopes(layer);
    const Scalar *v = weights(readout_), *derivative = d().data;
    const Index samples = samples_, units = layer.rows;
    for (Index u = 0; u < units; ++u) {
      const Packet factor = pset1<Packet>(v[u]);
      Scalar* D = slope[u];
      for (Index s = 0; s < samples; s += lanes)
        pstore(D + s, pmul(pmul(factor, pload<Packet>(derivative + s)), pload<Packet>(D + s)));
    }
  }

  /// Writes, or adds to, the gradient with respect to the weights of a layer above the first, summed over a
  /// tile.
  void matrix_gradient(Index l, Index samples, bool add) {
    const LayerPlan<Scalar>& layer = plan_.layers[l];
    Scalar* out = entry_gradient(layer.weight, gradient_);
    for (Index row = 0; row < layer.rows; row += kPanelRows) {
      const Index rows = layer.rows - row < kPanelRows ? layer.rows - row : kPanelRows;
      sum_products<Scalar>({{layer.slope[row], layer.slope.stride},
                            rows,
                            constant(plan_.layers[l - 1].h),
                            layer.cols,
                            samples,
                            plan_.panel,
                            false});
      if (add || rows * layer.cols % lanes != 0) {
        sum_lanes(plan_.panel, rows * layer.cols, plan_.panel_totals);
        for (Index i = 0; i < rows * layer.cols; ++i)
          out[i] = add ? out[i] + plan_.panel_totals[i] : plan_.panel_totals[i];
      } else {
        sum_lanes(plan_.panel, rows * layer.cols, out);
      }
      out += rows * layer.cols;
    }
  }

  void write_sums() {
    sum_lanes(plan_.sums, plan_.sum_count, plan_.totals);
    if (!plan_.readout_follows)
      write(plan_.readout_sums, readout_.cols, entry_gradient(readout_.weight, gradient_));
    if (biased(readout_)) write(plan_.readout_bias_sums, 1, entry_gradient(readout_.bias, gradient_));
    for (Index l = 1; l < plan_.depth; ++l) {
      const LayerPlan<Scalar>& layer = plan_.layers[l];
      if (biased(layer)) write(layer.bias_sums, layer.rows, entry_gradient(layer.bias, gradient_));
      if (layer.outer.data == nullptr) continue;
      Scalar* out = entry_gradient(layer.weight, gradient_);
      for (Index row = 0; row < layer.rows; ++row, out += layer.cols)
        for (Index col = 0; col < layer.cols; ++col) out[col] = layer.outer[row][col];
    }
    if (plan_.depth == 0) return;
    if (plan_.inputs == 2 && !biased(plan_.layers[0]))
      first_gradient(Fixed<2>(), Fixed<0>());
    else
      first_gradient(plan_.inputs, Index(biased(plan_.layers[0])));
  }

  /// The totals of `count` packets from `sums` on.
  void write(const Scalar* sums, Index count, Scalar* out) {
    const Scalar* totals = plan_.totals + (sums - plan_.sums) / lanes;
    for (Index i = 0; i < count; ++i) out[i] = totals[i];
  }

  template <class Inputs, class Biased>
  void first_gradient(Inputs inputs, Biased bias) {
    const LayerPlan<Scalar>& layer = plan_.layers[0];
    const Scalar* __restrict W = weights(layer);
    const Scalar* __restrict b = entries(layer.bias, theta_);
    const Scalar* __restrict v = weights(readout_);
    const Scalar* __restrict S = plan_.totals;
    Scalar* __restrict dW = entry_gradient(layer.weight, gradient_);
    Scalar* __restrict db = entry_gradient(layer.bias, gradient_);
    Scalar* __restrict dv = entry_gradient(readout_.weight, gradient_);
    const bool shallow = plan_.depth == 1, readout_too = plan_.readout_follows;
    for (Index u = 0; u < layer.rows; ++u, S += inputs + bias, W += inputs, dW += inputs) {
      const Scalar factor = shallow ? v[u] : Scalar(1);
      Scalar sum = 0;
      for (Index i = 0; i < inputs; ++i) {
        dW[i] = factor * S[i];
        sum += W[i] * S[i];
      }
      if (bias) {
        db[u] = factor * S[inputs];
        sum += b[u] * S[inputs];
      }
      if (readout_too) dv[u] = sum;
    }
  }

  const Plan<Scalar>& plan_;
  const LayerPlan<Scalar>& readout_;
  const Scalar* theta_;
  Scalar* gradient_;
  Index first_ = 0, in_tile_ = 0, samples_ = 0;  // this chunk: first sample in the batch and in its tile
};

template <class Scalar>
double loss_and_gradient(const Plan<Scalar>& plan, const Scalar* theta, Scalar* gradient) {
  return Step<Scalar>(plan, theta, gradient).loss_and_gradient();
}

}  // namespace rgsweep::nn::kernel::RGSWEEP_VARIANT
