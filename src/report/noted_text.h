// Objects with a reason each, as a section of a text: what was not compared, what is equal in other words.
#pragma once

#include <string>
#include <vector>

#include "catalog/live_read.h"
#include "report/text_style.h"

namespace windlass::report {

/// How many of a list are told without --verbose.
constexpr size_t kTold = 20;

/// Which object it is about, fit to be printed; of what has no names (large objects) the kind.
std::string noted_object(const catalog::Noted& noted);

/// Adds the section under `head`; nothing where there is none. Without --verbose the first of many.
void add_noted(std::string& text, const char* head, const std::vector<catalog::Noted>& all,
               const TextStyle& style, const Paint& paint);

}  // namespace windlass::report
