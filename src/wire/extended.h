// The client's messages of the extended protocol, as far as the recorder reads them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace windlass::wire {

struct ParseMessage {
  std::string_view statement, query;
  std::vector<uint32_t> types;  ///< OIDs; 0 where the server shall decide
};
std::optional<ParseMessage> parse_parse(std::string_view body);

/// The names at the head of Bind, which may be a first piece only.
struct BindHead {
  std::string_view portal, statement;
};
std::optional<BindHead> parse_bind_head(std::string_view body);

struct BindValue {
  bool null = false;
  bool binary = false;
  std::string_view bytes;
};
/// The values of a whole Bind.
std::optional<std::vector<BindValue>> parse_bind_values(std::string_view body);

/// Describe and Close: 'S' or 'P', and the name. Execute: only the portal's name.
struct Target {
  char kind = 0;
  std::string_view name;
};
std::optional<Target> parse_target(std::string_view body);
std::optional<std::string_view> parse_execute(std::string_view body);

/// The server's ParameterDescription.
std::optional<std::vector<uint32_t>> parse_parameter_description(std::string_view body);

}  // namespace windlass::wire
