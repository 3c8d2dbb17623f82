// The keys of a sweep and the parameters of one point. The key table is the single source of the sweep file's
// keys, the command-line options, the parameter columns and the text that a point's identity is made from.
#pragma once

#include <cstddef>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "rgsweep/core/value.hpp"

namespace rgsweep {

/// A key counts only when `key` has one of `values` (compared by choice_name); `key` stands earlier in the
/// table.
struct Condition {
  std::string key;
  std::vector<std::string> values;
};

/// One row of the key table.
struct Key {
  std::string name;  ///< "activation.slope"
  ValueType type = ValueType::text;
  std::string initial;  ///< default, as text
  std::string summary;  ///< one line for --help, `list keys` and the column's long_name
  std::string units = "1";
  std::vector<std::string> choices = {};  ///< allowed names; empty: any value of the type
  double minimum = -std::numeric_limits<double>::infinity();
  double maximum = std::numeric_limits<double>::infinity();
  bool open_minimum = false;              ///< the minimum itself is not allowed
  std::vector<Condition> used_when = {};  ///< all must hold; none: always used
  bool axis = true;                       ///< may have several values
  bool identity = true;                   ///< describes a point: a column, and part of its identity
  bool later = false;  ///< left out of the identity at its default, which is what points did without the key
  bool cost = false;   ///< the predicted cost of a point depends on it
  bool block = true;   ///< may be set in a [grid.NAME] block; false: belongs to the sweep as a whole
  /// Checks a parsed value and returns its canonical form ("gamma(2.0)" -> "gamma(2)"); throws UsageError.
  std::function<Value(const Value&)> canonical = {};

  /// Column name: dots become underscores; "sweep.seed" is "seed" and "sweep.experiment" is "experiment".
  std::string column() const;
  /// What is allowed, for messages: "one of a, b", "real > 0", "integer in [1, 64]".
  std::string allowed() const;
  /// One value from text, checked and canonical. Throws UsageError with the value and what is allowed.
  Value parse(std::string_view text) const;
};

class KeyTable {
 public:
  explicit KeyTable(std::vector<Key> keys);

  const std::vector<Key>& keys() const { return keys_; }
  std::size_t size() const { return keys_.size(); }
  const Key& operator[](std::size_t i) const { return keys_[i]; }
  /// Position of a key, or npos.
  std::size_t find(std::string_view name) const;
  /// Position of a key; throws UsageError with the nearest known name.
  std::size_t index(std::string_view name) const;
  /// The conditions of key i as positions, in table order.
  struct Dependency {
    std::size_t key;
    const std::vector<std::string>* values;
  };
  const std::vector<Dependency>& dependencies(std::size_t i) const { return dependencies_[i]; }

  /// Key::column() of key i, made once.
  const std::string& column(std::size_t i) const { return columns_[i]; }

  static constexpr std::size_t npos = static_cast<std::size_t>(-1);

 private:
  std::vector<Key> keys_;
  std::vector<std::vector<Dependency>> dependencies_;
  std::vector<std::string> columns_;
};

/// The values of one point, by key; unused keys hold monostate. Cheap to copy, refers to its table.
class Parameters {
 public:
  explicit Parameters(const KeyTable& table) : table_(&table), values_(table.size()) {}

  const KeyTable& table() const { return *table_; }
  const Value& operator[](std::size_t i) const { return values_[i]; }
  void set(std::size_t i, Value value) { values_[i] = std::move(value); }
  void set(std::string_view key, std::string_view text);

  bool has(std::string_view key) const;
  /// Each throws std::logic_error when the key is unused by this point or of another type.
  std::int64_t integer(std::string_view key) const;
  double real(std::string_view key) const;
  const std::string& text(std::string_view key) const;

  /// Whether every condition of key i holds for the values of the keys before it.
  bool uses(std::size_t i) const;
  /// Sets every key that is used and not yet set to its default, and unsets every key that is not used.
  void complete();

  /// One line "key=value" for every used identity key, sorted by key name. Unchanged by keys that a later
  /// version adds to the table, as long as they are unused or marked `later` and at their default.
  std::string canonical_text() const;
  /// Hash of the canonical text: the point's identity.
  std::uint64_t point_id() const;

  bool operator==(const Parameters& other) const { return values_ == other.values_; }

 private:
  const Value& get(std::string_view key) const;

  const KeyTable* table_;
  std::vector<Value> values_;
};

}  // namespace rgsweep
