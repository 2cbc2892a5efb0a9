// First in, first out, in one piece of memory that is used again once empty:
// a session asks and is answered, so it is empty most of the time.
#pragma once

#include <cstddef>
#include <vector>

namespace windlass::record {

template <typename T>
class Queue {
 public:
  bool empty() const { return first_ == items_.size(); }
  T& front() { return items_[first_]; }
  T& back() { return items_.back(); }
  T& emplace_back() { return items_.emplace_back(); }
  void pop_front() {
    items_[first_] = T();
    if (++first_ == items_.size()) {
      clear();
    } else if (first_ >= 64 && first_ * 2 >= items_.size()) {
      items_.erase(items_.begin(), items_.begin() + static_cast<std::ptrdiff_t>(first_));
      first_ = 0;
    }
  }
  void clear() {
    items_.clear();
    first_ = 0;
  }
  auto begin() { return items_.begin() + static_cast<std::ptrdiff_t>(first_); }
  auto end() { return items_.end(); }

 private:
  std::vector<T> items_;
  std::size_t first_ = 0;  // items before it are gone
};

}  // namespace windlass::record
