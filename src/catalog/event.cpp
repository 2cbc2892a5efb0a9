#include "catalog/event.h"

#include <array>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/text.h"
#include "catalog/definition.h"

namespace windlass::catalog {

namespace {

using nlohmann::json;

base::Error unreadable(std::string_view payload, std::string got) {
  return {"read a report of the event triggers",
          base::shorten(base::one_line(base::valid_utf8(payload)), 120), std::move(got),
          "Another program may use windlass's mark, or the scratch database was prepared by another version.",
          base::Exit::CouldNotLook};
}

/// Base64 (RFC 4648) with line ends ignored; nothing when it is not.
std::optional<std::string> decode_base64(std::string_view text) {
  std::string out;
  uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    if (c == '\n' || c == '\r' || c == '=') continue;
    uint32_t value = 0;
    if (c >= 'A' && c <= 'Z')
      value = static_cast<uint32_t>(c - 'A');
    else if (c >= 'a' && c <= 'z')
      value = static_cast<uint32_t>(c - 'a' + 26);
    else if (c >= '0' && c <= '9')
      value = static_cast<uint32_t>(c - '0' + 52);
    else if (c == '+')
      value = 62;
    else if (c == '/')
      value = 63;
    else
      return std::nullopt;
    bits = bits << 6 | value;
    count += 6;
    if (count >= 8) {
      count -= 8;
      out += static_cast<char>(bits >> count & 0xff);
    }
  }
  return out;
}

std::string text_at(const json& row, size_t index) {
  if (index >= row.size() || !row[index].is_string()) return {};
  return row[index].get<std::string>();
}

const json& list(const json& report, const char* key) {
  static const json empty = json::array();
  const auto found = report.find(key);
  return found != report.end() && found->is_array() ? *found : empty;
}

int64_t number(const json& report, const char* key) {
  const auto found = report.find(key);
  return found != report.end() && found->is_number_integer() ? found->get<int64_t>() : 0;
}

std::string text(const json& report, const char* key) {
  const auto found = report.find(key);
  return found != report.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// The server's word for an object's type in our words: "table column" is "column".
std::string kind_of(const std::string& object_type) {
  static constexpr std::array<std::pair<const char*, const char*>, 9> kWords = {
      {{"table column", "column"},
       {"view column", "column"},
       {"foreign table column", "column"},
       {"materialized view column", "column"},
       {"table constraint", "constraint"},
       {"domain constraint", "constraint"},
       {"composite type", "type"},
       {"domain", "type"},
       {"default acl", "privilege"}}};
  for (const auto& [theirs, ours] : kWords)
    if (object_type == theirs) return ours;
  return object_type;
}

/// [type, schema, name, identity, id, address]: plain parts joined by '.' where the server gives them.
Object dropped_object(const json& row) {
  Object object{kind_of(text_at(row, 0)), {}};
  if (row.size() > 5 && row[5].is_array() && !object.kind.empty() && object.kind != "type" &&
      object.kind != "function" && object.kind != "procedure" && object.kind != "aggregate") {
    for (const json& part : row[5]) {
      if (!part.is_string()) continue;
      if (!object.name.empty()) object.name += '.';
      object.name += part.get<std::string>();
    }
  }
  if (object.name.empty() && object.kind == "type" && !text_at(row, 2).empty())
    object.name = text_at(row, 1).empty() ? text_at(row, 2) : text_at(row, 1) + "." + text_at(row, 2);
  if (object.name.empty()) object.name = text_at(row, 3);
  return object;
}

}  // namespace

base::Result<Event> parse_event(std::string_view payload) {
  std::string decoded;
  std::string_view body = payload;
  if (!body.starts_with("{")) {
    auto bytes = decode_base64(body);
    if (!bytes) return base::fail(unreadable(payload, "neither JSON nor base64"));
    decoded = std::move(*bytes);
    body = decoded;
  }
  std::string repaired;
  if (!base::is_utf8(body)) {
    repaired = base::valid_utf8(body);
    body = repaired;
  }
  const json report = json::parse(body, nullptr, false);
  if (!report.is_object()) return base::fail(unreadable(payload, "no JSON object"));
  if (report.contains("error"))
    return base::fail({"read the catalog after a command", text(report, "tag"), text(report, "error"),
                       "The effects of this command are unknown.", base::Exit::CouldNotLook});

  Event event;
  event.trigger = text(report, "trigger");
  event.tag = text(report, "tag");
  event.stamp = number(report, "stamp");
  event.previous = number(report, "previous");
  if (event.trigger.empty() || event.stamp == 0)
    return base::fail(unreadable(payload, "trigger or stamp is missing"));
  event.partial = report.value("partial", json()) == true;
  event.known = report.value("known", json()) == true;
  for (const json& row : list(report, "dropped")) {
    if (!row.is_array()) continue;
    event.dropped.push_back(dropped_object(row));
    event.dropped_ids.push_back(text_at(row, 4));
  }
  for (const json& group : list(report, "groups"))
    if (group.is_string()) event.groups.push_back(group.get<std::string>());
  for (const json& row : list(report, "facts")) {
    if (!row.is_array() || row.size() < 5) continue;
    event.facts.push_back(
        {{text_at(row, 0), text_at(row, 1)}, canonical(row[2]), text_at(row, 3), text_at(row, 4)});
  }
  return event;
}

}  // namespace windlass::catalog
