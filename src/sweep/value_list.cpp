#include "rgsweep/sweep/value_list.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace rgsweep::sweep {

void ValueList::push_back(const Value& value) {
  if (!list_.empty()) {
    list_.push_back(value);
    return;
  }
  if (const auto* whole = std::get_if<std::int64_t>(&value)) {
    if (count_ == 0) first_ = *whole;
    if (count_ == 1) step_ = *whole - first_;  // |values| < 2^53 (core/value.hpp)
    if (*whole == first_ + step_ * static_cast<std::int64_t>(count_)) {
      ++count_;
      return;
    }
  }
  std::vector<Value> values(begin(), end());
  values.push_back(value);
  list_ = std::move(values);
}

void ValueList::sort_unique() {
  const auto not_ascending = [](const Value& a, const Value& b) { return !(a < b); };
  if (compact() ? count_ < 2 || step_ > 0
                : std::adjacent_find(list_.begin(), list_.end(), not_ascending) == list_.end())
    return;
  std::vector<Value> values(begin(), end());
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  *this = ValueList(values);
}

bool operator==(const ValueList& a, const ValueList& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

}  // namespace rgsweep::sweep
