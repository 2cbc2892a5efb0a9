#include "record/detour.h"

#include <algorithm>
#include <array>
#include <climits>
#include <cstdlib>

#include "base/text.h"
#include "record/messages.h"
#include "record/server_message.h"
#include "sql/split.h"
#include "sql/statement_kind.h"
#include "wire/bytes.h"
#include "wire/extended.h"
#include "wire/fields.h"
#include "wire/kind.h"

namespace windlass::record {

namespace back = wire::back;
namespace front = wire::front;

namespace {

/// Commands that begin, end or cut a transaction, or must come before everything else in it.
bool controls_transaction(std::string_view text) {
  static constexpr std::array<std::string_view, 8> kKinds = {
      "BEGIN", "COMMIT", "ROLLBACK", "ROLLBACK TO", "SAVEPOINT", "RELEASE", "PREPARE", "ROLLBACK PREPARED"};
  const std::string kind = sql::statement_kind(text);
  if (std::find(kKinds.begin(), kKinds.end(), kind) != kKinds.end()) return true;
  if (kind != "SET") return false;
  const std::string words = base::to_lower(base::one_line(text.substr(0, 200)));
  return base::contains(words, "transaction") || base::contains(words, "characteristics");
}

/// COPY ... FREEZE wants a table made in the same subtransaction.
bool bears_no_savepoint(std::string_view text) {
  return sql::statement_kind(text) == "COPY" &&
         base::contains(base::to_lower(base::one_line(text.substr(0, 4096))), "freeze");
}

/// The fields of `body` with the error's position `characters` further on.
std::string moved(std::string_view body, int characters) {
  std::string result;
  wire::each_field(body, [&](char code, std::string_view value) {
    result += code;
    wire::append_text(result, code == 'P' ? std::to_string(std::atoi(std::string(value).c_str()) + characters)
                                          : std::string(value));
  });
  return result + '\0';
}

int characters_in(std::string_view text) {
  return static_cast<int>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

/// Whether `messages`, up to a Sync, are one statement that is bound and executed at once.
bool is_one_statement(const std::vector<Message>& messages) {
  const auto count = [&](char kind) {
    return std::count_if(messages.begin(), messages.end(),
                         [&](const Message& message) { return message.kind == kind; });
  };
  return count(front::kBind) == 1 && count(front::kExecute) == 1;
}

std::string name_of_target(const Message& message) {
  const auto target = wire::parse_target(message.body());
  return target ? std::string(target->name) : std::string();
}

}  // namespace

Detour::Detour(Stream client, UpstreamLink link, const RescueOptions& options, std::string token, int stop_fd)
    : client_stream_(std::move(client)),
      link_(std::move(link)),
      options_(options),
      token_(std::move(token)),
      waiter_(stop_fd, INT_MAX),
      client_(client_stream_, waiter_),
      server_(link_.stream, waiter_) {}

void Detour::run() {
  while (true) {
    bool client_ready = client_.ready(), server_ready = server_.ready();
    if (!client_ready && !server_ready) {
      if (!waiter_.wait_either(client_.fd(), server_.fd(), client_ready, server_ready)) return;
    }
    if (server_ready) {
      const auto message = server_.read();
      if (!message || !from_server(*message)) return;
    } else {
      const auto message = client_.read();
      if (!message || !from_client(*message)) return;
    }
  }
}

/// What the server says while nothing was asked: of its own, or to what passes as it is.
bool Detour::from_server(const Message& message) {
  if (message.kind == back::kReadyForQuery && !message.body().empty()) status_ = message.body()[0];
  client_.write(message.bytes);
  return client_.flush();
}

bool Detour::from_client(const Message& message) {
  switch (message.kind) {
    case front::kQuery:
      return query(message);
    case front::kParse:
    case front::kBind:
    case front::kDescribe:
    case front::kExecute:
    case front::kClose:
      batch_.push_back(message);
      return true;
    case front::kSync:
      return batch(true);
    case front::kFlush:
      return batch(false);
    case front::kTerminate:
      server_.write(message.bytes);
      if (server_.flush())
        while (const auto last = server_.read())
          if (!from_server(*last)) break;
      return false;
    default:
      server_.write(message.bytes);
      return server_.flush();
  }
}

bool Detour::query(const Message& message) {
  const std::string text(message.body().substr(0, message.body().find('\0')));
  std::vector<sql::StatementSpan> spans;
  if (status_ == 'T' || status_ == 'I') spans = sql::split(text);
  // Several outside a transaction share one that the server makes for them: it would not do to part them.
  if (status_ == 'I' && spans.size() > 1) spans.clear();
  const auto controls = [&](const sql::StatementSpan& span) { return controls_transaction(span.in(text)); };
  if (spans.empty() || std::any_of(spans.begin(), spans.end(), controls)) {
    if (!release_savepoint()) return false;
    const bool alive = ask(message.bytes, false, true).alive;
    for (const sql::StatementSpan& span : spans) follow(span.in(text));
    return alive;
  }
  bool failed = false;
  for (const sql::StatementSpan& span : spans) {
    const std::string statement(span.in(text));
    const int before = characters_in(std::string_view(text).substr(0, span.start));
    std::string tag;
    switch (one(statement, text_message(front::kQuery, statement), before, tag)) {
      case Outcome::Over:
        return false;
      case Outcome::Passed:
        failed = true;
        break;
      case Outcome::Pretended:
        client_.write(text_message(back::kCommandComplete, tag));
        break;
      case Outcome::Ran:
        break;
    }
    if (failed || ready_told_) break;
  }
  if (!ready_told_) client_.write(ready_message(status_));
  ready_told_ = false;
  return client_.flush();
}

/// Runs one statement, inside a transaction or by itself. Its answers have been written when it ran, and its
/// error when it was passed on.
Detour::Outcome Detour::one(const std::string& text, const std::string& bytes, int characters_before,
                            std::string& tag) {
  // By itself it is a transaction of its own, which the server has taken back when it refuses.
  const bool inside = status_ == 'T';
  const bool saved = !(inside && bears_no_savepoint(text)) && options_.wants_savepoint(text);
  if (inside && (saved ? !set_savepoint() : !release_savepoint())) return Outcome::Over;
  Answer answer = ask(bytes, saved, false);
  if (!answer.alive) return Outcome::Over;
  if (!answer.error) {
    if (answer.passed) return Outcome::Passed;
    if (saved) options_.fine(text);
    return run_due(text) ? Outcome::Ran : Outcome::Over;
  }
  if (inside && !back_to_savepoint()) return Outcome::Over;
  const std::string error = moved(*answer.error, characters_before);
  const Refusal refusal{text, read_server_message(error, {}), answer.columns};
  const Rescue rescue = nested_ > 0 ? Rescue{} : options_.decide(refusal);
  // Outside a transaction nothing would bring back what it sets aside.
  if (inside && !rescue.aside.empty() && options_.built && !build(text, rescue.aside)) return Outcome::Over;
  if (rescue.way == Rescue::Way::PassOn) {
    client_.write(answer.held);
    client_.write(message(back::kErrorResponse, error));
    return Outcome::Passed;
  }
  tag = rescue.tag;
  report(error);
  if (rescue.way == Rescue::Way::Pretend) return Outcome::Pretended;
  if (rescue.way == Rescue::Way::Instead) return instead(rescue.first);
  const Outcome outcome = again(text, bytes, rescue.first);
  return outcome != Outcome::Ran || run_due(text) ? outcome : Outcome::Over;
}

Detour::Outcome Detour::instead(const std::vector<std::string>& first) {
  const bool inside = status_ == 'T';
  if (!run_own(first)) return Outcome::Over;
  if (inside && status_ != 'T' && !back_to_savepoint()) return Outcome::Over;
  return Outcome::Pretended;
}

/// Each time with what the refusal before it asks for in addition.
Detour::Outcome Detour::again(const std::string& text, const std::string& bytes,
                              std::vector<std::string> first) {
  constexpr int kMostTimes = 5;
  const char good = status_;  // 'T', or 'I' where it stands alone
  for (int i = 0; i < kMostTimes; ++i) {
    if (!run_own(first)) return Outcome::Over;
    Answer answer;
    if (status_ == good) {
      answer = ask(bytes, true, false);
      if (!answer.alive) return Outcome::Over;
      if (!answer.error) {
        if (options_.mended) options_.mended(text);
        return Outcome::Ran;
      }
    }
    if (good == 'T' && !back_to_savepoint()) return Outcome::Over;
    if (!answer.error) break;
    const Rescue more = options_.decide({text, read_server_message(*answer.error, {}), answer.columns, true});
    const bool known = std::all_of(more.first.begin(), more.first.end(), [&](const std::string& command) {
      return std::find(first.begin(), first.end(), command) != first.end();
    });
    if (more.way != Rescue::Way::Again || known) break;
    first.insert(first.end(), more.first.begin(), more.first.end());
  }
  return Outcome::Pretended;
}

bool Detour::batch(bool synced) {
  std::vector<Message> messages = std::move(batch_);
  batch_.clear();
  const auto segments = [&] {
    std::vector<std::vector<Message>> parts(1);
    for (Message& message : messages) {
      const bool ends = message.kind == front::kExecute;
      parts.back().push_back(std::move(message));
      if (ends) parts.emplace_back();
    }
    if (parts.back().empty()) parts.pop_back();
    return parts;
  };
  if (skipping_) messages.clear();
  // A pipeline may begin its transaction itself.
  const bool begins = status_ == 'I' && sql::statement_kind(first_text(messages)) == "BEGIN";
  if (!skipping_ && status_ != 'T' && !begins && !(synced && status_ == 'I' && is_one_statement(messages))) {
    std::string bytes;
    for (const Message& message : messages) {
      remember(message);
      bytes += message.bytes;
    }
    bytes += message(synced ? front::kSync : front::kFlush, "");
    if (synced) return ask(bytes, false, true).alive;
    server_.write(bytes);
    return server_.flush();  // the answers come by themselves
  }
  for (const std::vector<Message>& part : segments()) {
    if (!segment(part)) return false;
    if (skipping_ || ready_told_) break;
  }
  if (synced) {
    skipping_ = false;
    if (!ready_told_) client_.write(ready_message(status_));
  }
  ready_told_ = false;
  return client_.flush();
}

bool Detour::segment(const std::vector<Message>& messages) {
  std::string bytes, name;
  bool executes = false, parses = false, known = true;
  for (const Message& message : messages) {
    remember(message);
    bytes += message.bytes;
    executes |= message.kind == front::kExecute;
    if (message.kind == front::kParse) {
      parses = true;
      if (const auto parse = wire::parse_parse(message.body())) name = parse->statement;
      pretended_.erase(name);
    }
    if (message.kind == front::kBind)
      if (const auto bind = wire::parse_bind_head(message.body()))
        known = known && !pretended_.contains(std::string(bind->statement));
  }
  const std::string text = text_of(messages);
  if (controls_transaction(text)) {
    if (!release_savepoint()) return false;
    const Answer answer = ask(bytes + sync_message(), false, false);
    skipping_ = answer.passed;
    follow(text);
    return answer.alive;
  }
  std::string tag;
  Outcome outcome = Outcome::Pretended;
  if (known) {
    outcome = executes ? one(text, bytes + sync_message(), 0, tag) : prepare(text, bytes + sync_message());
  } else {
    tag = options_.decide({text, {}, false}).tag;
  }
  if (outcome == Outcome::Over) return false;
  if (outcome == Outcome::Passed) skipping_ = true;
  if (outcome != Outcome::Pretended) return true;
  if (parses) pretended_.insert(name);
  for (const Message& message : messages) pretend(message, tag);
  return true;
}

/// Parse and Describe without Execute: what comes of it nobody can pretend, for the client asks for its
/// parameters.
Detour::Outcome Detour::prepare(const std::string& text, const std::string& bytes) {
  const bool saved = status_ == 'T' && !text.empty() && options_.wants_savepoint_to_parse &&
                     options_.wants_savepoint_to_parse(text);
  if (saved ? !set_savepoint() : !release_savepoint()) return Outcome::Over;
  Answer answer = ask(bytes, saved, false);
  if (!answer.alive) return Outcome::Over;
  if (!answer.error) return answer.passed ? Outcome::Passed : Outcome::Ran;
  if (!back_to_savepoint()) return Outcome::Over;
  options_.decide({text, read_server_message(*answer.error, {}), true});
  client_.write(answer.held);
  client_.write(message(back::kErrorResponse, *answer.error));
  return Outcome::Passed;
}

void Detour::pretend(const Message& asked, const std::string& tag) {
  switch (asked.kind) {
    case front::kParse:
      client_.write(message(back::kParseComplete, ""));
      break;
    case front::kBind:
      client_.write(message(back::kBindComplete, ""));
      break;
    case front::kDescribe:
      if (asked.body().starts_with('S'))
        client_.write(message(back::kParameterDescription, std::string_view("\0\0", 2)));
      client_.write(message(back::kNoData, ""));
      break;
    case front::kClose:
      client_.write(message(back::kCloseComplete, ""));
      break;
    default:
      client_.write(text_message(back::kCommandComplete, tag));
  }
}

void Detour::remember(const Message& message) {
  if (message.kind == front::kParse) {
    if (const auto parse = wire::parse_parse(message.body()))
      statements_[std::string(parse->statement)] = parse->query;
  } else if (message.kind == front::kBind) {
    if (const auto bind = wire::parse_bind_head(message.body()))
      portals_[std::string(bind->portal)] = bind->statement;
  } else if (message.kind == front::kClose) {
    const bool statement = message.body().starts_with('S');
    (statement ? statements_ : portals_).erase(name_of_target(message));
  }
}

std::string Detour::first_text(const std::vector<Message>& messages) const {
  for (const Message& message : messages)
    if (message.kind == front::kParse)
      if (const auto parse = wire::parse_parse(message.body())) return std::string(parse->query);
  return "";
}

std::string Detour::text_of(const std::vector<Message>& messages) const {
  for (const Message& message : messages)
    if (message.kind == front::kExecute)
      if (const auto portal = wire::parse_execute(message.body()))
        if (const auto name = portals_.find(std::string(*portal)); name != portals_.end())
          if (const auto text = statements_.find(name->second); text != statements_.end())
            return text->second;
  return first_text(messages);
}

/// How deep the client's own savepoints go after a command of its own.
void Detour::follow(std::string_view text) {
  if (status_ == 'I') nested_ = 0;
  if (status_ != 'T') return;
  const std::string kind = sql::statement_kind(text);
  if (kind == "SAVEPOINT") ++nested_;
  // What is rolled back to still stands, but whoever rolled back is done with it.
  if ((kind == "RELEASE" || kind == "ROLLBACK TO") && nested_ > 0) --nested_;
}

}  // namespace windlass::record
