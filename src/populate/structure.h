// What a database's tables look like, as far as making rows for them asks.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace windlass::populate {

using Oid = unsigned;

struct Field {
  Oid type = 0;
  int modifier = -1;  ///< atttypmod; -1: none
};

struct Type {
  std::string name;     ///< pg_type.typname: "int4", "citext"
  char kind = 'b';      ///< pg_type.typtype
  char category = 'U';  ///< pg_type.typcategory
  char delimiter = ',';
  Oid base = 0;       ///< of a domain
  int modifier = -1;  ///< of a domain's base
  bool not_null = false;
  Oid element = 0;                  ///< of an array
  Oid subtype = 0;                  ///< of a range or multirange
  std::vector<std::string> labels;  ///< of an enum
  std::vector<std::string> checks;  ///< of a domain: the constraints' definitions
  std::vector<Field> fields;        ///< of a composite type
};
using Types = std::map<Oid, Type>;

struct Column {
  std::string name;
  Oid type = 0;
  int modifier = -1;
  bool not_null = false;  ///< by the column, a primary key, or its domain
  bool has_default = false;
  bool counts = false;  ///< an identity, or a default that draws on a sequence
};

/// A constraint or a unique index.
struct Rule {
  std::string name;
  char kind = 'c';  ///< c: check, p: primary key, u: other unique, x: exclusion, f: foreign key
  std::vector<std::string> columns;  ///< whose values it is about; of a foreign key, in its order
  std::string definition;
  Oid referenced = 0;  ///< of a foreign key
  std::vector<std::string> referenced_columns;
  bool coming = false;  ///< a foreign key that the chain adds later on

  bool unique() const { return kind == 'p' || kind == 'u'; }
};

struct Table {
  Oid oid = 0;
  std::string schema, name;
  std::vector<Column> columns;  ///< those that may be written
  std::vector<Rule> rules;
  std::vector<std::string> partition_columns;  ///< of itself and of the partitioned tables below it
  std::vector<std::string> bounds;             ///< of the partitions below it

  std::string full_name() const { return schema + "." + name; }
  const Column* column(const std::string& column_name) const {
    for (const Column& each : columns)
      if (each.name == column_name) return &each;
    return nullptr;
  }
};

struct Structure {
  Types types;
  std::vector<Table> tables;
};

}  // namespace windlass::populate
