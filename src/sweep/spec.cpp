// What can be asked of a sweep that has been read: values by block, its text without overrides, its hash.
#include "rgsweep/sweep/spec.hpp"

#include <algorithm>
#include <stdexcept>

#include "rgsweep/core/hash.hpp"

namespace rgsweep::sweep {

namespace {

std::string rule_lines(const Settings& settings) {
  std::string lines;
  for (const Zip& zip : settings.zips) lines += zip.name + " = " + zip.text + "\n";
  for (const Exclude& exclude : settings.excludes) lines += "exclude = " + exclude.text + "\n";
  return lines;
}

template <class Values>
void update(Hasher& hasher, const Values& values) {
  for (const Value& value : values) {
    hasher.update(canonical_text(value));
    hasher.update("\n");
  }
}

void update(Hasher& hasher, const KeyTable& table, const Settings& settings) {
  for (const Zip& zip : settings.zips) {
    hasher.update(zip.name + "\n");
    for (const std::vector<Value>& tuple : zip.tuples) update(hasher, tuple);
  }
  for (const Exclude& exclude : settings.excludes) {
    hasher.update("exclude\n");
    for (const Exclude::Term& term : exclude.terms) {
      hasher.update(table[term.key].name + "=\n");
      update(hasher, term.values);
      for (const std::string& choice : term.choices) hasher.update(choice + "()\n");
    }
  }
}

}  // namespace

const ValueList& Spec::values(const Block& block, std::size_t key) const {
  if (const auto own = block.own.axes.find(key); own != block.own.axes.end()) return own->second.values;
  if (const auto all = shared.axes.find(key); all != shared.axes.end()) return all->second.values;
  return defaults.at(key);
}

Value Spec::scalar(std::string_view key) const {
  const std::size_t i = table->find(key);
  if (i == KeyTable::npos) throw std::logic_error("no key " + std::string(key));
  const auto sets = [&](const Settings& settings) {
    return settings.axes.contains(i) ||
           std::any_of(settings.zips.begin(), settings.zips.end(), [&](const Zip& zip) {
             return std::find(zip.keys.begin(), zip.keys.end(), i) != zip.keys.end();
           });
  };
  const auto changed = [&](const Block& block) { return sets(block.own); };
  const ValueList& all = values(Block{}, i);
  if (all.size() != 1 || (sets(shared) && !shared.axes.contains(i)) ||
      std::any_of(blocks.begin(), blocks.end(), changed))
    throw std::logic_error("key " + std::string(key) + " has no single value in this sweep");
  return all.front();
}

std::string Spec::effective_text() const {
  // Rules come first: before any section they hold for all blocks.
  std::string result = rule_lines(shared);
  std::string section;
  for (const auto& [key, axis] : shared.axes) {
    const std::string& name = (*table)[key].name;
    const std::size_t dot = name.find('.');
    if (name.substr(0, dot) != section) {
      section = name.substr(0, dot);
      result += (result.empty() ? "[" : "\n[") + section + "]\n";
    }
    result += name.substr(dot + 1) + " = " + axis.text + "\n";
  }
  for (const Block& block : blocks) {
    if (block.name.empty()) continue;
    result += (result.empty() ? "[grid." : "\n[grid.") + block.name + "]\n";
    for (const auto& [key, axis] : block.own.axes) result += (*table)[key].name + " = " + axis.text + "\n";
    result += rule_lines(block.own);
  }
  return result;
}

std::uint64_t Spec::hash() const {
  std::vector<std::size_t> by_name(table->size());
  for (std::size_t i = 0; i < by_name.size(); ++i) by_name[i] = i;
  std::sort(by_name.begin(), by_name.end(),
            [this](std::size_t a, std::size_t b) { return (*table)[a].name < (*table)[b].name; });
  Hasher hasher;
  update(hasher, *table, shared);
  for (const Block& block : blocks) {
    hasher.update("block " + block.name + "\n");
    // Values that equal the default are left out, so that a later key does not change the hash.
    for (const std::size_t i : by_name) {
      const ValueList& all = values(block, i);
      if (all == defaults[i]) continue;
      hasher.update((*table)[i].name + "=\n");
      update(hasher, all);
    }
    update(hasher, *table, block.own);
  }
  return hasher.digest();
}

}  // namespace rgsweep::sweep
