#include "diagnose/version_writer.h"

#include "base/text.h"

namespace windlass::diagnose {

const record::Statement* version_writer(const Context& context) {
  const record::Statement* found = nullptr;
  for (const record::Statement& statement : context.evidence().recording.statements) {
    if (statement.failed() || context.is_version_statement(statement)) continue;
    const std::string text = base::to_lower(statement.text);
    const bool writes = text.starts_with("insert") || text.starts_with("update");
    for (const std::string& table : context.evidence().version_tables)
      if (writes && base::contains(text, base::to_lower(table.substr(table.rfind('.') + 1))))
        found = &statement;
  }
  return found;
}

}  // namespace windlass::diagnose
