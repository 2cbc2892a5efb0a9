// A schema that statements are planned from or towards: what is there, what it is called in SQL, and how it
// is made. Pure.
#pragma once

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "catalog/fact.h"
#include "ddl/dump_entries.h"

namespace windlass::ddl {

/// As pg_identify_object tells it: "table", "public.users"; quoted where it must be. Of an aggregate of no
/// arguments, as SQL has it: "public.newcnt(*)".
struct Named {
  std::string type, identity;
};

class Schema {
 public:
  /// `named`: by "class:oid:part", the row that a fact's id names. `entries`: of pg_dump; may be empty.
  Schema(catalog::Snapshot snapshot, int server_major, std::map<std::string, Named> named,
         std::vector<DumpEntry> entries);

  const catalog::Snapshot& snapshot() const { return snapshot_; }
  int server_major() const { return server_major_; }
  const std::vector<DumpEntry>& entries() const { return entries_; }

  /// The fact of this id, or nullptr.
  const catalog::Fact* fact_at(const std::string& id) const;
  /// What SQL calls an object; of a comment or privileges, what they belong to. nullptr: it is not there.
  const Named* named_of(const catalog::Object& object) const;
  /// The table (view, ...) that a column, constraint, index, trigger, policy, rule belongs to; what a comment
  /// or privileges belong to, or the table of that; nullptr where it is none.
  const catalog::Fact* relation_of(const catalog::Object& part) const;
  /// The entry that makes it; nullptr where another one does, or none.
  const DumpEntry* entry_of(const catalog::Object& object) const;
  /// Its place in the dump's order; that of its relation where it has none of its own.
  size_t place_of(const catalog::Object& object) const;

 private:
  const DumpEntry* entry_at(const std::string& row) const;

  catalog::Snapshot snapshot_;
  int server_major_;
  std::map<std::string, Named> named_;
  std::vector<DumpEntry> entries_;
  std::unordered_map<std::string, size_t> entry_by_row_, fact_by_id_;
};

/// "1259:16385:2" of a fact's id: "c:1259:16385:2" (a comment), "a:1259:16385:2" (privileges),
/// "l:1259:16385:2:provider" (a security label), or itself.
std::string row_of(const std::string& fact_id);

}  // namespace windlass::ddl
