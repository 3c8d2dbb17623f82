#include "rgsweep/analysis/family.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace rgsweep::analysis {
namespace {

/// Groups of positions of curves that agree in all parameters for which `ignored` is false.
template <class Ignored>
std::vector<std::vector<std::size_t>> agreeing(const Curves& curves, const Ignored& ignored) {
  std::map<std::vector<Value>, std::vector<std::size_t>> groups;
  for (std::size_t c = 0; c < curves.curves.size(); ++c) {
    std::vector<Value> values;
    for (std::size_t p = 0; p < curves.parameters.size(); ++p)
      if (!ignored(curves.parameters[p].name)) values.push_back(curves.curves[c].parameters[p]);
    groups[values].push_back(c);
  }
  std::vector<std::vector<std::size_t>> result;
  for (auto& [values, members] : groups) result.push_back(std::move(members));
  return result;
}

double number(const Value& value) {
  if (const auto* real = std::get_if<double>(&value)) return *real;
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return static_cast<double>(*integer);
  return std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

std::vector<Family> families(const Curves& curves, std::string_view variable) {
  std::size_t column = 0;
  while (column < curves.parameters.size() && curves.parameters[column].name != variable) ++column;
  const auto size_of = [&](std::size_t c) {
    return column < curves.parameters.size() ? number(curves.curves[c].parameters[column])
                                             : std::numeric_limits<double>::quiet_NaN();
  };
  std::vector<Family> result;
  for (const std::vector<std::size_t>& group :
       agreeing(curves, [&](const std::string& name) { return name == variable; })) {
    Family sized{std::string(variable), {}, {}};
    for (const std::size_t c : group)
      if (std::isnan(size_of(c)))
        result.push_back({"", {c}, {size_of(c)}});
      else
        sized.curves.push_back(c);
    std::sort(sized.curves.begin(), sized.curves.end(),
              [&](std::size_t a, std::size_t b) { return size_of(a) < size_of(b); });
    for (const std::size_t c : sized.curves) sized.sizes.push_back(size_of(c));
    if (!sized.curves.empty()) result.push_back(std::move(sized));
  }
  std::sort(result.begin(), result.end(),
            [](const Family& a, const Family& b) { return a.curves.front() < b.curves.front(); });
  return result;
}

std::vector<std::vector<std::size_t>> relatives(const Curves& curves) {
  return agreeing(curves, [](const std::string& name) {
    return name == training_length ||
           std::find(std::begin(widths), std::end(widths), name) != std::end(widths);
  });
}

}  // namespace rgsweep::analysis
