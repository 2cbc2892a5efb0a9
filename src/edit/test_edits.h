// Sources and edits at random, for the tests of this room.
#pragma once

#include <rapidcheck.h>

#include <algorithm>
#include <string>
#include <tuple>
#include <vector>

#include "edit/edit.h"

namespace windlass::edit {

/// Lines of Python as people write them: comments, tabs, odd indentation, other line endings, no last one.
inline rc::Gen<std::string> any_source() {
  const auto piece =
      rc::gen::element<std::string>("def upgrade():", "    op.execute('x')", "\tpass", "# why: ü", "", "   ",
                                    "f\"{a}\"", "x = (1,", "  2)", "op.add_column(", "\\", "'''", "\f");
  const auto ending = rc::gen::weightedElement<std::string>({{6, "\n"}, {3, "\r\n"}, {1, ""}});
  return rc::gen::map(
      rc::gen::container<std::vector<std::pair<std::string, std::string>>>(rc::gen::pair(piece, ending)),
      [](const std::vector<std::pair<std::string, std::string>>& lines) {
        std::string text;
        for (const auto& [line, end] : lines) text += line + end;
        return text;
      });
}

/// Some that do not overlap.
inline rc::Gen<std::vector<Edit>> any_edits(const std::string& text) {
  const auto place = rc::gen::inRange<size_t>(0, text.size() + 1);
  const auto words = rc::gen::element<std::string>("", "y", "a\n", "\n", "    z = 2\n", "q\r\n", "ü");
  return rc::gen::map(rc::gen::container<std::vector<std::tuple<size_t, size_t, std::string>>>(
                          rc::gen::tuple(place, place, words)),
                      [](const std::vector<std::tuple<size_t, size_t, std::string>>& wished) {
                        std::vector<Edit> edits;
                        for (const auto& [a, b, words_there] : wished)
                          edits.push_back({std::min(a, b), std::max(a, b), words_there});
                        edits = sorted(std::move(edits));
                        std::vector<Edit> kept;
                        for (Edit& edit : edits)
                          if (kept.empty() || edit.begin > kept.back().end) kept.push_back(std::move(edit));
                        return kept;
                      });
}

}  // namespace windlass::edit
