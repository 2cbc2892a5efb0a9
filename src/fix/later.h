// What later statements of a chain do to what one call makes or alters: what the module that makes a revision
// re-runnable is told about it (fix/python/schema_guard.py, its class Later). Pure.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fix/mend.h"
#include "run/evidence.h"

namespace windlass::fix {

struct Later {
  std::vector<std::string> sql;     ///< the statements that alter, rename or make it anew, in order
  std::vector<std::string> names;   ///< what it is called since then, one after the other
  std::vector<std::string> tables;  ///< what its table is called since then
  /// Of its table: what a column is called since then; nothing: it is gone.
  std::map<std::string, std::vector<std::optional<std::string>>> columns;
  bool remade = false;  ///< a view, function, trigger or policy that is made anew from nothing

  bool empty() const { return sql.empty() && names.empty() && tables.empty() && columns.empty() && !remade; }
};

/// `own`: the statements that one call sent, indexes into the recording, in order. Not mended: it made
/// several things at once, of which one bears another name since then.
Mended<Later> later_than(const record::Recording& recording, const std::vector<size_t>& own);

/// `guard.Later(...)`, where the module is called `guard`: in one line, or in several, which begin with
/// `indentation`.
std::string in_python(const Later& later, std::string_view guard, const std::string& indentation,
                      bool one_line);

}  // namespace windlass::fix
