#include "diagnose/follows.h"

#include <algorithm>

#include "base/text.h"

#include "diagnose/constraint_sort.h"
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

/// Whether what a source would make brings the label, by itself or with its type.
bool gives_label(const Declared& declared, const Name& label) {
  if (declared.name.kind == "label") return gives(declared.name, label);
  return gives(declared.name, {"type", label.schema, "", label.table}) &&
         base::contains(declared.labels, label.name);
}

/// Whether a target is this table, or a part of it.
bool touches(const sql::Target& target, const std::string& table) {
  return target.table == table || (target.table.empty() && target.name == table);
}

bool touches(const sql::Reading& reading, const std::string& table) {
  return std::any_of(reading.targets.begin(), reading.targets.end(),
                     [&](const sql::Target& target) { return touches(target, table); });
}

/// Close enough that one may have been written for the other.
bool alike(const std::string& a, const std::string& b) {
  return base::edit_distance(a, b) <= std::min<size_t>(3, std::max<size_t>(1, b.size() / 3));
}

/// What a statement of another meaning may come of: a column's type that was not changed, a key that was not
/// made.
bool changes_meaning(const std::string& sqlstate, const sql::Target& target) {
  if (sqlstate == "42883" || sqlstate == "42804" || sqlstate == "42846" || sqlstate == "22P02")
    return target.action == sql::Action::Alter && target.kind == "column" && !target.type.empty();
  // "there is no unique or exclusion constraint matching the ON CONFLICT specification"
  return sqlstate == "42P10" && target.action == sql::Action::Create &&
         (target.kind == "constraint" || target.kind == "index");
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
          // A duplicate is there; its parts may be missing, and what the statement would have made besides.
          const bool there = undone.duplicate && (undone.met.empty() || target.name == undone.met);
          if (target.action != sql::Action::Create || (there && !target.implied)) return false;
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
      if (target.action != sql::Action::Drop && target.action != sql::Action::Rename) return false;
      // "multiple primary keys for table": the old one, which goes by another name than the drop gave it.
      if (error.sqlstate == "42P16")
        return target.kind == "constraint" && target.table == existing->table &&
               constraint_sort(target.name) == "PRIMARY KEY";
      return gives(name_of(target), *existing) ||
             (undone.table_missing && target.table.empty() && alike(target.name, existing->name));
    });
  if (const auto unknown = unknown_label(error)) {
    const Name label{"label", unknown->schema, unknown->type, unknown->label};
    if (any_target([&](const sql::Target& target) {
          if (target.kind != "label" || undone.duplicate) return false;
          Name made = name_of(target);
          if (target.action == sql::Action::Rename) made.name = target.new_name;
          return gives(made, label);
        }) ||
        std::any_of(undone.declared.begin(), undone.declared.end(),
                    [&](const Declared& declared) { return gives_label(declared, label); }))
      return true;
  }
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
    return undone.writes_rows && any_target([&](const sql::Target& target) {
             return touches(target, error.table) ||
                    std::any_of(in_detail.begin(), in_detail.end(),
                                [&](const std::string& table) { return touches(target, table); });
           });
  }
  const auto unknown = unknown_label(error);
  return !undone.duplicate && any_target([&](const sql::Target& target) {
    // A column that was to get the enum is not of it.
    if (unknown && target.type == unknown->type) return false;
    return changes_meaning(error.sqlstate, target) && !target.table.empty() && touches(reading, target.table);
  });
}

bool misses_one_of(const record::ServerMessage& error, const sql::Reading& reading,
                   const std::vector<catalog::Object>& lacking) {
  const auto any = [&](auto wanted) { return std::any_of(lacking.begin(), lacking.end(), wanted); };
  if (const auto unknown = unknown_label(error))
    return any(
        [&](const catalog::Object& part) { return part.kind == "label" && part.name == unknown->label; });
  const auto missing = missing_object(error, reading);
  return missing && any([&](const catalog::Object& part) { return matches(part, *missing); });
}

bool may_lack_rows(const sql::Reading& query, const Undone& undone) {
  return undone.adds_rows && std::any_of(undone.reading.targets.begin(), undone.reading.targets.end(),
                                         [&](const sql::Target& target) {
                                           return target.table.empty() && touches(query, target.name);
                                         });
}

}  // namespace windlass::diagnose
