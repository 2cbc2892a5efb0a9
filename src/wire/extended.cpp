#include "wire/extended.h"

#include "wire/bytes.h"

namespace windlass::wire {

namespace {

std::optional<std::vector<uint32_t>> read_types(Reader& reader) {
  const uint16_t count = reader.u16();
  if (!reader.ok() || reader.left() / 4 < count) return std::nullopt;
  std::vector<uint32_t> types(count);
  for (uint32_t& type : types) type = reader.u32();
  return types;
}

}  // namespace

std::optional<ParseMessage> parse_parse(std::string_view body) {
  Reader reader(body);
  ParseMessage message;
  message.statement = reader.text();
  message.query = reader.text();
  if (!reader.ok()) return std::nullopt;
  auto types = read_types(reader);
  if (!types) return std::nullopt;
  message.types = std::move(*types);
  return message;
}

std::optional<BindHead> parse_bind_head(std::string_view body) {
  Reader reader(body);
  BindHead head;
  head.portal = reader.text();
  head.statement = reader.text();
  if (!reader.ok()) return std::nullopt;
  return head;
}

std::optional<std::vector<BindValue>> parse_bind_values(std::string_view body) {
  Reader reader(body);
  reader.text();
  reader.text();
  const uint16_t format_count = reader.u16();
  if (!reader.ok() || reader.left() / 2 < format_count) return std::nullopt;
  std::vector<uint16_t> formats(format_count);
  for (uint16_t& format : formats) format = reader.u16();
  const uint16_t count = reader.u16();
  if (!reader.ok() || reader.left() / 4 < count) return std::nullopt;
  std::vector<BindValue> values(count);
  for (size_t i = 0; i < count; ++i) {
    // No format: all text. One: it stands for all.
    if (format_count == 1) values[i].binary = formats[0] == 1;
    if (format_count > 1) values[i].binary = i < formats.size() && formats[i] == 1;
    const uint32_t length = reader.u32();
    values[i].null = length == 0xffffffff;
    if (!values[i].null) values[i].bytes = reader.bytes(length);
  }
  if (!reader.ok()) return std::nullopt;
  return values;
}

std::optional<Target> parse_target(std::string_view body) {
  Reader reader(body);
  Target target;
  target.kind = static_cast<char>(reader.u8());
  target.name = reader.text();
  if (!reader.ok()) return std::nullopt;
  return target;
}

std::optional<std::string_view> parse_execute(std::string_view body) {
  Reader reader(body);
  const std::string_view portal = reader.text();
  if (!reader.ok()) return std::nullopt;
  return portal;
}

std::optional<std::vector<uint32_t>> parse_parameter_description(std::string_view body) {
  Reader reader(body);
  return read_types(reader);
}

}  // namespace windlass::wire
