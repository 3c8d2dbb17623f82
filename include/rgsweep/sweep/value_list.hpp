// The values of an axis. Whole numbers in equal steps, as of a million seeds, are kept as their first one and
// the step, so that a long axis takes no memory on any rank.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <vector>

#include "rgsweep/core/value.hpp"

namespace rgsweep::sweep {

class ValueList {
 public:
  /// Goes over copies of the values.
  class Iterator {
   public:
    using iterator_category = std::random_access_iterator_tag;
    using value_type = Value;
    using difference_type = std::ptrdiff_t;
    using pointer = void;
    using reference = Value;

    Iterator() = default;
    Iterator(const ValueList* list, std::ptrdiff_t place) : list_(list), place_(place) {}
    Value operator*() const { return (*list_)[static_cast<std::size_t>(place_)]; }
    Value operator[](std::ptrdiff_t n) const { return *(*this + n); }
    Iterator& operator+=(std::ptrdiff_t n) {
      place_ += n;
      return *this;
    }
    Iterator& operator-=(std::ptrdiff_t n) { return *this += -n; }
    Iterator& operator++() { return *this += 1; }
    Iterator& operator--() { return *this -= 1; }
    Iterator operator++(int) {
      const Iterator old = *this;
      ++*this;
      return old;
    }
    Iterator operator--(int) {
      const Iterator old = *this;
      --*this;
      return old;
    }
    Iterator operator+(std::ptrdiff_t n) const { return {list_, place_ + n}; }
    Iterator operator-(std::ptrdiff_t n) const { return {list_, place_ - n}; }
    std::ptrdiff_t operator-(const Iterator& other) const { return place_ - other.place_; }
    bool operator==(const Iterator& other) const { return place_ == other.place_; }
    auto operator<=>(const Iterator& other) const { return place_ <=> other.place_; }

   private:
    const ValueList* list_ = nullptr;
    std::ptrdiff_t place_ = 0;
  };
  using iterator = Iterator;
  using const_iterator = Iterator;
  using value_type = Value;

  ValueList() = default;
  ValueList(const std::vector<Value>& values) {
    for (const Value& value : values) push_back(value);
  }

  std::size_t size() const { return list_.empty() ? count_ : list_.size(); }
  bool empty() const { return size() == 0; }
  /// `place` < size().
  Value operator[](std::size_t place) const {
    return list_.empty() ? Value(first_ + step_ * static_cast<std::int64_t>(place)) : list_[place];
  }
  Value front() const { return (*this)[0]; }
  Value back() const { return (*this)[size() - 1]; }
  Iterator begin() const { return {this, 0}; }
  Iterator end() const { return {this, static_cast<std::ptrdiff_t>(size())}; }

  void push_back(const Value& value);
  /// Ascending, each value once.
  void sort_unique();
  /// Whether the values are kept as first one and step.
  bool compact() const { return list_.empty(); }
  friend bool operator==(const ValueList& a, const ValueList& b);

 private:
  std::int64_t first_ = 0, step_ = 0;
  std::size_t count_ = 0;
  std::vector<Value> list_;  ///< all values, unless they are first_, first_ + step_, ...
};

}  // namespace rgsweep::sweep
