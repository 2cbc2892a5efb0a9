// What a revision's code does with a mapped class, and with the rows that it reads through it. Pure.
//
// A clean database has no rows: code that runs for each of them is run by no proof there. So what it asks of
// a row is read from the source, and where that cannot be followed it says so.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "fix/mend.h"

namespace windlass::fix {

struct ModelUses {
  std::vector<const Node*> names;    ///< where the source names the class, imports left out
  std::set<std::string> attributes;  ///< of the class that the source asks for, of it or of its rows
  bool makes_rows = false;           ///< the program itself makes new ones
  bool writes_rows = false;          ///< it changes what is there
  bool deletes_rows = false;
};

/// `classes`: qualified names, and which attributes each may be asked for. Not mended: a row is asked for
/// something else, or is handed to code that is not seen here.
Mended<std::map<std::string, ModelUses>> model_uses(
    const PythonSource& source, const std::map<std::string, std::set<std::string>>& classes);

}  // namespace windlass::fix
