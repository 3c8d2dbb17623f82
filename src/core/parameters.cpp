#include "rgsweep/core/parameters.hpp"

#include <algorithm>
#include <stdexcept>

#include "rgsweep/core/error.hpp"
#include "rgsweep/core/hash.hpp"
#include "rgsweep/core/text.hpp"

namespace rgsweep {

std::string Key::column() const {
  constexpr std::string_view sweep = "sweep.";
  std::string result = name.starts_with(sweep) ? name.substr(sweep.size()) : name;
  std::replace(result.begin(), result.end(), '.', '_');
  return result;
}

std::string Key::allowed() const {
  if (!choices.empty()) return "one of " + join(choices, ", ");
  std::string result(rgsweep::name(type));
  const bool below = minimum > -std::numeric_limits<double>::infinity();
  const bool above = maximum < std::numeric_limits<double>::infinity();
  const auto number = [](double value) { return rgsweep::canonical_text(value); };
  if (below && above)
    result +=
        std::string(" in ") + (open_minimum ? "(" : "[") + number(minimum) + ", " + number(maximum) + "]";
  else if (below)
    result += (open_minimum ? " > " : " >= ") + number(minimum);
  else if (above)
    result += " <= " + number(maximum);
  return result;
}

Value Key::parse(std::string_view text) const {
  const auto refuse = [this](const std::string& what) -> UsageError {
    return UsageError(what + "; allowed: " + allowed());
  };
  Value value;
  try {
    value = parse_value(type, text);
  } catch (const UsageError& error) {
    throw refuse(error.what());
  }
  if (const auto* word = std::get_if<std::string>(&value)) {
    // Only a key with a canonical form of its own has choices with arguments, as gamma(2).
    const std::string_view choice = canonical ? choice_name(*word) : std::string_view(*word);
    if (!choices.empty() && std::find(choices.begin(), choices.end(), choice) == choices.end())
      throw refuse("unknown value '" + *word + "'" + did_you_mean(choice, choices));
  } else {
    const double number = type == ValueType::real ? std::get<double>(value)
                                                  : static_cast<double>(std::get<std::int64_t>(value));
    if (number < minimum || number > maximum || (open_minimum && number == minimum))
      throw refuse(rgsweep::canonical_text(value) + " is out of range");
  }
  return canonical ? canonical(value) : value;
}

KeyTable::KeyTable(std::vector<Key> keys) : keys_(std::move(keys)), dependencies_(keys_.size()) {
  for (const Key& key : keys_) columns_.push_back(key.column());
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    if (find(keys_[i].name) != i)
      throw std::logic_error("key " + keys_[i].name + " stands twice in the table");
    for (const Condition& condition : keys_[i].used_when) {
      const std::size_t on = find(condition.key);
      if (on >= i)
        throw std::logic_error("key " + keys_[i].name + " depends on a later key " + condition.key);
      dependencies_[i].push_back({on, &condition.values});
    }
  }
}

std::size_t KeyTable::find(std::string_view name) const {
  const auto found =
      std::find_if(keys_.begin(), keys_.end(), [&](const Key& key) { return key.name == name; });
  return found == keys_.end() ? npos : static_cast<std::size_t>(found - keys_.begin());
}

std::size_t KeyTable::index(std::string_view name) const {
  const std::size_t i = find(name);
  if (i != npos) return i;
  std::vector<std::string> known;
  for (const Key& key : keys_) known.push_back(key.name);
  throw UsageError("unknown key '" + std::string(name) + "'" + did_you_mean(name, known) +
                   "; see 'rgsweep list keys'");
}

void Parameters::set(std::string_view key, std::string_view text) {
  const std::size_t i = table_->index(key);
  values_[i] = (*table_)[i].parse(text);
}

const Value& Parameters::get(std::string_view key) const {
  const std::size_t i = table_->find(key);
  if (i == KeyTable::npos) throw std::logic_error("no key " + std::string(key));
  return values_[i];
}

bool Parameters::has(std::string_view key) const {
  return get(key).index() != 0;
}

namespace {

template <class T>
const T& as(const Value& value, std::string_view key) {
  if (const T* held = std::get_if<T>(&value)) return *held;
  throw std::logic_error("key " + std::string(key) + " is unused by this point or of another type");
}

}  // namespace

std::int64_t Parameters::integer(std::string_view key) const {
  return as<std::int64_t>(get(key), key);
}
double Parameters::real(std::string_view key) const {
  return as<double>(get(key), key);
}
const std::string& Parameters::text(std::string_view key) const {
  return as<std::string>(get(key), key);
}

bool Parameters::uses(std::size_t i) const {
  for (const KeyTable::Dependency& dependency : table_->dependencies(i)) {
    const auto* word = std::get_if<std::string>(&values_[dependency.key]);
    if (word == nullptr) return false;
    const std::string_view choice = choice_name(*word);
    if (std::find(dependency.values->begin(), dependency.values->end(), choice) == dependency.values->end())
      return false;
  }
  return true;
}

void Parameters::complete() {
  for (std::size_t i = 0; i < values_.size(); ++i) {
    if (!uses(i))
      values_[i] = std::monostate{};
    else if (values_[i].index() == 0)
      values_[i] = (*table_)[i].parse((*table_)[i].initial);
  }
}

std::string Parameters::canonical_text() const {
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < values_.size(); ++i) {
    const Key& key = (*table_)[i];
    if (!key.identity || values_[i].index() == 0) continue;
    if (key.later && values_[i] == key.parse(key.initial)) continue;
    lines.push_back(key.name + "=" + rgsweep::canonical_text(values_[i]) + "\n");
  }
  std::sort(lines.begin(), lines.end());
  return join(lines, "");
}

std::uint64_t Parameters::point_id() const {
  return hash(canonical_text());
}

}  // namespace rgsweep
