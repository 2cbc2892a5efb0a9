// The client's half of the tracker: what was asked.
#include <fmt/core.h>

#include "base/digest.h"
#include "record/tracker.h"
#include "record/type_names.h"
#include "wire/bytes.h"
#include "wire/extended.h"
#include "wire/kind.h"

namespace windlass::record {

namespace front = wire::front;

namespace {
constexpr uint32_t kHeldQuery = 8u << 20;  // of a string with many statements; above, it is recorded as one
constexpr uint32_t kHeldMessage = 1u << 20;
constexpr uint32_t kHead = 4096;  // holds a name and a mark
}  // namespace

wire::Hold Tracker::client_hold(char kind) {
  switch (kind) {
    case front::kQuery:
      return {kHeldQuery, kHead};
    case front::kParse:
    case front::kBind:
      return {kHeldMessage, kHead};
    case front::kFunctionCall:
      return {0, 9};
    // As much as the server itself would take (PQ_SMALL_MESSAGE_LIMIT).
    case front::kDescribe:
    case front::kClose:
    case front::kExecute:
      return {10'000, kHead};
    default:
      return {};
  }
}

Tracker::Expected& Tracker::expect(Wait kind) {
  Expected& expected = expected_.emplace_back();
  expected.kind = kind;
  expected.sent = now_;
  return expected;
}

Verdict Tracker::client(const wire::Piece& piece, std::string& replacement) {
  if (!piece.first) {
    if (passing_) {
      // Past the text of a Parse come its types; they follow the first NUL.
      std::string_view bytes = piece.bytes;
      if (!passing_parse_tail_) {
        const size_t end = bytes.find('\0');
        passing_->add(bytes.substr(0, end));
        passing_parse_tail_ = end != std::string_view::npos;
      }
      if (piece.last) end_passing();
    }
    return Verdict::Keep;
  }
  switch (piece.kind) {
    case front::kQuery:
      return query(piece, replacement);
    case front::kParse:
      return parse(piece, replacement);
    case front::kBind:
      bind(piece);
      break;
    case front::kExecute:
      execute(piece);
      break;
    case front::kDescribe:
      describe(piece);
      break;
    case front::kClose:
      close(piece);
      break;
    case front::kSync:
      expect(Wait::Sync);
      break;
    case front::kFunctionCall: {
      wire::Reader reader(piece.body());
      Text text;
      text.text = fmt::format("function call {}", reader.u32());
      text.length = text.text.size();
      Expected& expected = expect(Wait::Function);
      expected.prepared = std::make_shared<Prepared>();
      expected.prepared->text = std::make_shared<const Text>(std::move(text));
      break;
    }
    case front::kCopyData:
      // Marks, once, that the messages before it were read by COPY.
      if (copy_in_ && !expected_.empty() && expected_.back().kind != Wait::CopyMarker)
        expect(Wait::CopyMarker);
      break;
    case front::kCopyDone:
    case front::kCopyFail:
      if (!expected_.empty()) expect(Wait::CopyMarker);
      break;
    default:
      break;
  }
  return Verdict::Keep;
}

Verdict Tracker::query(const wire::Piece& piece, std::string& replacement) {
  Expected& expected = expect(Wait::Simple);
  if (!piece.whole()) return begin_passing(piece, 0, replacement);
  std::string_view text = piece.body();
  text = text.substr(0, text.find('\0'));
  if (!settings_.marks.any(text)) {
    expected.raw = text;
    return Verdict::Keep;
  }
  MarkReader::Stripped stripped = settings_.marks.strip(text);
  expected.raw = std::move(stripped.text);
  expected.marks = std::move(stripped.marks);
  std::string body = expected.raw;
  body.append(piece.body().substr(text.size()));
  wire::append_message(replacement, piece.kind, body);
  return Verdict::Replace;
}

Verdict Tracker::parse(const wire::Piece& piece, std::string& replacement) {
  auto prepared = std::make_shared<Prepared>();
  Expected& expected = expect(Wait::Parse);
  expected.prepared = prepared;
  const std::string_view body = piece.body();
  const size_t name_end = body.find('\0');
  const std::string_view name = body.substr(0, name_end);
  if (name.empty())
    unnamed_statement_ = prepared;
  else
    prepared_[std::string(name)] = prepared;
  if (name_end == std::string_view::npos) return Verdict::Keep;
  if (!piece.whole()) {
    passing_into_ = prepared;
    return begin_passing(piece, name_end + 1, replacement);
  }
  const auto message = wire::parse_parse(body);
  if (!message) return Verdict::Keep;
  prepared->types = message->types;
  if (!settings_.marks.any(message->query)) {
    prepared->raw = message->query;
    return Verdict::Keep;
  }
  MarkReader::Stripped stripped = settings_.marks.strip(message->query);
  prepared->raw = std::move(stripped.text);
  if (!stripped.marks.empty()) prepared->source = std::move(stripped.marks.front().second);
  std::string changed(body.substr(0, name_end + 1));
  changed += prepared->raw;
  changed.append(body.substr(name_end + 1 + message->query.size()));
  wire::append_message(replacement, piece.kind, changed);
  return Verdict::Replace;
}

/// The first piece of a Query or Parse too large to be held; its text begins at `text_at` of the body.
Verdict Tracker::begin_passing(const wire::Piece& piece, size_t text_at, std::string& replacement) {
  passing_ = std::make_unique<PassingText>(settings_.masker);
  passing_parse_tail_ = false;
  const std::string_view body = piece.body();
  Source source;
  const size_t mark = settings_.marks.head(body.substr(text_at), source);
  std::string_view text = body.substr(text_at + mark);
  const size_t end = text.find('\0');
  passing_->add(text.substr(0, end));
  passing_parse_tail_ = end != std::string_view::npos;
  if (passing_into_)
    passing_into_->source = source;
  else
    expected_.back().marks.emplace_back(0, source);
  if (mark == 0) return Verdict::Keep;
  replacement.push_back(piece.kind);
  wire::append_u32(replacement, static_cast<uint32_t>(piece.size - 1 - mark));
  replacement.append(body.substr(0, text_at));
  replacement.append(body.substr(text_at + mark));
  return Verdict::Replace;
}

void Tracker::end_passing() {
  Text text = passing_->finish();
  passing_.reset();
  if (passing_into_) {
    text.source = passing_into_->source;
    passing_into_->text = std::make_shared<const Text>(std::move(text));
    passing_into_.reset();
    return;
  }
  // The entry of this Query is the latest: nothing else came while it passed.
  if (expected_.empty() || expected_.back().kind != Wait::Simple) return;
  Expected& expected = expected_.back();
  if (!expected.marks.empty()) text.source = expected.marks.front().second;
  expected.spans = {{0, 0}};
  expected.texts = {std::make_shared<const Text>(std::move(text))};
  expected.cut = true;
}

Tracker::PreparedPointer Tracker::find_prepared(std::string_view name) {
  if (name.empty() && unnamed_statement_) return unnamed_statement_;
  const auto found = prepared_.find(name);
  if (found != prepared_.end()) return found->second;
  // Made by the SQL command PREPARE, or not at all.
  auto prepared = std::make_shared<Prepared>();
  prepared->raw = name.empty() ? "unnamed prepared statement" : fmt::format("prepared statement {}", name);
  return prepared;
}

void Tracker::bind(const wire::Piece& piece) {
  Expected& expected = expect(Wait::Bind);
  const auto head = wire::parse_bind_head(piece.body());
  Portal portal;
  portal.prepared = find_prepared(head ? head->statement : std::string_view());
  portal.parameters = read_values(piece, *portal.prepared);
  expected.prepared = portal.prepared;
  expected.parameters = portal.parameters;
  if (!head || head->portal.empty())
    unnamed_portal_ = std::move(portal);
  else
    portals_[std::string(head->portal)] = std::move(portal);
}

ValuesPointer Tracker::read_values(const wire::Piece& piece, const Prepared& prepared) const {
  if (settings_.parameters != ParametersMode::Values || !piece.whole()) return {};
  const auto values = wire::parse_bind_values(piece.body());
  if (!values || values->empty()) return {};
  auto parameters = std::make_shared<std::vector<Parameter>>();
  for (size_t i = 0; i < values->size(); ++i) {
    const wire::BindValue& value = (*values)[i];
    Parameter parameter;
    if (i < prepared.types.size()) parameter.type = type_name(prepared.types[i]);
    parameter.null = value.null;
    if (!value.null)
      parameter.value = value.binary ? "\\x" + base::to_hex(value.bytes) : settings_.masker.mask(value.bytes);
    parameters->push_back(std::move(parameter));
  }
  return parameters;
}

void Tracker::execute(const wire::Piece& piece) {
  Expected& expected = expect(Wait::Execute);
  const auto name = wire::parse_execute(piece.body());
  const Portal* portal = &unnamed_portal_;
  if (name && !name->empty()) {
    const auto found = portals_.find(*name);
    portal = found == portals_.end() ? nullptr : &found->second;
  }
  if (portal && portal->prepared) {
    expected.prepared = portal->prepared;
    expected.parameters = portal->parameters;
    return;
  }
  // A cursor made by the SQL command DECLARE, or not at all.
  expected.prepared = std::make_shared<Prepared>();
  expected.prepared->raw = fmt::format("portal {}", name.value_or(""));
}

void Tracker::describe(const wire::Piece& piece) {
  Expected& expected = expect(Wait::Describe);
  const auto target = wire::parse_target(piece.body());
  if (!target) return;
  if (target->kind == 'S') {
    expected.prepared = find_prepared(target->name);
  } else if (target->name.empty()) {
    expected.prepared = unnamed_portal_.prepared;
  } else if (const auto found = portals_.find(target->name); found != portals_.end()) {
    expected.prepared = found->second.prepared;
  }
}

void Tracker::close(const wire::Piece& piece) {
  expect(Wait::Close);
  const auto target = wire::parse_target(piece.body());
  if (!target) return;
  if (target->kind == 'S') {
    if (target->name.empty())
      unnamed_statement_.reset();
    else if (const auto found = prepared_.find(target->name); found != prepared_.end())
      prepared_.erase(found);
  } else if (const auto found = portals_.find(target->name); found != portals_.end()) {
    portals_.erase(found);
  }
}

}  // namespace windlass::record
