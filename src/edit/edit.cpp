#include "edit/edit.h"

#include <fmt/core.h>

#include <algorithm>

namespace windlass::edit {

std::vector<Edit> sorted(std::vector<Edit> edits) {
  std::stable_sort(edits.begin(), edits.end(), [](const Edit& a, const Edit& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.end < b.end;
  });
  return edits;
}

base::Result<std::string> edited(std::string_view text, std::vector<Edit> edits) {
  edits = sorted(std::move(edits));
  std::string out;
  size_t at = 0;
  for (const Edit& edit : edits) {
    if (edit.begin < at || edit.end < edit.begin || edit.end > text.size())
      return base::fail({"edit a text", fmt::format("bytes {} to {}", edit.begin, edit.end),
                         edit.begin < at ? "another edit has changed them already" : "they lie outside of it",
                         "", base::Exit::Defect});
    out += text.substr(at, edit.begin - at);
    out += edit.text;
    at = edit.end;
  }
  out += text.substr(at);
  return out;
}

size_t moved(size_t position, const std::vector<Edit>& edits) {
  size_t now = position;
  for (const Edit& edit : sorted(edits)) {
    if (edit.begin > position || (edit.begin == position && edit.end > position)) break;
    if (edit.end > position) return now - (position - edit.begin);
    now += edit.text.size();
    now -= edit.end - edit.begin;
  }
  return now;
}

namespace {

/// A piece of a text that was edited: a span of the original, or text that came in.
struct Piece {
  size_t begin = 0, end = 0;  ///< of the original; equal for what came in
  std::string text;           ///< what came in
  size_t size() const { return end - begin + text.size(); }
};

std::vector<Piece> pieces_of(size_t size, const std::vector<Edit>& edits) {
  std::vector<Piece> pieces;
  size_t at = 0;
  for (const Edit& edit : sorted(edits)) {
    if (edit.begin > at) pieces.push_back({at, edit.begin, ""});
    if (!edit.text.empty()) pieces.push_back({edit.end, edit.end, edit.text});
    at = edit.end;
  }
  if (at < size) pieces.push_back({at, size, ""});
  return pieces;
}

/// Those of the bytes `begin` up to `end` of what the pieces are together.
std::vector<Piece> cut(const std::vector<Piece>& pieces, size_t begin, size_t end) {
  std::vector<Piece> inside;
  size_t at = 0;
  for (const Piece& piece : pieces) {
    const size_t from = std::max(begin, at), to = std::min(end, at + piece.size());
    if (from < to) {
      if (piece.text.empty())
        inside.push_back({piece.begin + (from - at), piece.begin + (to - at), ""});
      else
        inside.push_back({piece.begin, piece.end, piece.text.substr(from - at, to - from)});
    }
    at += piece.size();
  }
  return inside;
}

}  // namespace

base::Result<std::vector<Edit>> composed(std::string_view text, const std::vector<Edit>& first,
                                         const std::vector<Edit>& then) {
  const std::string between = WINDLASS_TRY(edited(text, first));
  (void)WINDLASS_TRY(edited(between, then));
  const std::vector<Piece> pieces = pieces_of(text.size(), first);
  std::vector<Piece> result;
  size_t at = 0;
  const auto take = [&](size_t begin, size_t end) {
    for (Piece& piece : cut(pieces, begin, end)) result.push_back(std::move(piece));
  };
  for (const Edit& edit : sorted(then)) {
    take(at, edit.begin);
    if (!edit.text.empty()) result.push_back({0, 0, edit.text});
    at = edit.end;
  }
  take(at, between.size());

  // What lies between two spans of the original is an edit.
  std::vector<Edit> edits;
  Edit open;
  const auto close = [&](size_t next) {
    open.end = next;
    if (open.end > open.begin || !open.text.empty()) edits.push_back(std::move(open));
    open = {};
  };
  for (const Piece& piece : result) {
    if (!piece.text.empty()) {
      open.text += piece.text;
      continue;
    }
    close(piece.begin);
    open.begin = piece.end;
  }
  close(text.size());
  return edits;
}

}  // namespace windlass::edit
