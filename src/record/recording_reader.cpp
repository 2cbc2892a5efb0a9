// The reading half of recording_json.h. Whatever the bytes are, the result is
// a recording whose every field has the type and range the format gives it, or
// an error that names the place.
#include <fmt/core.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "record/recording_json.h"

namespace windlass::record {

namespace {

using Json = nlohmann::json;

/// What is wrong, and where; thrown and caught inside this file only.
struct Invalid {
  std::string where, what;
};

/// A value and its path from the top of the document.
class Node {
 public:
  Node(const Json& value, std::string path) : value_(value), path_(std::move(path)) {}

  Node at(const char* key) const {
    if (!value_.is_object()) refuse("an object was expected");
    const auto found = value_.find(key);
    static const Json kNull;
    return {found == value_.end() ? kNull : *found, path_.empty() ? key : path_ + "." + key};
  }
  bool null() const { return value_.is_null(); }
  bool object() const { return value_.is_object(); }

  std::string text() const {
    if (!value_.is_string()) refuse("a string was expected");
    return value_.get<std::string>();
  }
  std::string text_or_empty() const { return null() ? std::string() : text(); }
  bool boolean_or(bool otherwise) const {
    if (null()) return otherwise;
    if (!value_.is_boolean()) refuse("true or false was expected");
    return value_.get<bool>();
  }
  int64_t integer(int64_t low, int64_t high) const {
    if (!value_.is_number_integer()) refuse("an integer was expected");
    const bool large = value_.is_number_unsigned() &&
                       value_.get<uint64_t>() > static_cast<uint64_t>(std::numeric_limits<int64_t>::max());
    const int64_t number = large ? 0 : value_.get<int64_t>();
    if (large || number < low || number > high)
      refuse(fmt::format("a number from {} to {} was expected", low, high));
    return number;
  }
  int small(int low = 0) const { return static_cast<int>(integer(low, std::numeric_limits<int>::max())); }
  int small_or(int otherwise) const { return null() ? otherwise : small(); }
  double number() const {
    if (!value_.is_number()) refuse("a number was expected");
    return value_.get<double>();
  }
  double number_or_zero() const { return null() ? 0 : number(); }

  template <typename Use>
  void each(Use use) const {
    if (!value_.is_array()) refuse("an array was expected");
    for (size_t i = 0; i < value_.size(); ++i) use(Node(value_[i], fmt::format("{}[{}]", path_, i)));
  }

  [[noreturn]] void refuse(std::string what) const {
    throw Invalid{path_.empty() ? "the document" : path_, std::move(what)};
  }

 private:
  const Json& value_;
  std::string path_;
};

ServerMessage read_message(const Node& node) {
  ServerMessage message;
  message.severity = node.at("severity").text();
  message.sqlstate = node.at("sqlstate").text();
  message.message = node.at("message").text();
  message.detail = node.at("detail").text_or_empty();
  message.hint = node.at("hint").text_or_empty();
  message.where = node.at("where").text_or_empty();
  message.schema = node.at("schema").text_or_empty();
  message.table = node.at("table").text_or_empty();
  message.column = node.at("column").text_or_empty();
  message.data_type = node.at("data_type").text_or_empty();
  message.constraint = node.at("constraint").text_or_empty();
  message.internal_query = node.at("internal_query").text_or_empty();
  message.position = node.at("position").small_or(0);
  message.internal_position = node.at("internal_position").small_or(0);
  return message;
}

catalog::Change read_change(const Node& node) {
  const std::string word = node.text();
  if (word == "created") return catalog::Change::Created;
  if (word == "altered") return catalog::Change::Altered;
  if (word == "dropped") return catalog::Change::Dropped;
  node.refuse("created, altered or dropped was expected");
}

catalog::Effect read_effect(const Node& node) {
  catalog::Effect effect;
  effect.object.kind = node.at("object").at("kind").text();
  effect.object.name = node.at("object").at("name").text();
  effect.rolled_back = node.at("effect").text() == "rolled-back";
  effect.change = read_change(node.at(effect.rolled_back ? "undone" : "effect"));
  effect.after = node.at("definition").text_or_empty();
  effect.before = node.at("before").text_or_empty();
  effect.renamed_from = node.at("renamed_from").text_or_empty();
  return effect;
}

Parameter read_parameter(const Node& node) {
  Parameter parameter;
  if (!node.object()) {
    parameter.type = node.text_or_empty();
    return parameter;
  }
  parameter.type = node.at("type").text_or_empty();
  parameter.null = node.at("value").null();
  if (!parameter.null) parameter.value = node.at("value").text();
  return parameter;
}

base::Location read_location(const Node& node) {
  if (node.null()) return {};
  return {node.at("file").text(), node.at("line").small_or(0), node.at("column").small_or(0)};
}

Statement read_statement(const Node& node) {
  Statement statement;
  statement.n = node.at("n").small(1);
  statement.session = node.at("session").small(1);
  statement.transaction = node.at("transaction").small();
  statement.source.location = read_location(node.at("location"));
  statement.source.helper = read_location(node.at("helper"));
  statement.source.revision = node.at("revision").text_or_empty();
  statement.source.operation = node.at("operation").text_or_empty();
  statement.source.emitted = node.at("emitted").text_or_empty();
  const std::string protocol = node.at("protocol").text_or_empty();
  if (!protocol.empty() && protocol != "simple" && protocol != "extended")
    node.at("protocol").refuse("simple or extended was expected");
  statement.protocol = protocol == "extended" ? Protocol::Extended : Protocol::Simple;
  statement.text = node.at("text").text();
  statement.digest = node.at("digest").text_or_empty();
  statement.length =
      statement.digest.empty()
          ? statement.text.size()
          : static_cast<uint64_t>(node.at("length").integer(0, std::numeric_limits<int64_t>::max()));
  node.at("parameters").each([&](const Node& each) { statement.parameters.push_back(read_parameter(each)); });
  if (const Node executions = node.at("executions"); !executions.null())
    statement.executions = static_cast<uint64_t>(executions.integer(1, std::numeric_limits<int64_t>::max()));
  statement.tag = node.at("tag").text_or_empty();
  if (const Node rows = node.at("rows"); !rows.null())
    statement.rows = rows.integer(0, std::numeric_limits<int64_t>::max());
  statement.started = node.at("started").number_or_zero();
  statement.milliseconds = node.at("milliseconds").number();
  if (const Node error = node.at("error"); !error.null()) statement.error = read_message(error);
  node.at("notices").each([&](const Node& each) { statement.notices.push_back(read_message(each)); });
  node.at("effects").each([&](const Node& each) { statement.effects.push_back(read_effect(each)); });
  statement.skipped = node.at("skipped").boolean_or(false);
  const std::string status = node.at("status_after").text_or_empty();
  if (!status.empty() && status != "I" && status != "T" && status != "E")
    node.at("status_after").refuse("I, T or E was expected");
  statement.status_after = status.empty() ? 'I' : status[0];
  return statement;
}

Session read_session(const Node& node) {
  Session session;
  session.n = node.at("n").small(1);
  session.user = node.at("user").text_or_empty();
  session.database = node.at("database").text_or_empty();
  session.application_name = node.at("application_name").text_or_empty();
  session.backend_pid = node.at("backend_pid").small_or(0);
  session.tls = node.at("tls").boolean_or(false);
  session.started = node.at("started").number_or_zero();
  session.ended = node.at("ended").number_or_zero();
  session.ended_by = node.at("ended_by").text_or_empty();
  node.at("remarks").each([&](const Node& each) { session.remarks.push_back(each.text()); });
  return session;
}

RecordingDocument read_document(const Node& top) {
  const std::string schema = top.at("schema").text();
  if (schema != "windlass.record/1") {
    if (schema.starts_with("windlass.record/"))
      top.at("schema").refuse(
          fmt::format("this windlass reads windlass.record/1, not {}", base::shorten(schema, 60)));
    top.at("schema").refuse("windlass.record/1 was expected: this is no recording");
  }
  RecordingDocument document;
  top.at("command").each([&](const Node& each) { document.command.push_back(each.text()); });
  document.exit = static_cast<int>(top.at("exit").integer(-1, 100'000));
  top.at("sessions").each([&](const Node& each) {
    document.recording.sessions.push_back(read_session(each));
    if (document.recording.sessions.back().n != static_cast<int>(document.recording.sessions.size()))
      each.at("n").refuse("sessions are numbered from 1, in order");
  });
  int last = 0;
  const int sessions = static_cast<int>(document.recording.sessions.size());
  top.at("statements").each([&](const Node& each) {
    Statement statement = read_statement(each);
    if (statement.n <= last) each.at("n").refuse("statements are numbered in rising order");
    if (statement.session > sessions) each.at("session").refuse("there is no session of this number");
    last = statement.n;
    document.recording.statements.push_back(std::move(statement));
  });
  return document;
}

}  // namespace

base::Result<RecordingDocument> read_recording(std::string_view text, const std::string& name) {
  const auto failed = [&name](std::string got) {
    return base::fail({"read a recording", name, std::move(got),
                       "Give a file that --recording wrote (docs/recording.md describes it).",
                       base::Exit::Usage});
  };
  try {
    const Json json = Json::parse(text);
    return read_document(Node(json, ""));
  } catch (const Json::parse_error& error) {
    const size_t byte = std::min(error.byte == 0 ? 0 : error.byte - 1, text.size());
    const std::string_view before = text.substr(0, byte);
    const auto line = std::count(before.begin(), before.end(), '\n') + 1;
    const size_t start = before.rfind('\n');
    return failed(fmt::format("no valid JSON at line {}, column {}", line,
                              byte - (start == std::string_view::npos ? 0 : start + 1) + 1));
  } catch (const Json::exception& error) {
    return failed(base::shorten(error.what(), 200));
  } catch (const Invalid& invalid) {
    return failed(invalid.where + ": " + invalid.what);
  }
}

}  // namespace windlass::record
