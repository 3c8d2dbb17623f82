// Collects what `rgsweep plan` shows: block axes as written, grid axes as the boxes have them.
#include "rgsweep/sweep/describe.hpp"

#include <algorithm>
#include <set>

#include "rgsweep/core/text.hpp"

namespace rgsweep::sweep {

namespace {

PlanAxis describe(std::string key, const std::vector<std::string>& first_texts, std::string last,
                  std::uint64_t count) {
  PlanAxis axis{std::move(key), count, first_texts};
  if (count > plan_listed_values) axis.values = {first_texts.front(), std::move(last)};
  return axis;
}

PlanAxis describe(const std::string& key, const ValueList& values) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < std::min(values.size(), plan_listed_values); ++i)
    texts.push_back(canonical_text(values[i]));
  return describe(key, texts, canonical_text(values.back()), values.size());
}

PlanAxis describe(const Zip& zip) {
  const std::vector<std::string> tuples = split(zip.text, ',');
  return describe(zip.name, tuples, tuples.back(), tuples.size());
}

bool walks(const std::vector<Zip>& zips, std::size_t key) {
  return std::any_of(zips.begin(), zips.end(), [key](const Zip& zip) {
    return std::find(zip.keys.begin(), zip.keys.end(), key) != zip.keys.end();
  });
}

/// The values of a key that some point has, ascending.
ValueList used_values(const Grid& grid, std::size_t key) {
  std::set<SetId> sets;
  for (const Box& box : grid.boxes())
    if (box.sets[key] != unused_set) sets.insert(box.sets[key]);
  std::vector<bool> used(grid.values(key).size(), false);
  for (const SetId set : sets)
    for (const std::uint32_t place : grid.sets()[set]) used[place] = true;
  ValueList result;
  for (std::size_t i = 0; i < used.size(); ++i)
    if (used[i]) result.push_back(grid.values(key)[i]);
  return result;
}

}  // namespace

Plan make_plan(const KeyTable& table, const Spec& spec, const Grid& grid) {
  Plan plan;
  plan.source = spec.source;
  plan.spec_hash = spec.hash();
  plan.raw_points = grid.raw_points();
  plan.duplicates_removed = grid.duplicates_removed();
  plan.excluded = grid.excluded();
  plan.points = grid.size();
  plan.boxes = grid.boxes().size();
  std::vector<bool> used(table.size());
  for (std::size_t key = 0; key < table.size(); ++key) {
    const ValueList values = used_values(grid, key);
    used[key] = !values.empty();
    if (values.size() > 1) plan.axes.push_back(describe(table[key].name, values));
  }
  for (std::size_t b = 0; b < spec.blocks.size(); ++b) {
    const Block& block = spec.blocks[b];
    PlanBlock& described = plan.blocks.emplace_back();
    described.name = block.name;
    described.points = grid.block_points().at(b);
    for (std::size_t key = 0; key < table.size(); ++key) {
      const ValueList& values = spec.values(block, key);
      if (used[key] && values.size() > 1 && !walks(spec.shared.zips, key) && !walks(block.own.zips, key))
        described.axes.push_back(describe(table[key].name, values));
    }
    for (const std::vector<Zip>* zips : {&spec.shared.zips, &block.own.zips})
      for (const Zip& zip : *zips) described.axes.push_back(describe(zip));
  }
  return plan;
}

}  // namespace rgsweep::sweep
