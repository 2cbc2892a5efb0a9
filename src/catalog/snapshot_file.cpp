#include "catalog/snapshot_file.h"

#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "base/digest.h"
#include "base/text.h"
#include "catalog/definition.h"
#include "catalog/statements.h"

namespace windlass::catalog {

namespace {

using nlohmann::json;

/// Of the facts: which attributes they have, and how they are spelt. Counted up when either changes.
constexpr int kFormat = 2;
constexpr const char* kSchema = "windlass.snapshot/1";

json object_json(const Object& object) { return {{"kind", object.kind}, {"name", object.name}}; }

std::string line(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

/// "[]", or its members a line each.
template <typename All, typename One>
std::string lines(const All& all, One one) {
  std::string text = "[";
  for (const auto& each : all) text += (text.size() > 1 ? ",\n  " : "\n  ") + one(each);
  return text + (all.empty() ? "]" : "\n ]");
}

std::string unread_line(const Noted& unread) {
  return line({{"object", object_json(unread.object)}, {"reason", unread.reason}});
}

base::Error broken(const std::string& file, std::string got, std::string hint = {}) {
  return {"read a snapshot", file, std::move(got), std::move(hint), base::Exit::CouldNotLook};
}

bool is_text(const json& object, const char* key) {
  return object.is_object() && object.contains(key) && object[key].is_string();
}

std::optional<Object> object_of(const json& value) {
  if (!is_text(value, "kind") || !is_text(value, "name")) return std::nullopt;
  return Object{value["kind"].get<std::string>(), value["name"].get<std::string>()};
}

base::Result<std::vector<Noted>> unread_of(const json& document, const char* key, const std::string& file) {
  std::vector<Noted> all;
  for (const json& each : document.value(key, json::array())) {
    const auto object = each.is_object() ? object_of(each.value("object", json())) : std::nullopt;
    if (!object || !is_text(each, "reason"))
      return base::fail(broken(file, fmt::format("an entry of \"{}\" has no object or no reason", key)));
    all.push_back({*object, each["reason"].get<std::string>()});
  }
  return all;
}

/// Over the statements, and what they are the statements of. Lengths in front of each, as in fingerprint().
std::string statements_digest(const Statements& statements, const std::string& fingerprint) {
  std::string text;
  const auto add = [&](const std::string& part) { text += fmt::format("{}:{}", part.size(), part); };
  add(fingerprint);
  add(statements.by);
  add(statements.role);
  add(std::to_string(statements.secrets.size()));
  for (const std::string& each : statements.secrets) add(each);
  for (const std::string& each : statements.sql) add(each);
  return base::sha256(text);
}

std::string statements_json(const Statements& statements, const std::string& fingerprint) {
  if (!statements.left_out.empty())
    return line({{"left_out", statements.left_out}, {"hint", statements.hint}});
  return fmt::format("{{\"by\":{},\"role\":{},\"digest\":{},\"secrets_left_out\":{},\"sql\":{}}}",
                     line(statements.by), line(statements.role),
                     line(statements_digest(statements, fingerprint)), line(statements.secrets),
                     lines(statements.sql, [](const std::string& each) { return line(each); }));
}

base::Result<Statements> statements_of(const json& value, const std::string& fingerprint,
                                       const std::string& file) {
  const auto text = [&](const char* key) {
    return is_text(value, key) ? value[key].get<std::string>() : std::string();
  };
  Statements statements;
  statements.left_out = text("left_out");
  if (!statements.left_out.empty()) {
    statements.hint = text("hint");
    return statements;
  }
  statements.by = text("by");
  statements.role = text("role");
  const auto texts = [&](const char* key, std::vector<std::string>& all) {
    const json list = value.is_object() ? value.value(key, json()) : json();
    if (!list.is_array()) return false;
    for (const json& each : list) {
      if (!each.is_string()) return false;
      all.push_back(each.get<std::string>());
    }
    return true;
  };
  if (!texts("sql", statements.sql) || !texts("secrets_left_out", statements.secrets))
    return base::fail(broken(file, "\"statements\" has neither statements nor why they were left out",
                             "Take the snapshot again."));
  if (text("digest") != statements_digest(statements, fingerprint))
    return base::fail(broken(
        file,
        "the digest of its statements is not that of what stands there: they were edited, or are not whole, "
        "or another snapshot's",
        "Take the snapshot again."));
  return statements;
}

}  // namespace

std::string fingerprint(const Snapshot& snapshot, int server_major) {
  std::string text;
  // A length in front of each: no two lists of facts come to one text.
  const auto add = [&](const std::string& part) { text += fmt::format("{}:{}", part.size(), part); };
  for (const Fact& fact : snapshot.facts) {
    add(fact.object.kind);
    add(fact.object.name);
    add(fact.definition);
  }
  return fmt::format("{}:{}:{}", kFormat, server_major, base::sha256(text));
}

std::string snapshot_json(const LiveRead& read) {
  std::string text = "{\n";
  const auto add = [&](const char* key, const std::string& value, bool last = false) {
    text += fmt::format(" {}: {}{}\n", line(key), value, last ? "" : ",");
  };
  add("schema", line(kSchema));
  add("windlass", line(WINDLASS_VERSION));
  add("fingerprint", line(fingerprint(read.snapshot, read.server_major)));
  add("server",
      line({{"version", read.server_version}, {"major", read.server_major}, {"standby", read.standby}}));
  add("database", line(read.database));
  add("not_visible", lines(read.not_visible, unread_line));
  add("not_modelled", lines(read.not_modelled, unread_line));
  add("ignored", lines(read.ignored, [](const Ignored& each) {
        return line({{"owner", each.owner}, {"objects", each.objects}});
      }));
  add("facts",
      lines(read.snapshot.facts,
            [](const Fact& fact) {
              return fmt::format("{{\"kind\":{},\"name\":{},\"definition\":{}}}", line(fact.object.kind),
                                 line(fact.object.name), fact.definition);
            }),
      !read.statements);
  if (read.statements)
    add("statements", statements_json(*read.statements, fingerprint(read.snapshot, read.server_major)), true);
  return text + "}\n";
}

bool looks_like_snapshot(std::string_view text) {
  return base::trim(text).starts_with('{') && base::contains(text.substr(0, 400), "windlass.snapshot/");
}

base::Result<LiveRead> parse_snapshot(std::string_view text, const std::string& file) {
  const json document = json::parse(text, nullptr, false);
  if (!document.is_object()) return base::fail(broken(file, "it is no JSON document"));
  if (!is_text(document, "schema") || document["schema"] != kSchema)
    return base::fail(broken(
        file, fmt::format("its schema is {}, not \"{}\"", document.value("schema", json()).dump(), kSchema),
        "`windlass snapshot --url URL --output FILE` writes one."));
  LiveRead read;
  read.live_only = true;
  const json server = document.value("server", json::object());
  if (!is_text(server, "version") || !server.contains("major") || !server["major"].is_number_integer())
    return base::fail(broken(file, "it does not say which server it is of"));
  read.server_version = server["version"].get<std::string>();
  read.server_major = server["major"].get<int>();
  read.standby = server.value("standby", json(false)) == true;
  if (is_text(document, "database")) read.database = document["database"].get<std::string>();
  read.not_visible = WINDLASS_TRY(unread_of(document, "not_visible", file));
  read.not_modelled = WINDLASS_TRY(unread_of(document, "not_modelled", file));
  for (const json& each : document.value("ignored", json::array())) {
    if (!is_text(each, "owner") || !each.contains("objects") || !each["objects"].is_number_unsigned())
      return base::fail(broken(file, "an entry of \"ignored\" has no owner or no number"));
    read.ignored.push_back({each["owner"].get<std::string>(), each["objects"].get<size_t>()});
  }
  const json facts = document.value("facts", json());
  if (!facts.is_array()) return base::fail(broken(file, "it has no facts"));
  for (const json& each : facts) {
    const auto object = object_of(each);
    if (!object || !each.contains("definition"))
      return base::fail(broken(file, fmt::format("fact {} has no kind, no name or no definition",
                                                 read.snapshot.facts.size() + 1)));
    read.snapshot.facts.push_back({*object, canonical(each["definition"]), "", ""});
  }
  const std::string said = is_text(document, "fingerprint") ? document["fingerprint"].get<std::string>() : "";
  const std::string found = fingerprint(read.snapshot, read.server_major);
  const std::string format = fmt::format("{}:", kFormat);
  if (!said.starts_with(format))
    return base::fail(
        broken(file,
               fmt::format("its facts are of format {}, this windlass reads format {}",
                           said.substr(0, said.find(':')), kFormat),
               "Take the snapshot again with this windlass, or compare with the one that wrote it."));
  if (said != found)
    return base::fail(broken(file, "its fingerprint is not that of its facts: it was edited, or is not whole",
                             "Take the snapshot again."));
  if (document.contains("statements"))
    read.statements = WINDLASS_TRY(statements_of(document["statements"], found, file));
  return read;
}

}  // namespace windlass::catalog
