// A row of an SQL text's words with a place in it: what read_targets() reads with.
//
// A cursor never leaves its row: past the end it sees an empty word, and steps nowhere.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "sql/tokens.h"

namespace windlass::sql {

using Words = std::vector<Token>;

class Cursor {
 public:
  Cursor(const Words& words, size_t from, size_t to)
      : words_(&words), at_(from), end_(std::min(to, words.size())) {}

  bool done() const { return at_ >= end_; }
  size_t at() const { return at_; }
  size_t end() const { return end_; }
  const Token& peek(size_t ahead = 0) const {
    static const Token none;
    return at_ + ahead < end_ ? (*words_)[at_ + ahead] : none;
  }
  void step() {
    if (at_ < end_) ++at_;
  }
  bool accept(std::string_view word) {
    if (!peek().is(word)) return false;
    step();
    return true;
  }
  bool accept_symbol(char c) {
    if (!peek().symbol(c)) return false;
    step();
    return true;
  }
  /// All the words in this order, or none.
  bool accept_all(std::initializer_list<std::string_view> row) {
    size_t n = 0;
    for (const std::string_view word : row)
      if (!peek(n++).is(word)) return false;
    at_ += row.size();
    return true;
  }
  /// A name of up to three parts; the last two are kept.
  bool name(std::string& schema, std::string& last) {
    if (!peek().name()) return false;
    schema.clear();
    last = peek().text;
    step();
    while (peek().symbol('.') && peek(1).name()) {
      schema = last;
      last = peek(1).text;
      at_ += 2;
    }
    return true;
  }
  /// At '(': a cursor over what is inside; this one goes past the ')'.
  Cursor inside() {
    if (!accept_symbol('(')) return {*words_, at_, at_};
    const size_t from = at_;
    int depth = 1;
    while (!done()) {
      if (peek().symbol('(')) ++depth;
      if (peek().symbol(')') && --depth == 0) break;
      step();
    }
    const size_t to = at_;
    step();
    return {*words_, from, to};
  }
  /// From here to the next comma outside brackets (or the end); goes past the comma.
  Cursor element() {
    const size_t from = at_;
    int depth = 0;
    while (!done()) {
      if (peek().symbol('(') || peek().symbol('[')) ++depth;
      if (peek().symbol(')') || peek().symbol(']')) --depth;
      if (depth == 0 && peek().symbol(',')) break;
      step();
    }
    const size_t to = at_;
    step();
    return {*words_, from, to};
  }
  bool contains(std::string_view word) const {
    for (size_t i = at_; i < end_; ++i)
      if ((*words_)[i].is(word)) return true;
    return false;
  }
  /// Moves behind the first `word` from here on.
  bool seek(std::string_view word) {
    for (size_t i = at_; i < end_; ++i)
      if ((*words_)[i].is(word)) {
        at_ = i + 1;
        return true;
      }
    return false;
  }

 private:
  const Words* words_;
  size_t at_, end_;
};

}  // namespace windlass::sql
