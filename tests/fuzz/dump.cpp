// What pg_dump is read as, of any text: statements that stand in it, each under the heading before it; and
// the statements that a snapshot keeps of it.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "catalog/statements.h"
#include "ddl/dump_entries.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  size_t length = 0;
  for (const windlass::ddl::DumpEntry& entry : windlass::ddl::dump_entries(text)) {
    if (entry.id.find(':') == std::string::npos) std::abort();
    for (const std::string& statement : entry.statements) {
      if (statement.empty()) std::abort();
      length += statement.size();
    }
  }
  if (length > size) std::abort();
  const windlass::catalog::Statements kept = windlass::catalog::statements_of_dump(text);
  if (!kept.left_out.empty() && !kept.sql.empty()) std::abort();
  for (const std::string& statement : kept.sql)
    if (statement.empty()) std::abort();
  static_cast<void>(windlass::catalog::script_of(kept));
  return 0;
}
