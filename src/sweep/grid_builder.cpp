// The steps from a spec to disjoint boxes; grid_builder.hpp gives their order.
#include "grid_builder.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <string>

#include "rgsweep/core/error.hpp"
#include "rgsweep/core/text.hpp"

namespace rgsweep::sweep {

namespace {

bool holds(const Value& value, const std::vector<std::string>& choices) {
  const auto* text = std::get_if<std::string>(&value);
  return text != nullptr && std::find(choices.begin(), choices.end(), choice_name(*text)) != choices.end();
}

std::string title(const Block& block) {
  return block.name.empty() ? "" : ": [grid." + block.name + "]";
}

}  // namespace

GridBuilder::GridBuilder(const KeyTable& table, const Spec& spec)
    : table_(table), spec_(spec), grid_(table), conditions_(table.size()) {
  for (std::size_t key = 0; key < table.size(); ++key)
    for (const KeyTable::Dependency& dependency : table.dependencies(key))
      conditions_[dependency.key].push_back(dependency.values);
}

Grid GridBuilder::build() && {
  collect_values();
  std::vector<Box> all;
  for (const Block& block : spec_.blocks) {
    std::vector<Box> boxes = boxes_of(block);
    apply(block.own.excludes, boxes);
    const std::uint64_t before = points(boxes);
    boxes = without(all, std::move(boxes));
    grid_.duplicates_ += before - points(boxes);
    std::move(boxes.begin(), boxes.end(), std::back_inserter(all));
    check_count(all.size());
  }
  apply(spec_.shared.excludes, all);
  for (Box& box : all) box.size = points(box);
  grid_.finish(std::move(all));
  if (grid_.size() == 0)
    throw UsageError(spec_.source + ": no point is left after the excludes; allowed: at least one");
  return std::move(grid_);
}

void GridBuilder::collect_values() {
  grid_.values_ = spec_.defaults;
  const auto add = [this](const Settings& settings) {
    for (const auto& [key, axis] : settings.axes)
      for (const Value& value : axis.values)
        // The default is often the first value, and an axis that goes on from it stays compact.
        if (grid_.values_[key].back() != value) grid_.values_[key].push_back(value);
    for (const Zip& zip : settings.zips)
      for (const std::vector<Value>& tuple : zip.tuples)
        for (std::size_t j = 0; j < tuple.size(); ++j) grid_.values_[zip.keys[j]].push_back(tuple[j]);
  };
  add(spec_.shared);
  for (const Block& block : spec_.blocks) add(block.own);
  for (ValueList& values : grid_.values_) values.sort_unique();
}

SetId GridBuilder::set_of(std::size_t key, const ValueList& values) {
  const ValueList& known = grid_.values_[key];
  PlaceSet places;
  places.reserve(values.size());
  auto next = known.begin();
  for (const Value& value : values) {
    // Long axes are mostly ascending: the next known value is the likely one.
    if (next == known.end() || *next != value) next = std::lower_bound(known.begin(), known.end(), value);
    if (next == known.end() || *next != value) continue;  // an exclude may name values that no point has
    places.push_back(static_cast<std::uint32_t>(next - known.begin()));
    ++next;
  }
  std::sort(places.begin(), places.end());
  return grid_.sets_.intern(std::move(places));
}

SetId GridBuilder::set_of(const Exclude::Term& term) {
  ValueList values = term.values;
  for (const Value& value : grid_.values_[term.key])
    if (holds(value, term.choices)) values.push_back(value);
  values.sort_unique();
  return set_of(term.key, values);
}

std::vector<Box> GridBuilder::boxes_of(const Block& block) {
  std::vector<SetId> wanted(table_.size());
  for (std::size_t key = 0; key < table_.size(); ++key) wanted[key] = set_of(key, spec_.values(block, key));
  std::vector<const Zip*> zips;
  for (const std::vector<Zip>* list : {&spec_.shared.zips, &block.own.zips})
    for (const Zip& zip : *list) zips.push_back(&zip);

  std::vector<Box> boxes;
  std::vector<std::size_t> tuples(zips.size(), 0);  // an odometer over the zips
  for (bool more = true; more;) {
    for (std::size_t z = 0; z < zips.size(); ++z)
      for (std::size_t j = 0; j < zips[z]->keys.size(); ++j)
        wanted[zips[z]->keys[j]] =
            set_of(zips[z]->keys[j], std::vector<Value>{zips[z]->tuples[tuples[z]][j]});
    Box box;
    box.sets.resize(table_.size());
    cut(wanted, box, 0, boxes);
    check_count(boxes.size());
    std::size_t z = zips.size();
    while (z > 0 && ++tuples[z - 1] == zips[z - 1]->tuples.size()) tuples[--z] = 0;
    more = z > 0;
  }
  std::uint64_t raw = 0;
  for (const Box& box : boxes) {
    const std::uint64_t size = points(box);
    if (size > point_limit - raw || raw + size > point_limit - grid_.raw_points_)
      throw UsageError(spec_.source + title(block) +
                       ": too many points; allowed: at most 2^63 - 1 in a sweep");
    raw += size;
  }
  grid_.block_points_.push_back(raw);
  grid_.raw_points_ += raw;
  if (!zips.empty()) {
    // Boxes of one block that meet are equal: they differ in single values and in groups of selectors only.
    std::set<std::vector<SetId>> seen;
    const auto repeated = [&](const Box& box) { return !seen.insert(box.sets).second; };
    boxes.erase(std::remove_if(boxes.begin(), boxes.end(), repeated), boxes.end());
    grid_.duplicates_ += raw - points(boxes);
  }
  return boxes;
}

void GridBuilder::cut(const std::vector<SetId>& wanted, Box& box, std::size_t key, std::vector<Box>& boxes) {
  if (key == table_.size()) {
    boxes.push_back(box);
  } else if (!uses(box, key)) {
    box.sets[key] = unused_set;
    cut(wanted, box, key + 1, boxes);
  } else if (conditions_[key].empty()) {
    box.sets[key] = wanted[key];
    cut(wanted, box, key + 1, boxes);
  } else {
    for (const SetId group : groups(key, wanted[key])) {
      box.sets[key] = group;
      cut(wanted, box, key + 1, boxes);
    }
  }
}

bool GridBuilder::uses(const Box& box, std::size_t key) const {
  for (const KeyTable::Dependency& dependency : table_.dependencies(key)) {
    const SetId set = box.sets[dependency.key];
    if (set == unused_set) return false;
    if (!holds(grid_.values_[dependency.key][grid_.sets_[set].front()], *dependency.values)) return false;
  }
  return true;
}

const std::vector<SetId>& GridBuilder::groups(std::size_t key, SetId set) {
  std::vector<SetId>& result = groups_[{key, set}];
  if (!result.empty()) return result;
  std::vector<std::pair<std::vector<bool>, PlaceSet>> classes;  // in order of their first values
  for (const std::uint32_t place : grid_.sets_[set]) {
    std::vector<bool> signature;
    for (const std::vector<std::string>* condition : conditions_[key])
      signature.push_back(holds(grid_.values_[key][place], *condition));
    auto same =
        std::find_if(classes.begin(), classes.end(), [&](const auto& c) { return c.first == signature; });
    if (same == classes.end()) same = classes.insert(classes.end(), {signature, {}});
    same->second.push_back(place);
  }
  for (auto& [signature, places] : classes) result.push_back(grid_.sets_.intern(std::move(places)));
  return result;
}

/// The boxes, disjoint among themselves, minus the earlier ones.
std::vector<Box> GridBuilder::without(const std::vector<Box>& earlier, std::vector<Box> boxes) {
  if (earlier.empty()) return boxes;
  const std::vector<std::size_t> theirs = fixed_keys(grid_.sets_, earlier),
                                 ours = fixed_keys(grid_.sets_, boxes);
  std::vector<std::size_t> keys;
  std::set_intersection(theirs.begin(), theirs.end(), ours.begin(), ours.end(), std::back_inserter(keys));
  const BoxIndex index(grid_.sets_, earlier, std::move(keys));
  std::vector<Box> result;
  for (const Box& box : boxes) {
    std::vector<Box> pieces{box};
    for (const std::uint32_t i : index.candidates(grid_.sets_, box)) remove(earlier[i], pieces);
    std::move(pieces.begin(), pieces.end(), std::back_inserter(result));
    check_count(result.size());
  }
  return result;
}

void GridBuilder::apply(const std::vector<Exclude>& excludes, std::vector<Box>& boxes) {
  if (excludes.empty()) return;
  const std::uint64_t before = points(boxes);
  for (const Exclude& exclude : excludes) {
    Box hole;
    hole.sets.assign(table_.size(), any_set);
    for (const Exclude::Term& term : exclude.terms) hole.sets[term.key] = set_of(term);
    remove(hole, boxes);
  }
  grid_.excluded_ += before - points(boxes);
}

void GridBuilder::remove(const Box& hole, std::vector<Box>& boxes) {
  const auto meets = [&](const Box& box) { return !disjoint(grid_.sets_, box, hole); };
  const auto first = std::find_if(boxes.begin(), boxes.end(), meets);
  if (first == boxes.end()) return;
  std::vector<Box> rest(std::make_move_iterator(first), std::make_move_iterator(boxes.end()));
  boxes.erase(first, boxes.end());
  for (const Box& box : rest) subtract(grid_.sets_, box, hole, boxes);
  check_count(boxes.size());
}

/// At most point_limit + 1, which stands for all that is more.
std::uint64_t GridBuilder::points(const Box& box) const {
  std::uint64_t product = 1;
  for (const SetId set : box.sets) {
    if (set == unused_set) continue;
    const std::uint64_t size = grid_.sets_.size(set);
    if (product > point_limit / size) return point_limit + 1;
    product *= size;
  }
  return product;
}

std::uint64_t GridBuilder::points(const std::vector<Box>& boxes) const {
  std::uint64_t sum = 0;
  for (const Box& box : boxes) sum += points(box);
  return sum;
}

void GridBuilder::check_count(std::size_t boxes) const {
  if (boxes > box_limit)
    throw UsageError(spec_.source + ": the grid falls into more than " + std::to_string(box_limit) +
                     " boxes; allowed: fewer zip tuples, excludes or overlapping blocks");
}

}  // namespace rgsweep::sweep
