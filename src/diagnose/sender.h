// Who sent a statement, and why: the words about SQLAlchemy's and Alembic's own doing.
#pragma once

#include <string>
#include <vector>

#include "diagnose/context.h"

namespace windlass::diagnose {

/// How an enum type came to be sent.
struct EnumStory {
  const run::EnumSeen* seen = nullptr;  ///< the construction in the project's code, or nullptr
  bool automatic = false;               ///< SQLAlchemy sent CREATE TYPE by itself, on behalf of a table
  /// create_type=False was written but did nothing: on sqlalchemy.Enum before 2.1.
  bool flag_ignored = false;
  /// create_type=False was written on postgresql.ENUM and lost when the column was copied.
  bool flag_lost = false;
};

EnumStory enum_story(const Context& context, const record::Statement& statement,
                     const std::string& type_name);

/// A noun phrase for the sender: "op.create_table at 008.py:38", "a DO block in op.execute at 008.py:24",
/// "`.create()` of the enum at ...", "MetaData.create_all at env.py:12"; with the helper function that sent
/// it for a revision: "op.execute at 008.py:24 (by way of app/db.py:9)".
std::string sender(const record::Statement& statement, const base::Location& place);

/// Why that sender sent it, one or two sentences; empty where the text itself is the reason.
std::string why(const Context& context, const record::Statement& statement, const Name& name);

/// Whether SQLAlchemy or Alembic made the text (and not the revision's own SQL).
bool by_itself(const record::Statement& statement);

}  // namespace windlass::diagnose
