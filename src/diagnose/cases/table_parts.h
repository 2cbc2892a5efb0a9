// One table of a snapshot with its parts, as a comparison by meaning wants them: names apart from
// definitions.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "catalog/fact.h"

namespace windlass::diagnose {

struct TablePart {
  catalog::Object object;
  std::string name;  ///< without its schema and table
  nlohmann::json definition;
  int number = 0;  ///< of a column: its place in the table

  /// A text of the definition; empty where there is none.
  std::string text(const char* key) const;
  bool flag(const char* key) const;
};

struct TableParts {
  std::string name;  ///< "public.users"
  nlohmann::json definition;
  std::vector<TablePart> columns;               ///< in their order
  std::vector<TablePart> constraints;           ///< primary keys, uniques, checks, foreign keys, exclusions
  std::vector<TablePart> indexes;               ///< without those that constraints made
  std::map<std::string, std::string> comments;  ///< by what bears it: "table public.users"

  const TablePart* column(const std::string& name) const;
};

/// The tables of a snapshot, by name; views and foreign tables are not among them. The snapshot must stay.
class Tables {
 public:
  explicit Tables(const catalog::Snapshot& snapshot);
  /// Whether any relation bears the name: a view may stand for what the models call a table.
  bool has_relation(const std::string& name) const;
  bool has_table(const std::string& name) const { return tables_.contains(name); }
  /// Empty columns where there is no such table.
  TableParts parts_of(const std::string& schema, const std::string& table) const;

 private:
  const catalog::Snapshot& snapshot_;
  std::map<std::string, const catalog::Fact*> tables_;
  std::map<std::string, std::vector<const catalog::Fact*>> groups_;
};

}  // namespace windlass::diagnose
