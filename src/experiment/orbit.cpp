#include "orbit.hpp"

#include <cmath>
#include <limits>

#include "orbit_network.hpp"
#include "rgsweep/core/error.hpp"
#include "rgsweep/core/registry.hpp"
#include "rgsweep/data/orbit.hpp"
#include "rgsweep/data/product_cache.hpp"
#include "rgsweep/nn/trainer.hpp"
#include "rgsweep/theory/neural_kernel.hpp"
#include "rgsweep/theory/orbit_error.hpp"

namespace rgsweep::experiment {

namespace {

/// Of all products that a thread keeps: those of 200 pairs in 64 rotated poses take a fifth of it.
constexpr std::size_t product_cache_bytes = std::size_t{32} << 20;

/// Poses of one image: the order of the group.
int pose_count(const Parameters& point) {
  const data::ImageGroup& group = lookup(data::image_groups(), point.text("orbit.group"), "group of images");
  return group.fixed_poses != 0 ? group.fixed_poses : static_cast<int>(point.integer("orbit.poses"));
}

/// The two images of a point and their poses.
struct Images {
  std::string source;
  std::shared_ptr<const data::ImageSet> set;
  data::ImagePair pair;
  std::string group;
  std::shared_ptr<const data::Orbit> orbit;

  explicit Images(const Parameters& point)
      : source(point.text("orbit.images")),
        set(data::image_set(source)),
        pair(data::draw_pair(*set, static_cast<std::uint64_t>(point.integer("sweep.seed")),
                             static_cast<std::uint64_t>(point.integer("orbit.pair")))),
        group(point.text("orbit.group")),
        orbit(data::make_orbit(group, set->shape(), pose_count(point))) {}

  Eigen::MatrixXd poses() const { return orbit->interleaved_poses(set->image(pair.a), set->image(pair.b)); }

  /// Points of another network often have the same images, and depend on these products only.
  std::shared_ptr<const Eigen::MatrixXd> products() const {
    thread_local data::ProductCache cache(product_cache_bytes);
    return cache.get({source, group, orbit->group().order(), pair.a, pair.b},
                     [&] { return orbit->interleaved_products(set->image(pair.a), set->image(pair.b)); });
  }
};

/// A block-circulant matrix (data/block_circulant.hpp), as the products are that it comes from.
Eigen::MatrixXd gram_of(const Parameters& point, const Images& images, const Context& context) {
  const std::string& kernel = point.text("orbit.kernel");
  if (kernel == "rbf") return theory::rbf_gram_of_products(*images.products(), point.real("orbit.rbf_scale"));
  const theory::KernelOptions options{kernel == "ntk" ? theory::KernelKind::ntk : theory::KernelKind::nngp,
                                      point.real("orbit.slope"), point.real("orbit.weight_scale"),
                                      point.real("orbit.bias_scale")};
  const std::string& architecture = point.text("orbit.architecture");
  const data::ImageShape shape = images.set->shape();
  if (architecture == "mlp")
    return theory::mlp_gram_of_products(*images.products(), shape.pixels(),
                                        static_cast<int>(point.integer("orbit.depth")), options);
  return theory::convolution_gram(
      images.poses(), shape.rows, shape.columns,
      architecture == "conv_gap" ? theory::Pooling::gap : theory::Pooling::flatten, options,
      context.should_stop);
}

/// Fills the columns of kernel regression; condition_number also where the matrix is singular.
void measure_kernel(const Eigen::MatrixXd& gram, const data::FiniteGroup& group, const Schema& schema,
                    Row& row) {
  const auto set = [&](std::string_view column, double value) { schema.value(row, column) = value; };
  try {
    const theory::LeaveOneOut exact = theory::leave_one_out(gram);
    set("condition_number", exact.condition_number);
    const theory::GroupError by_group = theory::group_error(gram, group);
    if (group.cyclic) {
      const theory::SpectralError spectral = theory::spectral_error(gram);
      set("eps_spectral", spectral.error);
      set("class_separation", spectral.class_separation);
      set("orbit_density", spectral.orbit_density);
    }
    set("eps_exact", exact.error[0]);
    set("eps_exact_mean", exact.error.mean());
    set("eps_group", by_group.a);
    set("correct", exact.error[0] < 1 ? 1 : 0);
    set("correct_fraction", (exact.error.array() < 1).cast<double>().mean());
  } catch (const theory::SingularGram& error) {
    set("condition_number", error.condition_number());
    set("status", static_cast<double>(Status::failed));
    schema.text(row, "message") = error.what();
  }
}

}  // namespace

std::vector<Column> orbit_columns() {
  const auto integer = [](std::string name, std::string long_name) {
    return Column{.name = std::move(name), .type = ColumnType::integer, .long_name = std::move(long_name)};
  };
  return {
      {.name = "eps_exact",
       .long_name = "error y (y - yhat) of the first pose of image_a left out of kernel regression"},
      {.name = "eps_exact_mean", .long_name = "mean of the same over all poses, each left out alone"},
      {.name = "eps_spectral",
       .long_name = "error predicted by the circularised Gram matrix (cyclic groups): 1 / (class_separation "
                    "orbit_density)"},
      {.name = "eps_group", .long_name = "error predicted by the irreducible representations of the group"},
      integer("correct", "1 where the left-out pose is classified as image_a (eps_exact < 1), else 0"),
      {.name = "correct_fraction",
       .long_name = "share of all poses that are classified correctly when left out"},
      {.name = "class_separation",
       .long_name =
           "eigenvalue of the circularised Gram matrix for the mode that alternates between the classes"},
      {.name = "orbit_density",
       .long_name = "mean of the inverses of all eigenvalues of the circularised Gram matrix"},
      {.name = "condition_number", .long_name = "condition number of the Gram matrix in the 1-norm"},
      {.name = "trained_error", .long_name = "error y (y - f) of a trained network on the left-out pose"},
      {.name = "trained_loss",
       .long_name = "mean squared error of that network on the poses it was trained on"},
      integer("image_a", "number of the first image"),
      integer("image_b", "number of the second image"),
      integer("class_a", "class of image_a, where known"),
      integer("class_b", "class of image_b, where known"),
  };
}

void run_orbit(const Parameters& point, std::uint64_t stream_key, const Schema& schema,
               const Context& context, Row& row) {
  if (context.should_stop && context.should_stop()) throw nn::TrainingStopped();
  const Images images(point);
  Eigen::MatrixXd gram = gram_of(point, images, context);
  gram.diagonal().array() += point.real("orbit.ridge") * gram.diagonal().mean();
  schema.value(row, "image_a") = static_cast<double>(images.pair.a);
  schema.value(row, "image_b") = static_cast<double>(images.pair.b);
  schema.value(row, "class_a") = images.set->label(images.pair.a);
  schema.value(row, "class_b") = images.set->label(images.pair.b);
  measure_kernel(gram, images.orbit->group(), schema, row);
  if (point.has("orbit.trained") && point.text("orbit.trained") == "on") {
    const TrainedOrbit trained = train_on_orbit(point, images.poses(), stream_key, context);
    if (trained.diverged) {
      schema.value(row, "status") = static_cast<double>(Status::diverged);
      schema.text(row, "message") = trained.message;
    } else {
      schema.value(row, "trained_error") = trained.error;
    }
    schema.value(row, "trained_loss") = trained.loss;
  }
}

double predicted_orbit_seconds(const Parameters& point) {
  // As for images of 28 x 28 pixels, on one core with 512-bit vectors; measured times correct the scale.
  // Rotations: of other groups four times as many poses are made, and pairs of poses compared.
  constexpr double pixels = 784, seconds_per_point = 20e-6, seconds_per_pixel = 0.5e-9,
                   seconds_per_activation = 1.2e-9, seconds_per_convolved_activation = 4.5e-9,
                   seconds_per_solve = 0.035e-9;
  const double n = 2 * pose_count(point), pairs = n * (n + 1) / 2;
  double seconds = seconds_per_point + n * pixels * seconds_per_pixel + n * n * n * seconds_per_solve;
  const std::string architecture =
      point.has("orbit.architecture") ? point.text("orbit.architecture") : "none";
  if (architecture == "conv_flatten")
    seconds += pairs * pixels * seconds_per_convolved_activation;
  else if (architecture == "conv_gap")
    seconds += pairs * pixels * pixels * seconds_per_convolved_activation;
  if (architecture == "mlp") {
    seconds += pairs * static_cast<double>(point.integer("orbit.depth")) * seconds_per_activation;
    if (point.text("orbit.trained") == "on") seconds += predicted_training_seconds(point, n - 1, pixels);
  }
  return seconds;
}

void check_orbit(const Parameters& point) {
  const std::string& source = point.text("orbit.images");
  data::ImageShape shape;
  try {
    shape = data::image_set(source)->shape();
  } catch (const StoreError& error) {
    throw UsageError("orbit.images = " + source + ": " + error.what() +
                     "; allowed: an IDX file of images, or " + data::synthetic_images);
  }
  lookup(data::image_groups(), point.text("orbit.group"), "group of images").check(shape, pose_count(point));
}

std::vector<std::string> checked_orbit_keys() {
  return {"orbit.images", "orbit.group", "orbit.poses"};
}

}  // namespace rgsweep::experiment
