// Reads zip tuples and exclude conditions; every value goes through its key's own parser.
#include "rules.hpp"

#include <algorithm>

#include "rgsweep/core/error.hpp"
#include "rgsweep/core/text.hpp"
#include "rgsweep/sweep/axis.hpp"

namespace rgsweep::sweep {

namespace {

/// The parts of "(a, b)".
std::vector<std::string> tuple(const std::string& text) {
  if (text.size() < 2 || text.front() != '(' || text.back() != ')')
    throw UsageError("'" + text + "' is not a tuple; allowed: (v1,v2), (v1,v2), ...");
  return split(std::string_view(text).substr(1, text.size() - 2), ',');
}

Exclude::Term parse_term(const KeyTable& table, const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos)
    throw UsageError("'" + text + "' is not a condition; allowed: KEY=VALUE, KEY=VALUE, ...");
  Exclude::Term term;
  term.key = table.index(trim(std::string_view(text).substr(0, equals)));
  const Key& key = table[term.key];
  if (!key.identity) throw UsageError(key.name + " does not describe a point; allowed: keys that do");
  const std::string value(trim(std::string_view(text).substr(equals + 1)));
  if (std::find(key.choices.begin(), key.choices.end(), value) != key.choices.end())
    term.choices.push_back(value);
  else
    term.values = parse_axis(key, value);
  return term;
}

}  // namespace

bool is_zip(std::string_view name) {
  return choice_name(name) == "zip" && name.find('(') != std::string_view::npos;
}

Zip parse_zip(const KeyTable& table, std::string_view name, const std::string& text) {
  Zip zip;
  zip.text = text;
  const std::vector<std::string> names = tuple(std::string(trim(name.substr(name.find('(')))));
  if (names.size() < 2) throw UsageError("zip walks several keys together; allowed: zip(KEY1,KEY2) = ...");
  for (const std::string& key : names) {
    const std::size_t i = table.index(key);
    if (!table[i].axis || !table[i].identity) throw UsageError(key + " cannot have several values");
    if (std::find(zip.keys.begin(), zip.keys.end(), i) != zip.keys.end())
      throw UsageError(key + " is named twice");
    zip.keys.push_back(i);
  }
  zip.name = "zip(" + join(names, ",") + ")";
  if (text.empty()) throw UsageError("the value is empty; allowed: (v1,v2), (v1,v2), ...");
  for (const std::string& part : split(text, ',')) {
    const std::vector<std::string> values = tuple(part);
    if (values.size() != names.size())
      throw UsageError("'" + part + "' has " + std::to_string(values.size()) +
                       " values; allowed: one for each of the " + std::to_string(names.size()) + " keys");
    std::vector<Value>& row = zip.tuples.emplace_back();
    for (std::size_t j = 0; j < values.size(); ++j) {
      const ValueList value = parse_axis(table[zip.keys[j]], values[j]);
      if (value.size() != 1)
        throw UsageError("'" + values[j] + "' names several values; allowed: one value for each key");
      row.push_back(value.front());
    }
  }
  return zip;
}

Exclude parse_exclude(const KeyTable& table, const std::string& text) {
  if (text.empty()) throw UsageError("the value is empty; allowed: KEY=VALUE, KEY=VALUE, ...");
  Exclude exclude;
  exclude.text = text;
  for (const std::string& part : split(text, ',')) {
    Exclude::Term term = parse_term(table, part);
    const auto same = [&](const Exclude::Term& other) { return other.key == term.key; };
    if (std::any_of(exclude.terms.begin(), exclude.terms.end(), same))
      throw UsageError(table[term.key].name + " is named twice; allowed: one condition for each key");
    exclude.terms.push_back(std::move(term));
  }
  return exclude;
}

}  // namespace rgsweep::sweep
