// The server's side of a detour: windlass's own commands, questions and their answers.
#include <utility>

#include "record/detour.h"
#include "record/messages.h"
#include "record/server_message.h"
#include "wire/fields.h"

namespace windlass::record {

namespace back = wire::back;
namespace front = wire::front;

namespace {

constexpr const char* kSavepoint = "SAVEPOINT pg_windlass";
constexpr const char* kRelease = "RELEASE SAVEPOINT pg_windlass";
constexpr const char* kRollback = "ROLLBACK TO SAVEPOINT pg_windlass";
constexpr size_t kMostHeld = size_t{1} << 20;

/// One of windlass's own commands by the extended protocol, under names that disturb none of the client's:
/// the simple protocol would destroy its unnamed statement and portal.
std::string own_command(std::string_view sql) {
  const std::string name("pg_windlass");
  std::string parse, bind, bytes;
  wire::append_text(parse, name);
  wire::append_text(parse, sql);
  parse.append(2, '\0');  // no parameter types
  wire::append_text(bind, name);
  wire::append_text(bind, name);
  bind.append(6, '\0');  // no formats, no parameters, no result formats
  std::string execute;
  wire::append_text(execute, name);
  wire::append_u32(execute, 0);
  // Closed before: what a command that failed left behind would refuse the next of its name.
  for (const auto& [kind, body] :
       {std::pair(front::kClose, "P" + name + '\0'), std::pair(front::kClose, "S" + name + '\0'),
        std::pair(front::kParse, parse), std::pair(front::kBind, bind), std::pair(front::kExecute, execute),
        std::pair(front::kClose, "P" + name + '\0'), std::pair(front::kClose, "S" + name + '\0')})
    wire::append_message(bytes, kind, body);
  return bytes;
}

}  // namespace

bool Detour::set_savepoint() {
  std::vector<std::string> commands;
  if (savepoint_) commands.push_back(kRelease);
  commands.push_back(kSavepoint);
  if (!run_own(commands)) return false;
  savepoint_ = status_ == 'T';
  return true;
}

bool Detour::release_savepoint() {
  if (!savepoint_) return true;
  savepoint_ = false;
  return status_ != 'T' || run_own({kRelease});
}

bool Detour::back_to_savepoint() { return run_own({kRollback}); }

/// Lets the server build what a refused statement wants, where nothing stands in its way, and undoes it.
bool Detour::build(const std::string& text, const std::vector<std::string>& aside) {
  OwnAnswer answer;
  if (!run_own(aside)) return false;
  if (status_ == 'T' && !run_own({text}, &answer)) return false;
  const bool built = status_ == 'T';
  if (!back_to_savepoint()) return false;
  if (built) options_.built(text, answer.reports);
  return true;
}

/// Runs what waited for the statement that has just gone well, and what waited for that.
bool Detour::run_due(std::string_view text) {
  const char good = status_;
  if (!options_.due || nested_ > 0 || (good != 'T' && good != 'I')) return true;
  for (auto due = options_.due(text); due; due = options_.due("")) {
    OwnAnswer answer;
    if (good == 'T' && !set_savepoint()) return false;
    if (!run_own({due->text}, &answer)) return false;
    if (status_ != good && !back_to_savepoint()) return false;
    std::optional<ServerMessage> error;
    if (answer.error) error = read_server_message(*answer.error, {});
    options_.ran_late(*due, error, answer.reports);
  }
  return true;
}

bool Detour::run_own(const std::vector<std::string>& commands, OwnAnswer* answer) {
  for (const std::string& command : commands) server_.write(own_command(command));
  server_.write(sync_message());
  if (!server_.flush()) return false;
  while (const auto said = server_.read()) {
    switch (said->kind) {
      case back::kReadyForQuery:
        status_ = said->body().empty() ? 'E' : said->body()[0];
        return true;
      case back::kNotificationResponse:
      case back::kParameterStatus:
        client_.write(said->bytes);
        break;
      case back::kErrorResponse:
        if (answer != nullptr && !answer->error) answer->error = said->body();
        break;
      case back::kNoticeResponse: {
        const std::string_view text = wire::field(said->body(), 'M'), head = "windlass:";
        if (answer != nullptr && text.starts_with(head) && text.substr(head.size()).starts_with(token_ + ":"))
          answer->reports.emplace_back(text.substr(head.size() + token_.size() + 1));
        break;
      }
      default:
        break;
    }
  }
  return false;
}

Detour::Answer Detour::ask(std::string_view bytes, bool rescuable, bool tell_ready) {
  Answer answer;
  bool passing = !rescuable;
  server_.write(bytes);
  if (!server_.flush()) {
    answer.alive = false;
    return answer;
  }
  while (true) {
    if (passing && !server_.ready() && !client_.flush()) break;
    const auto said = server_.read();
    if (!said) break;
    switch (said->kind) {
      case back::kReadyForQuery:
        status_ = said->body().empty() ? 'E' : said->body()[0];
        if (status_ == 'I') savepoint_ = false;
        if (status_ == 'I') nested_ = 0;
        if (answer.error) return answer;
        client_.write(answer.held);
        if (tell_ready) client_.write(said->bytes);
        answer.alive = !tell_ready || client_.flush();
        return answer;
      case back::kErrorResponse:
        if (!passing) {
          answer.error = said->body();
          continue;
        }
        answer.passed = true;
        break;
      case back::kRowDescription:
        answer.columns = true;
        break;
      case back::kDataRow:
      case back::kCopyOutResponse:
        passing = true;
        break;
      case back::kCopyInResponse:
      case back::kCopyBothResponse:
        client_.write(answer.held);
        client_.write(said->bytes);
        answer.held.clear();
        answer.alive = copy_through();
        return answer;
      default:
        break;
    }
    if (answer.held.size() > kMostHeld) passing = true;
    if (passing) {
      client_.write(answer.held);
      answer.held.clear();
      client_.write(said->bytes);
      if (client_.waiting() > kMostHeld && !client_.flush()) break;
    } else {
      answer.held += said->bytes;
    }
  }
  // The server has gone; its last words are for the client.
  client_.write(answer.held);
  if (answer.error) client_.write(message(back::kErrorResponse, *answer.error));
  client_.flush();
  answer.alive = false;
  return answer;
}

/// Both directions pass until the server is ready again.
bool Detour::copy_through() {
  if (!client_.flush()) return false;
  while (true) {
    bool from_client = client_.ready(), from_server = server_.ready();
    if (!from_client && !from_server &&
        !waiter_.wait_either(client_.fd(), server_.fd(), from_client, from_server))
      return false;
    if (from_server) {
      const auto said = server_.read();
      if (!said) return false;
      client_.write(said->bytes);
      if (!client_.flush()) return false;
      if (said->kind != back::kReadyForQuery) continue;
      status_ = said->body().empty() ? 'E' : said->body()[0];
      if (status_ == 'I') savepoint_ = false;
      ready_told_ = true;
      return true;
    }
    const auto sent = client_.read();
    if (!sent) return false;
    server_.write(sent->bytes);
    if (!server_.flush()) return false;
  }
}

/// Tells the recorder above, before the answer: what the server said to the statement that seems to succeed.
/// The fields S, V and M, which the report itself needs, are told as 1, 2 and 3.
void Detour::report(std::string_view error_body) {
  std::string body;
  const auto add = [&body](char code, std::string_view value) {
    body += code;
    wire::append_text(body, value);
  };
  add('S', "INFO");
  add('V', "INFO");
  add('M', "windlass:" + token_ + ":went-on");
  wire::each_field(error_body, [&](char code, std::string_view value) {
    add(code == 'S' ? '1' : code == 'V' ? '2' : code == 'M' ? '3' : code, value);
  });
  body += '\0';
  client_.write(message(back::kNoticeResponse, body));
}

}  // namespace windlass::record
