#include "diagnose/follows.h"

#include <algorithm>

#include "diagnose/server_error.h"

namespace windlass::diagnose {

namespace {

bool same_place(const Name& a, const Name& b) {
  return same_schema(a.schema, b.schema) || a.schema.empty() || b.schema.empty();
}

/// Whether making `made` would have given what `wanted` names.
bool gives(const Name& made, const Name& wanted) {
  if (!same_place(made, wanted)) return false;
  const bool part = wanted.kind == "column" || wanted.kind == "constraint" || wanted.kind == "trigger" ||
                    wanted.kind == "policy" || wanted.kind == "label" || wanted.kind == "rule";
  if (part)
    return made.name == wanted.name && (made.kind == wanted.kind || kind_matches(made.kind, wanted.kind)) &&
           (made.table.empty() || wanted.table.empty() || made.table == wanted.table);
  return made.name == wanted.name && (kind_matches(made.kind, wanted.kind) || made.kind == wanted.kind);
}

/// The rows that a statement writes, or would have.
bool writes_rows(const sql::Target& target, const std::string& table) {
  return target.action == sql::Action::Refer && target.name == table;
}

}  // namespace

bool may_follow(const record::ServerMessage& error, const sql::Reading& reading, const Undone& undone) {
  const auto any_target = [&](auto wanted) {
    return std::any_of(undone.reading.targets.begin(), undone.reading.targets.end(), wanted);
  };
  if (const auto missing = missing_object(error, reading)) {
    if (any_target([&](const sql::Target& target) {
          if (target.action == sql::Action::Rename) {
            Name renamed = name_of(target);
            renamed.name = target.new_name;
            return gives(renamed, *missing);
          }
          // A duplicate is there; only its parts may be missing.
          if (target.action != sql::Action::Create || (undone.duplicate && !target.implied)) return false;
          Name made = name_of(target);
          if (undone.table_missing) made.table.clear();
          return gives(made, *missing);
        }))
      return true;
    return std::any_of(undone.declared.begin(), undone.declared.end(),
                       [&](const Declared& declared) { return gives(declared.name, *missing); });
  }
  if (const auto existing = existing_object(error, reading))
    return any_target([&](const sql::Target& target) {
      return (target.action == sql::Action::Drop || target.action == sql::Action::Rename) &&
             gives(name_of(target), *existing);
    });
  // "no unique constraint matching given keys for referenced table".
  if (error.sqlstate == "42830") {
    const std::vector<std::string> names = quoted_names(error.message);
    return !names.empty() && any_target([&](const sql::Target& target) {
      return target.action == sql::Action::Create && !undone.duplicate &&
             (target.table == names.back() || (target.kind == "table" && target.name == names.back()));
    });
  }
  // Rows that are not there, or still are: only a statement that writes rows can be the reason.
  if (error.sqlstate.starts_with("23")) {
    const std::vector<std::string> in_detail = quoted_names(error.detail);
    return any_target([&](const sql::Target& target) {
      return writes_rows(target, error.table) ||
             std::any_of(in_detail.begin(), in_detail.end(),
                         [&](const std::string& table) { return writes_rows(target, table); });
    });
  }
  return false;
}

}  // namespace windlass::diagnose
