// The grid against plain enumeration, on random small sweeps with overlapping blocks, zips, excludes and
// unused keys.
#include <algorithm>
#include <map>
#include <random>
#include <set>

#include <gtest/gtest.h>

#include "test_keys.hpp"

namespace rgsweep::sweep {
namespace {

const std::map<std::string, std::vector<std::string>>& domains() {
  static const std::map<std::string, std::vector<std::string>> all{
      {"sweep.seed", {"0", "1", "2"}},
      {"model.width", {"1", "2", "3"}},
      {"model.depth", {"1", "2"}},
      {"activation.kind", {"relu", "leaky_relu", "quadratic", "spline"}},
      {"activation.slope", {"0.1", "0.2", "0.5"}},
      {"activation.alpha", {"0.5", "1"}},
      {"activation.trainable", {"off", "on"}},
      {"activation.knots", {"4", "8"}},
      {"task.train", {"gaussian", "gamma(1)", "gamma(2)", "uniform"}},
      {"task.samples", {"50", "100"}},
  };
  return all;
}

class RandomSpec {
 public:
  explicit RandomSpec(unsigned seed) : random_(seed) {}

  std::string text() {
    zipped_.clear();
    std::string result;
    if (chance(30)) result += zip();
    const std::set<std::string> shared_zips = zipped_;
    for (std::size_t n = below(3); n > 0; --n) result += exclude();
    result += axes(35);
    for (std::size_t n = below(4), block = 0; block < n; ++block) {
      result += "[grid.b" + std::to_string(block) + "]\n";
      zipped_ = shared_zips;
      if (chance(30)) result += zip();
      result += axes(40);
      if (chance(40)) result += exclude();
    }
    return result;
  }

 private:
  // Not std::uniform_int_distribution, whose numbers differ between libraries.
  std::size_t below(std::size_t n) { return random_() % n; }
  bool chance(std::size_t percent) { return below(100) < percent; }

  std::string one(const std::string& key) {
    const std::vector<std::string>& domain = domains().at(key);
    return domain[below(domain.size())];
  }

  std::vector<std::string> some_keys(std::size_t count) {
    std::vector<std::string> keys;
    for (const auto& [key, domain] : domains())
      if (!zipped_.contains(key)) keys.push_back(key);
    while (keys.size() > count) keys.erase(keys.begin() + static_cast<std::ptrdiff_t>(below(keys.size())));
    return keys;
  }

  std::string axes(std::size_t percent) {
    std::string result;
    for (const auto& [key, domain] : domains()) {
      if (zipped_.contains(key) || !chance(percent)) continue;
      std::string values = one(key);
      for (std::size_t n = below(3); n > 0; --n) values += ", " + one(key);
      result += key + " = " + values + "\n";
    }
    return result;
  }

  std::string zip() {
    const std::vector<std::string> keys = some_keys(2 + below(2));
    std::string result = "zip(" + join(keys, ",") + ") = ";
    for (std::size_t n = 1 + below(4), i = 0; i < n; ++i) {
      std::vector<std::string> values;
      for (const std::string& key : keys) values.push_back(one(key));
      result += (i > 0 ? ", (" : "(") + join(values, ",") + ")";
    }
    zipped_.insert(keys.begin(), keys.end());
    return result + "\n";
  }

  std::string exclude() {
    const std::set<std::string> zipped = std::exchange(zipped_, {});
    std::vector<std::string> terms = some_keys(1 + below(2));
    for (std::string& term : terms) term += term == "task.train" && chance(50) ? "=gamma" : "=" + one(term);
    zipped_ = zipped;
    return "exclude = " + join(terms, ", ") + "\n";
  }

  std::mt19937 random_;
  std::set<std::string> zipped_;
};

/// The same sweep by enumeration: canonical texts of the points, and the points as written.
struct Enumeration {
  std::set<std::string> points;
  std::vector<std::uint64_t> raw;

  explicit Enumeration(const Spec& spec) : spec_(spec) {
    for (const Block& block : spec.blocks) {
      raw.push_back(0);
      std::vector<const Zip*> zips;
      for (const Zip& zip : spec.shared.zips) zips.push_back(&zip);
      for (const Zip& zip : block.own.zips) zips.push_back(&zip);
      tuples(block, zips, 0, {});
    }
  }

 private:
  using Fixed = std::map<std::size_t, Value>;

  void tuples(const Block& block, const std::vector<const Zip*>& zips, std::size_t z, const Fixed& fixed) {
    if (z == zips.size()) {
      std::map<std::string, Parameters> product;
      multiply(block, fixed, 0, Parameters(*spec_.table), product);
      raw.back() += product.size();
      for (const auto& [text, point] : product)
        if (!dropped(spec_.shared, point) && !dropped(block.own, point)) points.insert(text);
      return;
    }
    for (const std::vector<Value>& tuple : zips[z]->tuples) {
      Fixed more = fixed;
      for (std::size_t j = 0; j < tuple.size(); ++j) more[zips[z]->keys[j]] = tuple[j];
      tuples(block, zips, z + 1, more);
    }
  }

  void multiply(const Block& block, const Fixed& fixed, std::size_t key, Parameters point,
                std::map<std::string, Parameters>& product) {
    if (key == spec_.table->size()) {
      point.complete();
      product.emplace(point.canonical_text(), point);
      return;
    }
    const auto one = fixed.find(key);
    const ValueList values = one != fixed.end() ? ValueList({one->second}) : spec_.values(block, key);
    for (const Value& value : values) {
      point.set(key, value);
      multiply(block, fixed, key + 1, point, product);
    }
  }

  static bool dropped(const Settings& settings, const Parameters& point) {
    return std::any_of(settings.excludes.begin(), settings.excludes.end(), [&](const Exclude& exclude) {
      return std::all_of(exclude.terms.begin(), exclude.terms.end(), [&](const Exclude::Term& term) {
        const Value& value = point[term.key];
        if (std::find(term.values.begin(), term.values.end(), value) != term.values.end()) return true;
        const auto* text = std::get_if<std::string>(&value);
        return text != nullptr &&
               std::find(term.choices.begin(), term.choices.end(), choice_name(*text)) != term.choices.end();
      });
    });
  }

  const Spec& spec_;
};

TEST(GridBuilder, AgreesWithEnumeration) {
  RandomSpec random(20240229);
  std::size_t with_duplicates = 0, with_excluded = 0, with_many_boxes = 0;
  for (int trial = 0; trial < 400; ++trial) {
    const std::string text = random.text();
    SCOPED_TRACE(text);
    const Spec spec = spec_of(text);
    const Enumeration expected(spec);
    if (expected.points.empty()) {
      EXPECT_THROW(Grid::build(test_keys(), spec), UsageError);
      continue;
    }
    const Grid grid = Grid::build(test_keys(), spec);
    ASSERT_EQ(grid.size(), expected.points.size());
    ASSERT_EQ(grid.block_points(), expected.raw);
    ASSERT_EQ(grid.raw_points(), grid.size() + grid.duplicates_removed() + grid.excluded());
    for (std::uint64_t i = 0; i < grid.size(); ++i) {
      const Parameters point = grid.at(i);
      ASSERT_TRUE(expected.points.contains(point.canonical_text()));
      ASSERT_EQ(grid.index_of(point), i);
    }
    const Spec again = spec_of(spec.effective_text());
    ASSERT_EQ(again.hash(), spec.hash());
    ASSERT_EQ(Grid::build(test_keys(), again).size(), grid.size());
    with_duplicates += grid.duplicates_removed() > 0;
    with_excluded += grid.excluded() > 0;
    with_many_boxes += grid.boxes().size() > 3;
  }
  // The random sweeps must reach what they are for.
  EXPECT_GT(with_duplicates, 50U);
  EXPECT_GT(with_excluded, 50U);
  EXPECT_GT(with_many_boxes, 50U);
}

}  // namespace
}  // namespace rgsweep::sweep
