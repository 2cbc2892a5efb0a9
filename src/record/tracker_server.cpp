// The server's half of the tracker: what was answered.
#include <algorithm>

#include "base/text.h"
#include "record/server_message.h"
#include "record/tracker.h"
#include "record/type_names.h"
#include "wire/bytes.h"
#include "wire/extended.h"
#include "wire/fields.h"
#include "wire/kind.h"

namespace windlass::record {

namespace back = wire::back;

namespace {

constexpr size_t kMaxNotices = 1000;  // kept of one statement

/// The bytes before character `position` (from 1) of UTF-8 text.
size_t byte_of(std::string_view text, int position) {
  size_t at = 0;
  for (int n = 1; n < position && at < text.size(); ++n) {
    ++at;
    while (at < text.size() && (text[at] & 0xc0) == 0x80) ++at;
  }
  return at;
}

int characters(std::string_view text) {
  int count = 0;
  for (const char c : text) count += (c & 0xc0) != 0x80;
  return count;
}

}  // namespace

Tracker::Tracker(const TrackerSettings& settings, Journal& journal, int session)
    : settings_(settings), journal_(journal), session_(session), log_(journal, session) {}

wire::Hold Tracker::server_hold(char kind) {
  switch (kind) {
    case back::kNoticeResponse:
      return {64u << 20, 65'536};
    case back::kErrorResponse:
      return {1u << 20, 65'536};
    case back::kParameterDescription:
      return {1u << 19, 5};
    case back::kParameterStatus:
      return {65'536, 5};
    case back::kBackendKeyData:
      return {1024, 9};
    case back::kCommandComplete:
      return {1024, 64};
    case back::kReadyForQuery:
      return {6, 6};
    default:
      return {};
  }
}

Verdict Tracker::server(const wire::Piece& piece) {
  if (!piece.first) return Verdict::Keep;
  // They only part the messages that COPY read from those after it.
  while (!expected_.empty() && expected_.front().kind == Wait::CopyMarker) expected_.pop_front();
  const std::string_view body = piece.body();
  switch (piece.kind) {
    case back::kCommandComplete:
      complete(body.substr(0, body.find('\0')));
      break;
    case back::kEmptyQueryResponse:
      if (!expected_.empty() && expected_.front().kind == Wait::Execute) expected_.pop_front();
      break;
    case back::kPortalSuspended:
      suspended();
      break;
    case back::kReadyForQuery:
      ready(body.empty() ? 'I' : body[0]);
      break;
    case back::kErrorResponse:
      fail(body);
      break;
    case back::kNoticeResponse:
      return notice(piece);
    case back::kParseComplete:
      pop(Wait::Parse);
      break;
    case back::kBindComplete:
      pop(Wait::Bind);
      break;
    case back::kCloseComplete:
      pop(Wait::Close);
      break;
    case back::kNoData:
    case back::kRowDescription:
      pop(Wait::Describe);
      break;
    case back::kParameterDescription:
      if (!expected_.empty() && expected_.front().kind == Wait::Describe && expected_.front().prepared) {
        Prepared& prepared = *expected_.front().prepared;
        if (auto types = wire::parse_parameter_description(body); types && *types != prepared.types) {
          prepared.types = std::move(*types);
          prepared.type_list.reset();
        }
      }
      break;
    case back::kFunctionCallResponse:
      if (!expected_.empty() && expected_.front().kind == Wait::Function) {
        start_of(expected_.front());
        Answered answered = answer(expected_.front().prepared->text, Protocol::Simple);
        answered.tag = "FUNCTION CALL";
        log_.answered(std::move(answered));
      }
      break;
    case back::kCopyInResponse:
    case back::kCopyBothResponse:
      copy_in_ = true;
      break;
    case back::kBackendKeyData: {
      if (body.size() < 4) break;
      uint32_t pid = 0;
      for (size_t i = 0; i < 4; ++i) pid = pid << 8 | static_cast<unsigned char>(body[i]);
      journal_.change_session(session_,
                              [pid](Session& session) { session.backend_pid = static_cast<int>(pid); });
      break;
    }
    case back::kParameterStatus: {
      const size_t end = body.find('\0');
      if (body.substr(0, end) != "application_name") break;
      std::string_view value = body.substr(end + 1);
      value = value.substr(0, value.find('\0'));
      const std::string name = settings_.masker.mask(value);
      journal_.change_session(session_, [&name](Session& session) { session.application_name = name; });
      break;
    }
    default:
      break;
  }
  return Verdict::Keep;
}

void Tracker::start_of(const Expected& expected) {
  if (cycle_start_ < 0) cycle_start_ = expected.sent;
}

void Tracker::pop(Wait kind) {
  if (expected_.empty() || expected_.front().kind != kind) return;
  start_of(expected_.front());
  expected_.pop_front();
}

const TextPointer& Tracker::text_of(Prepared& prepared) {
  if (!prepared.text) {
    Text text = keep_text(prepared.raw, settings_.masker);
    text.source = prepared.source;
    prepared.text = std::make_shared<const Text>(std::move(text));
    prepared.raw.clear();
    prepared.raw.shrink_to_fit();
  }
  return prepared.text;
}

/// Splits a simple query and gives each statement the source of the mark that ends it. A mark ends all
/// statements since the one before it ("a; b" sent by one call bears one mark); a text too long to be held
/// bears its mark at the head, which then serves for what follows.
void Tracker::cut(Expected& expected) {
  if (expected.cut) return;
  expected.cut = true;
  expected.spans = sql::split(expected.raw);
  size_t mark = 0;
  for (const sql::StatementSpan& span : expected.spans) {
    while (mark + 1 < expected.marks.size() && expected.marks[mark].first <= span.start) ++mark;
    Text text = keep_text(span.in(expected.raw), settings_.masker);
    if (mark < expected.marks.size()) text.source = expected.marks[mark].second;
    expected.texts.push_back(std::make_shared<const Text>(std::move(text)));
  }
}

ValuesPointer Tracker::parameters_of(const Expected& expected) {
  if (expected.parameters || settings_.parameters == ParametersMode::Off || !expected.prepared)
    return expected.parameters;
  Prepared& prepared = *expected.prepared;
  if (!prepared.type_list && !prepared.types.empty()) {
    auto list = std::make_shared<std::vector<Parameter>>();
    for (const uint32_t type : prepared.types) list->push_back({type_name(type), std::nullopt, false});
    prepared.type_list = std::move(list);
  }
  return prepared.type_list;
}

/// A statement answered now, with the notices and reports that came since the last one.
Answered Tracker::answer(TextPointer text, Protocol protocol) {
  Answered answered;
  answered.text = std::move(text);
  answered.protocol = protocol;
  answered.started = std::max(cycle_start_ < 0 ? now_ : cycle_start_, last_answer_);
  answered.ended = now_;
  answered.notices = std::move(notices_);
  answered.events = std::move(events_);
  answered.refused = std::exchange(refused_, std::nullopt);
  notices_.clear();
  events_.clear();
  cycle_start_ = -1;
  last_answer_ = now_;
  return answered;
}

bool Tracker::ends_transaction(std::string_view tag, std::string_view text) {
  if (tag != "COMMIT" && tag != "ROLLBACK" && tag != "PREPARE TRANSACTION") return false;
  // "ROLLBACK TO" and "AND CHAIN" bear the same tags.
  const std::string words = " " + base::to_lower(base::one_line(text.substr(0, 1000))) + " ";
  if (base::contains(words, " and chain ")) return false;
  return tag != "ROLLBACK" || !base::contains(words, " to ");
}

void Tracker::complete(std::string_view tag) {
  if (expected_.empty()) return;
  Expected& front = expected_.front();
  start_of(front);
  if (front.kind == Wait::Simple) {
    cut(front);
    if (front.texts.empty()) return;
    // More answers than statements: the text was not understood; the last one stands for the rest.
    const size_t index = std::min(front.answered, front.texts.size() - 1);
    if (front.answered >= front.texts.size()) {
      if (Answered* last = log_.last(); last && last->text == front.texts[index]) {
        last->tag = tag;
        last->ended = now_;
        for (ServerMessage& message : notices_) last->notices.push_back(std::move(message));
        for (std::string& payload : events_) last->events.push_back(std::move(payload));
        notices_.clear();
        events_.clear();
        last_answer_ = now_;
        return;
      }
    }
    Answered answered = answer(front.texts[index], Protocol::Simple);
    answered.tag = tag;
    if (ends_transaction(tag, answered.text->text)) answered.status = 'I';
    ++front.answered;
    log_.answered(std::move(answered));
    copy_in_ = false;
    return;
  }
  if (front.kind != Wait::Execute) return;
  Answered answered = answer(text_of(*front.prepared), Protocol::Extended);
  answered.tag = tag;
  answered.parameters = parameters_of(front);
  if (ends_transaction(tag, answered.text->text)) answered.status = 'I';
  log_.answered(std::move(answered));
  expected_.pop_front();
  leave_copy();
}

/// Execute brought as many rows as it was asked for; the portal goes on later.
void Tracker::suspended() {
  if (expected_.empty() || expected_.front().kind != Wait::Execute) return;
  start_of(expected_.front());
  Answered answered = answer(text_of(*expected_.front().prepared), Protocol::Extended);
  answered.parameters = parameters_of(expected_.front());
  answered.tag = "SELECT";
  log_.answered(std::move(answered));
  expected_.pop_front();
}

/// COPY FROM read and ignored the Sync messages that stood among its data.
void Tracker::leave_copy() {
  if (!copy_in_) return;
  copy_in_ = false;
  while (!expected_.empty() && expected_.front().kind == Wait::Sync) expected_.pop_front();
}

/// The error inside a report of Detour::report.
ServerMessage Tracker::read_refused(std::string_view report) const {
  std::string error;
  wire::each_field(report, [&error](char code, std::string_view value) {
    if (code == 'S' || code == 'V' || code == 'M') return;
    error += code == '1' ? 'S' : code == '2' ? 'V' : code == '3' ? 'M' : code;
    wire::append_text(error, value);
  });
  error += '\0';
  return read_server_message(error, settings_.masker);
}

Verdict Tracker::notice(const wire::Piece& piece) {
  const std::string_view text = wire::field(piece.body(), 'M');
  if (piece.whole() && !settings_.token.empty() && text.starts_with("windlass:") &&
      text.substr(9).starts_with(settings_.token) &&
      text.substr(9 + settings_.token.size()).starts_with(":")) {
    std::string_view severity = wire::field(piece.body(), 'V');
    if (severity.empty()) severity = wire::field(piece.body(), 'S');
    if (severity == "INFO" && text.substr(10 + settings_.token.size()) == "went-on") {
      refused_ = read_refused(piece.body());
      return Verdict::Drop;
    }
    if (severity == "INFO") {
      events_.emplace_back(text.substr(10 + settings_.token.size()));
      return Verdict::Drop;
    }
  }
  if (notices_.size() < kMaxNotices) {
    notices_.push_back(read_server_message(piece.body(), settings_.masker));
  } else if (notices_dropped_++ == 0) {
    journal_.remark(session_, "a statement gave more than 1000 notices; the recording keeps the first 1000");
  }
  return Verdict::Keep;
}

void Tracker::fail(std::string_view body) {
  ServerMessage error = read_server_message(body, settings_.masker);
  if (expected_.empty()) {
    journal_.remark(session_, error.severity + " " + error.sqlstate + ": " + error.message);
    return;
  }
  Expected& front = expected_.front();
  start_of(front);
  if (front.kind == Wait::Simple) {
    if (front.failed) return;
    front.failed = true;
    cut(front);
    if (front.texts.empty()) {
      journal_.remark(session_, error.severity + " " + error.sqlstate + ": " + error.message);
      return;
    }
    size_t index = std::min(front.answered, front.texts.size() - 1);
    if (error.position > 0) {
      const size_t at = byte_of(front.raw, error.position);
      // The whole string is parsed first: a syntax error in the third statement keeps the first from running.
      if (front.answered == 0 && error.sqlstate == "42601")
        while (index + 1 < front.spans.size() && at >= front.spans[index + 1].start) ++index;
      const sql::StatementSpan& span = front.spans[index];
      error.position =
          std::max(1, error.position - characters(std::string_view(front.raw).substr(0, span.start)));
    }
    for (; front.answered < index; ++front.answered) {
      Answered before = answer(front.texts[front.answered], Protocol::Simple);
      before.skipped = true;
      log_.answered(std::move(before));
    }
    Answered answered = answer(front.texts[index], Protocol::Simple);
    answered.error = std::move(error);
    answered.status = 'E';
    log_.answered(std::move(answered));
    ++front.answered;
    return;
  }
  failed_pipeline_ = true;
  if (front.kind == Wait::Sync || front.kind == Wait::Close) {
    // Found when the implicit transaction was committed: a deferred constraint.
    if (Answered* last = log_.last(); last && !last->error) {
      last->error = std::move(error);
      last->tag.clear();
      return;
    }
    journal_.remark(session_, error.severity + " " + error.sqlstate + ": " + error.message);
    return;
  }
  auto prepared = front.prepared ? front.prepared : std::make_shared<Prepared>();
  Answered answered =
      answer(text_of(*prepared), front.kind == Wait::Function ? Protocol::Simple : Protocol::Extended);
  answered.parameters = parameters_of(front);
  answered.error = std::move(error);
  answered.status = 'E';
  log_.answered(std::move(answered));
  failed_ = front.kind == Wait::Execute || front.kind == Wait::Function ? nullptr : prepared;
  const Wait kind = front.kind;
  expected_.pop_front();
  if (kind == Wait::Execute) leave_copy();
  if (kind == Wait::Function) failed_pipeline_ = false;
}

/// An entry the server never came to.
void Tracker::skip(Expected& expected, const Prepared* failed, bool& absorbed) {
  if (expected.kind == Wait::Execute && expected.prepared) {
    // The Execute of the very statement whose Parse or Bind failed is that statement.
    if (!absorbed && expected.prepared.get() == failed) {
      absorbed = true;
      return;
    }
    Answered answered = answer(text_of(*expected.prepared), Protocol::Extended);
    answered.parameters = parameters_of(expected);
    answered.skipped = true;
    log_.answered(std::move(answered));
  } else if (expected.kind == Wait::Simple) {
    cut(expected);
    for (; expected.answered < expected.texts.size(); ++expected.answered) {
      Answered answered = answer(expected.texts[expected.answered], Protocol::Simple);
      answered.skipped = true;
      log_.answered(std::move(answered));
    }
  }
}

void Tracker::ready(char status) {
  bool absorbed = false;
  while (!expected_.empty()) {
    Expected& front = expected_.front();
    const Wait kind = front.kind;
    if (kind == Wait::Simple && !failed_pipeline_) {
      if (front.failed) skip(front, nullptr, absorbed);
      expected_.pop_front();
      break;
    }
    if (kind == Wait::Function && !failed_pipeline_) {
      expected_.pop_front();
      break;
    }
    if (failed_pipeline_) skip(front, failed_.get(), absorbed);
    expected_.pop_front();
    if (kind == Wait::Sync) break;
  }
  // What came with the end of the pipeline belongs to its last statement.
  if (Answered* last = log_.last()) {
    for (ServerMessage& message : notices_) last->notices.push_back(std::move(message));
    for (std::string& payload : events_) last->events.push_back(std::move(payload));
    notices_.clear();
    events_.clear();
  }
  failed_pipeline_ = copy_in_ = false;
  failed_.reset();
  notices_dropped_ = 0;
  cycle_start_ = -1;
  // Named portals end with their transaction; those of a pipeline still under way stay.
  if (status == 'I' && expected_.empty()) portals_.clear();
  log_.ready(status);
}

void Tracker::settle() {
  if (!expected_.empty() && expected_.back().kind == Wait::Simple && !passing_) cut(expected_.back());
  log_.settle();
}

void Tracker::end() {
  if (passing_) end_passing();
  bool first = true, absorbed = false;
  for (Expected& expected : expected_) {
    if (first && (expected.kind == Wait::Simple || expected.kind == Wait::Execute) && !expected.failed) {
      // It was under way when the session ended: neither tag nor error.
      first = false;
      start_of(expected);
      if (expected.kind == Wait::Simple) {
        cut(expected);
        if (expected.answered < expected.texts.size())
          log_.answered(answer(expected.texts[expected.answered++], Protocol::Simple));
      } else {
        Answered answered = answer(text_of(*expected.prepared), Protocol::Extended);
        answered.parameters = parameters_of(expected);
        log_.answered(std::move(answered));
        continue;
      }
    }
    skip(expected, failed_.get(), absorbed);
  }
  expected_.clear();
  log_.end();
}

}  // namespace windlass::record
