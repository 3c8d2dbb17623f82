// The section [orbit]: which poses of which images, and the network that is to know them.
#include <string>

#include "key_sections.hpp"
#include "rgsweep/core/error.hpp"
#include "rgsweep/core/registry.hpp"
#include "rgsweep/data/orbit.hpp"
#include "rgsweep/nn/optimizer.hpp"

namespace rgsweep::experiment {

namespace {

std::vector<std::string> groups_with_poses() {
  std::vector<std::string> result;
  for (const data::ImageGroup& group : data::image_groups())
    if (group.fixed_poses == 0) result.emplace_back(group.name);
  return result;
}

Value existing_text(const Value& value) {
  if (std::get<std::string>(value).empty()) throw UsageError("no images; allowed: an IDX file, or synthetic");
  return value;
}

void append_pose_keys(Keys& keys) {
  keys.push_back({.name = "orbit.images",
                  .initial = data::synthetic_images,
                  .summary = "where the images come from: an IDX file, plain or gzip, or synthetic",
                  .canonical = existing_text});
  keys.push_back({.name = "orbit.pair",
                  .type = ValueType::integer,
                  .initial = "0",
                  .summary = "number of the pair of images that seed draws: of two classes, where known",
                  .minimum = 0});
  keys.push_back({.name = "orbit.group",
                  .initial = "rotations",
                  .summary = "group that makes the poses of an image",
                  .choices = names(data::image_groups()),
                  .cost = true});
  keys.push_back({.name = "orbit.poses",
                  .type = ValueType::integer,
                  .initial = "8",
                  .summary = "poses of each image: the order of the group",
                  .minimum = 2,
                  .maximum = 512,
                  .used_when = {{"orbit.group", groups_with_poses()}},
                  .cost = true});
}

void append_kernel_keys(Keys& keys) {
  const Condition neural{"orbit.kernel", {"ntk", "nngp"}}, mlp{"orbit.architecture", {"mlp"}};
  keys.push_back(
      {.name = "orbit.kernel",
       .initial = "ntk",
       .summary = "kernel: neural tangent, neural network Gaussian process, or Gaussian of distance",
       .choices = {"ntk", "nngp", "rbf"},
       .cost = true});
  keys.push_back(
      {.name = "orbit.architecture",
       .initial = "mlp",
       .summary = "network of the kernel: dense layers, or a cyclic 3 x 3 convolution and its readout",
       .choices = {"mlp", "conv_flatten", "conv_gap"},
       .used_when = {neural},
       .cost = true});
  keys.push_back({.name = "orbit.depth",
                  .type = ValueType::integer,
                  .initial = "1",
                  .summary = "number of hidden layers",
                  .minimum = 1,
                  .maximum = 256,
                  .used_when = {mlp},
                  .cost = true});
  keys.push_back({.name = "orbit.slope",
                  .type = ValueType::real,
                  .initial = "0",
                  .summary = "slope of the leaky_relu activation for negative arguments",
                  .used_when = {neural}});
  keys.push_back({.name = "orbit.weight_scale",
                  .type = ValueType::real,
                  .initial = "1",
                  .summary = "standard deviation of the weights times sqrt(fan-in)",
                  .minimum = 0,
                  .open_minimum = true,
                  .used_when = {neural}});
  keys.push_back({.name = "orbit.bias_scale",
                  .type = ValueType::real,
                  .initial = "1",
                  .summary = "standard deviation of the biases",
                  .minimum = 0,
                  .used_when = {neural}});
  keys.push_back({.name = "orbit.rbf_scale",
                  .type = ValueType::real,
                  .initial = "1",
                  .summary = "inverse length L of the kernel exp(-L^2 |x-x'|^2)",
                  .minimum = 0,
                  .open_minimum = true,
                  .used_when = {{"orbit.kernel", {"rbf"}}}});
  keys.push_back({.name = "orbit.ridge",
                  .type = ValueType::real,
                  .initial = "0",
                  .summary = "added to the diagonal of the Gram matrix, in units of its mean",
                  .minimum = 0});
}

void append_trained_keys(Keys& keys) {
  const Condition trained{"orbit.trained", {"on"}};
  keys.push_back({.name = "orbit.trained",
                  .initial = "off",
                  .summary = "whether a network of finite width is trained on the same poses",
                  .choices = {"off", "on"},
                  .used_when = {{"orbit.architecture", {"mlp"}}},
                  .cost = true});
  keys.push_back({.name = "orbit.width",
                  .type = ValueType::integer,
                  .initial = "128",
                  .summary = "units in each hidden layer of the trained network",
                  .minimum = 1,
                  .maximum = 4096,
                  .used_when = {trained},
                  .cost = true});
  keys.push_back({.name = "orbit.optimizer",
                  .initial = "adam",
                  .summary = "optimizer of the trained network",
                  .choices = names(nn::optimizers()),
                  .used_when = {trained}});
  keys.push_back({.name = "orbit.learning_rate",
                  .type = ValueType::real,
                  .initial = "0.001",
                  .summary = "learning rate of the trained network",
                  .minimum = 0,
                  .open_minimum = true,
                  .used_when = {trained}});
  keys.push_back({.name = "orbit.steps",
                  .type = ValueType::integer,
                  .initial = "2000",
                  .summary = "training steps of the trained network, each on all poses but one",
                  .minimum = 0,
                  .maximum = 1e12,
                  .used_when = {trained},
                  .cost = true});
}

}  // namespace

void append_orbit_keys(Keys& keys) {
  append_pose_keys(keys);
  append_kernel_keys(keys);
  append_trained_keys(keys);
}

}  // namespace rgsweep::experiment
