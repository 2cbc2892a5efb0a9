// The page about a finding (docs/findings), cut for formats that show parts of it.
#pragma once

#include <string>
#include <string_view>

namespace windlass::report {

struct Page {
  std::string name;      ///< what `windlass explain` calls it
  std::string title;     ///< its heading, without the #
  std::string meaning;   ///< the paragraphs of "What it means", each on one line
  std::string markdown;  ///< all of it, without the marks that the tests read behind ```python
};

/// Of a finding's code; all empty but the name for a code without a page.
Page page_about(std::string_view code);

}  // namespace windlass::report
