// Edits of a text: spans of bytes, and what takes their place. Knows no language and no kind of chain. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace windlass::edit {

/// What stands in `begin` up to `end` (bytes, from 0; equal: between two bytes) is replaced by `text`.
struct Edit {
  size_t begin = 0, end = 0;
  std::string text;
  bool operator==(const Edit&) const = default;
};

/// Sorted by place; of several at one empty place, in the order given.
std::vector<Edit> sorted(std::vector<Edit> edits);

/// The text with all of them made at once: spans are those of `text` as it is given. An error (usage of
/// windlass itself) where two overlap, or one lies outside.
base::Result<std::string> edited(std::string_view text, std::vector<Edit> edits);

/// Where `position` (in bytes) is once the edits are made; of a place inside a span that goes: where what
/// took its place begins.
size_t moved(size_t position, const std::vector<Edit>& edits);

/// One set of edits of `text` for two that come one after the other: `then` is made of what `first` leads to.
/// An error as edited()'s.
base::Result<std::vector<Edit>> composed(std::string_view text, const std::vector<Edit>& first,
                                         const std::vector<Edit>& then);

}  // namespace windlass::edit
