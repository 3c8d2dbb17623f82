// Networks that are affine on convex polygons. On one polygon of the plane (x, y) every h^(l-1) is affine and
// so is z^l; the lines z^l_u = kink divide it into the polygons on which h^l is affine. Moments of the final
// polygons are integrated and added up on the way back, since each polygon is the union of its parts.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include "truth_schemes.hpp"

namespace rgsweep::theory {

namespace {

class PlaneIntegrator {
 public:
  PlaneIntegrator(const TruthProblem& problem, const InputDensity& density)
      : pieces_(problem.pieces), weights_(problem.network.layout(), problem.theta), density_(density) {}

  /// Adds the moments over the plane on which the inputs are the rows of `inputs`.
  void add(const Affine& inputs, MomentTable& table) {
    table_ = &table;
    target_ = inputs.colwise().sum() / std::sqrt(static_cast<double>(inputs.rows()));
    descend(0, square(density_.low(), density_.high()), inputs);
  }
  std::size_t polygons() const { return polygons_; }

 private:
  PolygonMoments descend(std::size_t layer, const Polygon& polygon, const Affine& h) {
    Affine z = weights_.weight[layer] * h;
    z.col(0) += weights_.bias[layer];
    if (layer == weights_.depth()) {
      PolygonMoments moments = polygon_moments(density_, polygon);
      Affine rows(2, 3);
      rows << z, z - target_;
      table_->add(table_->output(), rows, moments);
      ++polygons_;
      return moments;
    }
    PolygonMoments total;
    for (const Polygon& part : parts_of(polygon, z)) {
      const Affine next = activated(part, z);
      const PolygonMoments moments = descend(layer + 1, part, next);
      table_->add(table_->post(layer), next, moments);
      total += moments;
    }
    table_->add(table_->pre(layer), z, total);
    return total;
  }

  /// Divided by every line on which a unit is at a kink.
  std::vector<Polygon> parts_of(const Polygon& polygon, const Affine& z) const {
    std::vector<Polygon> parts{polygon};
    for (Eigen::Index u = 0; u < z.rows(); ++u)
      for (const double kink : pieces_.kinks) {
        const Line line{z(u, 0) - kink, z(u, 1), z(u, 2)};
        for (std::size_t i = 0, count = parts.size(); i < count; ++i) {
          if (side(parts[i], line) != 0) continue;
          auto [below, above] = divide(parts[i], line);
          parts[i] = std::move(below);
          parts.push_back(std::move(above));
        }
      }
    return parts;
  }

  /// phi(z) on a polygon that no kink divides.
  Affine activated(const Polygon& polygon, const Affine& z) const {
    Affine h = z;
    for (Eigen::Index u = 0; u < z.rows(); ++u) {
      std::size_t piece = 0;
      for (const double kink : pieces_.kinks)
        if (side(polygon, Line{z(u, 0) - kink, z(u, 1), z(u, 2)}) > 0) ++piece;
      h.row(u) *= pieces_.slopes[piece];
      h(u, 0) += pieces_.offsets[piece];
    }
    return h;
  }

  const ActivationPieces& pieces_;
  Weights weights_;
  const InputDensity& density_;
  MomentTable* table_ = nullptr;
  Eigen::RowVector3d target_;
  std::size_t polygons_ = 0;
};

/// x_1 in [low, high] with the moments of the others' planes integrated over it.
struct Slab {
  double low, high;
  MomentTable table;           ///< its errors are those of the planes
  Eigen::ArrayXXd difference;  ///< within the pair over x_1
};

/// Integrals over x_1 (three inputs) by Gauss-Kronrod pairs on slabs, of which the worst is halved in turn.
class SlabIntegrator {
 public:
  SlabIntegrator(const TruthProblem& problem, const InputDensity& density)
      : density_(density), planes_(problem, density), empty_(problem.network, problem.theta) {}

  Slab integrate(double low, double high) {
    const math::GaussKronrod& rule = math::gauss_kronrod();
    Slab slab{low, high, empty_, empty_.value};
    for (Eigen::Index k = 0; k < rule.nodes.size(); ++k) {
      const double t = (low + high) / 2 + (high - low) / 2 * rule.nodes[k];
      const double density = (high - low) / 2 * density_.density(t);
      Affine inputs(3, 3);
      inputs << density_.origin() + t, 0, 0, density_.origin(), 1, 0, density_.origin(), 0, 1;
      MomentTable plane = empty_;
      planes_.add(inputs, plane);
      slab.table.value += density * rule.weights[k] * plane.value;
      slab.table.error += density * rule.weights[k] * plane.error;
      slab.difference += density * (rule.weights[k] - rule.gauss_weights[k]) * plane.value;
      ++count_;
    }
    slab.difference = slab.difference.abs();
    return slab;
  }

  std::size_t count() const { return count_; }
  std::size_t polygons() const { return planes_.polygons(); }

 private:
  const InputDensity& density_;
  PlaneIntegrator planes_;
  MomentTable empty_;
  std::size_t count_ = 0;
};

/// Pairs of panels, and a cut at x_1 = 0, where without biases all kinks meet.
std::vector<double> slab_ends(const InputDensity& density) {
  std::vector<double> ends;
  const std::vector<double>& all = density.ends();
  const auto zero = std::lower_bound(all.begin(), all.end(), -density.origin()) - all.begin();
  for (std::ptrdiff_t i = 0; i < static_cast<std::ptrdiff_t>(all.size()); ++i)
    if ((i - zero) % 2 == 0 || i == 0 || i + 1 == static_cast<std::ptrdiff_t>(all.size()))
      ends.push_back(all[static_cast<std::size_t>(i)]);
  ends.push_back(-density.origin());
  std::sort(ends.begin(), ends.end());
  ends.erase(std::unique(ends.begin(), ends.end()), ends.end());
  return ends;
}

/// Everything added up, but the differences.
MomentTable sum_of(const std::vector<Slab>& slabs) {
  MomentTable total = slabs.front().table;
  for (std::size_t i = 1; i < slabs.size(); ++i) {
    total.value += slabs[i].table.value;
    total.error += slabs[i].table.error;
  }
  return total;
}

}  // namespace

SchemeResult piecewise_linear_moments(const TruthProblem& problem, const InputDensity& density,
                                      const TruthOptions& options) {
  if (problem.inputs() == 2) {
    Affine inputs(2, 3);
    inputs << density.origin(), 1, 0, density.origin(), 0, 1;
    MomentTable table(problem.network, problem.theta);
    PlaneIntegrator plane(problem, density);
    plane.add(inputs, table);
    return {table, plane.polygons()};
  }

  SlabIntegrator integrator(problem, density);
  std::vector<Slab> slabs;
  const std::vector<double> ends = slab_ends(density);
  for (std::size_t i = 0; i + 1 < ends.size(); ++i)
    slabs.push_back(integrator.integrate(ends[i], ends[i + 1]));
  for (;;) {
    MomentTable total = sum_of(slabs);
    const Eigen::ArrayXXd scales = total.scales(problem.moments_below, problem.growth());
    // Slabs cannot do better than their planes.
    const Eigen::ArrayXXd allowed = options.tolerance * scales + total.error;
    Eigen::ArrayXXd difference = Eigen::ArrayXXd::Zero(scales.rows(), scales.cols());
    double worst = 0;
    std::size_t at = 0;
    for (std::size_t i = 0; i < slabs.size(); ++i) {
      const Eigen::ArrayXXd of_slab = total.raised(slabs[i].difference, scales);
      difference += of_slab;
      const double share = (of_slab / allowed).maxCoeff();
      if (share > worst) {
        worst = share;
        at = i;
      }
    }
    const bool done = !((difference / allowed).maxCoeff() > 1);
    if (done || worst == 0 || integrator.count() >= options.max_planes) {
      total.error += difference;
      return {std::move(total), integrator.polygons()};
    }
    const double low = slabs[at].low, high = slabs[at].high, middle = (low + high) / 2;
    slabs[at] = integrator.integrate(low, middle);
    slabs.push_back(integrator.integrate(middle, high));
  }
}

}  // namespace rgsweep::theory
