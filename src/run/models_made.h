// What the Python part tells of a run that created the project's models instead of running the chain: which
// tables and enum types there are, where the source defines them, and what env.py keeps out of autogenerate.
#pragma once

#include <string>
#include <vector>

#include "base/location.h"

namespace windlass::run {

struct MadeColumn {
  std::string name;
  base::Location at;
  bool filled = false;   ///< SQLAlchemy sends a default of its own (default=), so that no NULL is sent
  std::string sequence;  ///< "schema.name" of the one that SQLAlchemy asks for the next value; empty: none
};

/// A table of the models; `schema` is the one it was created in.
struct MadeTable {
  std::string database, schema, name;
  base::Location at;     ///< where the project's source defines it; unknown where that was not seen
  bool included = true;  ///< false: env.py's include_object leaves it out
  std::vector<MadeColumn> columns;
  std::vector<std::string> excluded;  ///< columns, indexes and constraints that include_object leaves out
};

/// An enum type of the models, with the labels that the application sends.
struct MadeEnum {
  std::string database, schema, name;
  std::vector<std::string> labels;
  base::Location at;
  std::string python_class;                ///< the Python enum behind it; empty: labels stand as strings
  std::vector<std::string> names, values;  ///< of its members, in order
  std::vector<std::string> columns;        ///< "schema.table.column"
};

struct ModelsMade {
  bool told = false;        ///< env.py came as far as to run migrations
  bool made = false;        ///< at least one database has what its models describe
  std::string not_because;  ///< why not, where it has not
  bool nothing = false;     ///< because env.py gives no models
  std::vector<MadeTable> tables;
  std::vector<MadeEnum> enums;
  /// Tables of the chain that no model maps and that autogenerate would look at: "schema.table".
  std::vector<std::string> others;
};

}  // namespace windlass::run
