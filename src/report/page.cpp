#include "report/page.h"

#include <vector>

#include "base/text.h"
#include "diagnose/explain.h"

namespace windlass::report {

namespace {

/// "```python bad on 1.4" as other readers of Markdown know it: "```python".
std::string without_mark(const std::string& line) {
  return line.starts_with("```") ? line.substr(0, line.find(' ')) : line;
}

}  // namespace

Page page_about(std::string_view code) {
  Page page;
  page.name = std::string(diagnose::page_of(code));
  const std::string_view text = diagnose::explain_page(code);
  std::string paragraph;
  bool in_meaning = false;
  const auto end_paragraph = [&] {
    if (!paragraph.empty()) page.meaning += (page.meaning.empty() ? "" : "\n\n") + paragraph;
    paragraph.clear();
  };
  for (const std::string& line : base::split(base::trim(text), '\n')) {
    page.markdown += without_mark(line) + "\n";
    if (line.starts_with("# ") && page.title.empty()) page.title = line.substr(2);
    if (line.starts_with("## ")) {
      end_paragraph();
      in_meaning = line == "## What it means";
    } else if (in_meaning && base::trim(line).empty()) {
      end_paragraph();
    } else if (in_meaning) {
      paragraph += (paragraph.empty() ? "" : " ") + std::string(base::trim(line));
    }
  }
  end_paragraph();
  return page;
}

}  // namespace windlass::report
