// A script for psql, of any text: each part uses up some of it, and no command comes out of a string.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "sql/psql_scanner.h"

using namespace windlass::sql;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  PsqlScanner scanner([](const std::string& name) -> std::optional<std::string> {
    if (name == "a") return "it's ; :b \\ x";
    if (name == "b") return ":a $$";
    return std::nullopt;
  });
  size_t at = 0, line = 0;
  while (at < text.size()) {
    const size_t newline = text.find('\n', at);
    const size_t end = newline == std::string_view::npos ? text.size() : newline + 1;
    scanner.add_line(text.substr(at, end - at), ++line);
    at = end;
    const PsqlScanner::Mark mark = scanner.mark();
    for (PsqlPart part = scanner.next(); part.kind != PsqlPart::Kind::More; part = scanner.next()) {
      if (part.line == 0 || part.line > line) std::abort();
      if (part.kind == PsqlPart::Kind::Statement && part.text.empty()) std::abort();
      if (part.text == "g") scanner.take_statement();
      if (part.text == "else") scanner.back_to(mark);
      if (part.text == "x") scanner.set_standard_strings(false);
      for (const PsqlArgument& each : part.arguments) each.as_name();
    }
  }
  scanner.finish();
  return 0;
}
