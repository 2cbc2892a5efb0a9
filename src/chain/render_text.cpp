// The text form of a graph: lanes, as `git log --graph` has them.
//
// Revisions are written from the newest to the oldest. A lane stands for a
// revision that something above waits for. A revision takes the first lane
// that waits for it; the others that wait for it, too, run into that lane on a
// line above; its parents take the lane over, further parents open new ones.
#include <algorithm>
#include <array>
#include <set>

#include "base/printable.h"
#include "base/text.h"
#include "chain/render.h"

namespace windlass::chain {

namespace {

enum Arm : unsigned { kUp = 1, kDown = 2, kLeft = 4, kRight = 8 };

std::string_view glyph(unsigned arms, bool ascii) {
  static constexpr std::array<std::string_view, 16> kBox = {" ", "│", "│", "│", "─", "┘", "┐", "┤",
                                                            "─", "└", "┌", "├", "─", "┴", "┬", "┼"};
  static constexpr std::array<std::string_view, 16> kAscii = {" ", "|", "|", "|", "-", "'", ".", "+",
                                                              "-", "'", ".", "+", "-", "+", "+", "+"};
  return ascii ? kAscii[arms] : kBox[arms];
}

class Lanes {
 public:
  explicit Lanes(bool ascii) : ascii_(ascii) {}

  /// The lane of a revision; a new one when nothing waits for it. Draws the line where others run into it.
  size_t take(const std::string& id, std::string& out) {
    std::vector<size_t> waiting;
    for (size_t i = 0; i < lanes_.size(); ++i)
      if (lanes_[i] == id) waiting.push_back(i);
    if (waiting.empty()) {
      const size_t lane = free_lane(0);
      lanes_[lane] = id;
      return lane;
    }
    if (waiting.size() > 1) {
      std::vector<unsigned> row = through();
      for (size_t i = 1; i < waiting.size(); ++i) {
        row[waiting[i]] &= ~static_cast<unsigned>(kDown);
        connect(row, waiting.front(), waiting[i]);
        lanes_[waiting[i]].clear();
      }
      out += draw(row) + "\n";
      drop_empty_lanes();
    }
    return waiting.front();
  }

  std::string node(size_t lane, bool special) const {
    std::string line;
    for (size_t i = 0; i < lanes_.size(); ++i) {
      if (i == lane)
        line += ascii_ ? (special ? "o" : "*") : (special ? "○" : "●");
      else
        line += glyph(lanes_[i].empty() ? 0 : kUp | kDown, ascii_);
      line += ' ';
    }
    return line;
  }

  /// The lane goes on to the parents. Draws the line where further parents leave it.
  void hand_on(size_t lane, const std::vector<std::string>& parents, std::string& out) {
    lanes_[lane] = parents.empty() ? "" : parents.front();
    if (parents.size() > 1) {
      std::vector<size_t> opened;
      const std::vector<unsigned> before = through();
      for (size_t i = 1; i < parents.size(); ++i) {
        const size_t next = free_lane(lane + 1);
        lanes_[next] = parents[i];
        opened.push_back(next);
      }
      std::vector<unsigned> row = before;
      row.resize(lanes_.size(), 0);
      for (const size_t next : opened) {
        row[next] |= kDown;
        connect(row, lane, next);
      }
      out += draw(row) + "\n";
    }
    drop_empty_lanes();
  }

  std::vector<std::string> still_waited_for() const {
    std::vector<std::string> ids;
    for (const std::string& id : lanes_)
      if (!id.empty() && std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
    return ids;
  }

 private:
  void drop_empty_lanes() {
    while (!lanes_.empty() && lanes_.back().empty()) lanes_.pop_back();
  }

  size_t free_lane(size_t from) {
    for (size_t i = from; i < lanes_.size(); ++i)
      if (lanes_[i].empty()) return i;
    lanes_.emplace_back();
    return lanes_.size() - 1;
  }

  std::vector<unsigned> through() const {
    std::vector<unsigned> row;
    for (const std::string& lane : lanes_) row.push_back(lane.empty() ? 0U : kUp | kDown);
    return row;
  }

  static void connect(std::vector<unsigned>& row, size_t from, size_t to) {
    const size_t left = std::min(from, to), right = std::max(from, to);
    row[left] |= kRight;
    row[right] |= kLeft;
    for (size_t i = left + 1; i < right; ++i) row[i] |= kLeft | kRight;
  }

  std::string draw(const std::vector<unsigned>& row) const {
    std::string line;
    for (const unsigned arms : row) {
      line += glyph(arms, ascii_);
      line += (arms & kRight) != 0 ? glyph(kLeft | kRight, ascii_) : " ";
    }
    while (line.ends_with(' ')) line.pop_back();
    return line;
  }

  bool ascii_;
  std::vector<std::string> lanes_;
};

std::string marks_of(const Chain& chain, const Revision& revision) {
  std::vector<std::string> marks;
  const auto among = [&](const std::vector<std::string>& ids) {
    return std::find(ids.begin(), ids.end(), revision.id) != ids.end();
  };
  if (among(chain.heads)) marks.push_back("head");
  if (among(chain.bases)) marks.push_back("base");
  if (revision.parents.size() > 1) marks.push_back("merge");
  for (const std::string& label : revision.labels) marks.push_back("label " + base::printable(label));
  for (const std::string& other : revision.depends_on)
    marks.push_back("depends on " + base::printable(other));
  return marks.empty() ? "" : "  (" + base::join(marks, ", ") + ")";
}

}  // namespace

std::string render_text(const Chain& chain, const TextOptions& options) {
  std::string out;
  Lanes lanes(options.ascii);
  std::set<std::string> written;
  for (auto revision = chain.revisions.rbegin(); revision != chain.revisions.rend(); ++revision) {
    const size_t lane = lanes.take(revision->id, out);
    const bool end = revision->parents.empty() ||
                     std::find(chain.heads.begin(), chain.heads.end(), revision->id) != chain.heads.end();
    out += lanes.node(lane, end) + base::printable(revision->id) + marks_of(chain, *revision);
    if (!revision->title.empty()) out += "  " + base::printable(revision->title);
    if (options.files && !revision->file.empty()) out += "  [" + base::printable(revision->file) + "]";
    out += '\n';
    // In a circle a parent may have been written already: nothing would ever meet that lane.
    std::vector<std::string> parents;
    written.insert(revision->id);
    for (const std::string& parent : revision->parents)
      if (!written.contains(parent)) parents.push_back(parent);
    lanes.hand_on(lane, parents, out);
  }
  for (const std::string& id : lanes.still_waited_for()) {
    const size_t lane = lanes.take(id, out);
    out += lanes.node(lane, true) + base::printable(id) + "  (missing: no file has this id)\n";
    lanes.hand_on(lane, {}, out);
  }
  return out;
}

}  // namespace windlass::chain
