// What a statement leaves in its session or its transaction, and what in a
// text could tell one session or transaction from another.
//
// A reading of tokens, as in sql/targets.h, and rather too much than too
// little: what stands in a block, a function's body or a string that such a
// text executes is read, too. `SET` is the command where a statement may
// begin; the word of UPDATE, ALTER TABLE, ON DELETE or of a function's
// attributes is none.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace windlass::sql {

struct SessionWords {
  /// What stays in the session when it has run: "SET", "set_config", "a temporary table", ...; empty:
  /// nothing.
  std::string keeps;
  /// The same where it only makes a function that would do so.
  std::string body_keeps;
  /// What another session would see otherwise, or what works by another session: "currval", "pg_locks",
  /// "dblink".
  std::string sees;
  bool writes = false;             ///< it writes rows
  bool unseen = false;             ///< DO, CALL, EXECUTE, an extension: what it does is not in its text
  bool extension = false;          ///< it makes or changes an extension, which loads a library
  bool defers = false;             ///< speaks of deferrable constraints or constraint triggers
  bool adds_label = false;         ///< ALTER TYPE ... ADD VALUE, also in a body
  bool makes_enum = false;         ///< CREATE TYPE ... AS ENUM
  bool asks_clock = false;         ///< the time, or the number, of the transaction
  bool in_transaction = false;     ///< COPY ... FREEZE: only where the table was made in the same transaction
  bool caches = false;             ///< a sequence of which a session takes several numbers at once
  bool savepoint = false;          ///< SAVEPOINT
  bool releases = false;           ///< RELEASE
  std::vector<std::string> calls;  ///< every name before a parenthesis, folded; also in blocks and bodies
};

/// `statement`: one statement.
SessionWords session_words(std::string_view statement);

/// Whether it begins, ends or parts a transaction: BEGIN, COMMIT, ROLLBACK, SAVEPOINT, RELEASE.
bool is_transaction_command(std::string_view statement);

}  // namespace windlass::sql
