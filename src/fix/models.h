// The application's mapped classes as its sources write them. Pure: reads the trees that it is given.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "fix/mend.h"

namespace windlass::fix {

/// A column as a class says it.
struct ModelColumn {
  std::string name;    ///< in the database
  bool plain = false;  ///< of a type of SQLAlchemy's own whose values are what the driver gives
  /// What fills it where the program does not (default=, onupdate=), as a revision can write it ("0",
  /// "sa.func.now()" with `sa` in front); "?": something else.
  std::string fill, refill;
  size_t place = 0;  ///< among those of its class
};

struct Model {
  std::string file, name;
  std::string schema, table;
  std::map<std::string, ModelColumn> columns;  ///< by attribute; those of its mixins, too
  bool relations = false;                      ///< it has relationships
};

/// The class that `qualified` ("app.models.Person") means in the sources of the run, by way of what modules
/// import from one another. Not mended: there is none, it is no class with a literal __tablename__, or
/// something about it cannot be known from the text (inheritance of tables, a base that was not found).
Mended<Model> find_model(const Ground& ground, const std::string& qualified);

/// Whether `qualified` is a class that says of itself that it is mapped: by __tablename__, by columns.
bool is_mapped_class(const Ground& ground, const std::string& qualified);

/// Whether a module ("app.models") is one of the project's own.
bool in_project(const Ground& ground, const std::string& module);

}  // namespace windlass::fix
