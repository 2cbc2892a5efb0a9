#include "record/statement_log.h"

#include <algorithm>

#include "base/text.h"
#include "sql/split_lexer.h"
#include "wire/tag.h"

namespace windlass::record {

namespace {

/// From this many statements of one session on, a repeat of one of the latest
/// is counted even when others stand between: a loop of a million turns must
/// not fill the memory.
constexpr uint64_t kCountAllRepeats = 10'000;

/// And from this many on, also when it differs in nothing but its literals.
constexpr uint64_t kCountAllAlike = 100'000;

/// The text with ? for each literal.
std::string shape_of(std::string_view text) {
  std::string shape;
  sql::SplitLexer lexer(text);
  sql::SplitToken token;
  size_t copied = 0;
  while (lexer.next(token)) {
    if (token.kind != sql::TokenKind::Number && token.kind != sql::TokenKind::String) continue;
    shape.append(text.substr(copied, token.start - copied));
    shape += '?';
    copied = token.end;
  }
  shape.append(text.substr(copied));
  return shape;
}

bool same_source(const Source& a, const Source& b) {
  return a.location == b.location && a.revision == b.revision && a.operation == b.operation;
}

bool same_text(const TextPointer& a, const TextPointer& b) {
  if (a == b) return true;
  return a->length == b->length && a->text == b->text && same_source(a->source, b->source);
}

bool same_values(const ValuesPointer& a, const ValuesPointer& b) {
  if (a == b) return true;
  if (!a || !b || a->size() != b->size()) return false;
  for (size_t i = 0; i < a->size(); ++i)
    if ((*a)[i].type != (*b)[i].type || (*a)[i].value != (*b)[i].value || (*a)[i].null != (*b)[i].null)
      return false;
  return true;
}

}  // namespace

void StatementLog::answered(Answered answered) {
  // What came before it can no longer change, unless it failed: then the
  // status at the end of the string is still to come.
  const bool uncertain = !open_.empty() && (open_.back().error || open_.back().skipped);
  if (!uncertain && settled_ + 1 == open_.size()) settled_ = open_.size();
  open_.push_back(std::move(answered));
}

Answered* StatementLog::last() { return settled_ < open_.size() ? &open_.back() : nullptr; }

void StatementLog::ready(char status) {
  for (size_t i = settled_; i < open_.size(); ++i) open_[i].status = status;
  settled_ = open_.size();
}

void StatementLog::settle() {
  if (settled_ == 0) return;
  for (size_t i = 0; i < settled_; ++i) hand_over(open_[i]);
  open_.erase(open_.begin(), open_.begin() + static_cast<std::ptrdiff_t>(settled_));
  settled_ = 0;
}

void StatementLog::end() {
  settled_ = open_.size();
  settle();
  for (Kept& kept : ring_) flush(kept);
  kept_ = 0;
}

void StatementLog::hand_over(Answered& answered) {
  const std::optional<int64_t> rows = wire::rows_of(answered.tag);
  ++count_;
  if (count_as_repeat(answered, rows)) return;

  if (transaction_ == 0 && !answered.skipped) transaction_ = last_transaction_ = journal_.next_transaction();
  const bool repeatable = !answered.notable();
  Kept kept;
  if (repeatable) {
    kept.text = answered.text;
    kept.parameters = answered.parameters;
    kept.tag = answered.tag;
    kept.status = answered.status;
    if (count_ > kCountAllAlike && rows) kept.shape = shape_of(answered.text->text);
  }

  Statement statement;
  statement.session = session_;
  statement.transaction = answered.skipped ? last_transaction_ : transaction_;
  statement.source = answered.text->source;
  statement.protocol = answered.protocol;
  statement.text = answered.text->text;
  statement.length = answered.text->length;
  statement.digest = answered.text->digest;
  if (answered.parameters) statement.parameters = *answered.parameters;
  statement.started = answered.started;
  statement.milliseconds = std::max(0.0, (answered.ended - answered.started) * 1000);
  statement.rows = rows;
  look_for_switches(answered);
  statement.tag = std::move(answered.tag);
  statement.error = std::move(answered.error);
  statement.refused = std::move(answered.refused);
  statement.notices = std::move(answered.notices);
  statement.skipped = answered.skipped;
  statement.status_after = answered.status;
  for (const std::string& payload : answered.events) {
    auto event = catalog::parse_event(payload);
    if (event)
      statement.events.push_back(std::move(*event));
    else
      journal_.remark(session_, "a report of the event triggers could not be read: " + event.error().got);
  }
  if (answered.status == 'I') transaction_ = 0;
  const size_t place = journal_.add(std::move(statement));
  consecutive_ = repeatable;
  if (!repeatable) return;
  kept.place = place;
  newest_ = (newest_ + 1) % kRing;
  flush(ring_[newest_]);
  ring_[newest_] = std::move(kept);
  kept_ = std::min(kept_ + 1, kRing);
}

bool StatementLog::count_as_repeat(const Answered& answered, std::optional<int64_t> rows) {
  if (answered.notable() || answered.tag.empty() || kept_ == 0) return false;
  const bool far = count_ > kCountAllRepeats;
  const size_t reach = far ? kept_ : consecutive_ ? 1 : 0;
  // Only what reads and writes rows: of all else even the twin with another name is news.
  const std::string shape = count_ > kCountAllAlike && rows ? shape_of(answered.text->text) : "";
  for (size_t i = 0; i < reach; ++i) {
    Kept& kept = ring_[(newest_ + kRing - i) % kRing];
    if (kept.tag != answered.tag || kept.status != answered.status) continue;
    // A simple query that says the same twice is two statements until there are very many.
    const bool alike =
        !shape.empty() && kept.shape == shape && same_source(kept.text->source, answered.text->source);
    if (!alike) {
      if (far ? !same_text(kept.text, answered.text)
              : answered.protocol == Protocol::Simple || kept.text != answered.text)
        continue;
      if (!same_values(kept.parameters, answered.parameters)) continue;
    }
    ++kept.repeats;
    kept.milliseconds += std::max(0.0, (answered.ended - answered.started) * 1000);
    kept.rows += rows.value_or(0);
    if (answered.status == 'I') transaction_ = 0;
    return true;
  }
  return false;
}

void StatementLog::flush(Kept& kept) {
  if (kept.repeats == 0) return;
  journal_.repeat(kept.place, kept.repeats, kept.milliseconds, kept.rows);
  kept.repeats = 0;
}

void StatementLog::look_for_switches(const Answered& answered) {
  if (answered.error || answered.skipped) return;
  const bool switched =
      (answered.tag == "SET" &&
       base::contains(base::to_lower(answered.text->text.substr(0, 200)), "event_triggers")) ||
      answered.tag == "DROP EVENT TRIGGER" || answered.tag == "ALTER EVENT TRIGGER";
  if (switched)
    journal_.remark(
        session_, "event triggers were changed: " + base::shorten(base::one_line(answered.text->text), 200));
}

}  // namespace windlass::record
