#include "diagnose/duplicate_sides.h"

#include <algorithm>

#include "diagnose/definition_parts.h"
#include "run/set_aside.h"
#include "sql/tokens.h"

namespace windlass::diagnose {

namespace {

bool is_table(std::string_view kind) { return kind == "table" || kind == "foreign table"; }

/// "public.users" of a table itself and of each of its parts.
std::string table_of(const catalog::Object& object) {
  return is_table(object.kind) ? object.name : parent_of(object);
}

bool is_primary_key(const std::string& definition) {
  return text_part(definition, "definition").starts_with("PRIMARY KEY");
}

/// One definition of an object, with that of its parts where it is a table, or a table's column.
struct Shape {
  Defined own;
  std::vector<Defined> columns, constraints;
  /// Those of the constraints that came with the object itself, from one statement: of those that were added
  /// by themselves, nobody knows whether the statement's revision means to add them, too.
  std::vector<Defined> together;
};

struct Reader {
  const Context& context;
  const record::Statement& failed;
  const std::vector<catalog::Fact>& wanted;

  /// The one thing that the server built under the target's name; of a primary key whatever its name.
  std::optional<Defined> built(const sql::Target& target) const {
    std::optional<Defined> found;
    for (const catalog::Fact& fact : wanted) {
      const bool key =
          target.definition == "PRIMARY KEY" && fact.object.kind == "constraint" &&
          is_primary_key(fact.definition) &&
          matches({"table", parent_of(fact.object)}, {"table", target.table_schema, "", target.table});
      if (!key && (fact.object.kind != target.kind || !matches(fact.object, name_of(target)))) continue;
      if (found) return std::nullopt;
      found = Defined{fact.object, fact.definition};
    }
    return found;
  }

  std::vector<Defined> parts_there(std::string_view kind, const std::string& table) const {
    std::vector<Defined> parts;
    for (const catalog::Object& object : context.objects_before(failed, [&](const catalog::Object& each) {
           return each.kind == kind && parent_of(each) == table;
         }))
      parts.push_back({object, context.definition_before(object, failed)});
    return parts;
  }

  /// What stands in the way of what was built; without a definition where nothing is known to.
  Defined there(const sql::Target& target, const Defined& built) const {
    if (target.definition == "PRIMARY KEY")
      for (Defined& constraint : parts_there("constraint", parent_of(built.object)))
        if (is_primary_key(constraint.definition)) return std::move(constraint);
    return {built.object, context.definition_before(built.object, failed)};
  }

  // A rename gives an object to whoever renamed it.
  const record::Statement* creator(const catalog::Object& object) const {
    const auto made = context.maker(object);
    return made && made->effect->change == catalog::Change::Created ? made->statement : nullptr;
  }

  static bool about(const sql::Target& target, const Defined& constraint) {
    return is_table(target.kind) ||
           sql::has_name(text_part(constraint.definition, "definition"), target.name);
  }

  Shape shape_there(const sql::Target& target, const Defined& own) const {
    Shape shape{own, {}, parts_there("constraint", table_of(own.object)), {}};
    if (is_table(target.kind)) shape.columns = parts_there("column", own.object.name);
    const record::Statement* maker = creator(own.object);
    for (const Defined& constraint : shape.constraints)
      if (maker != nullptr && creator(constraint.object) == maker && about(target, constraint))
        shape.together.push_back(constraint);
    return shape;
  }

  Shape shape_wanted(const sql::Target& target, const Defined& own) const {
    Shape shape{own, {}, {}, {}};
    for (const catalog::Fact& fact : wanted) {
      if (parent_of(fact.object) != table_of(own.object)) continue;
      const Defined part{fact.object, fact.definition};
      if (fact.object.kind == "column") shape.columns.push_back(part);
      if (fact.object.kind == "constraint" && about(target, part)) shape.constraints.push_back(part);
    }
    return shape;
  }

  static Shape shape_first(const sql::Target& target, const Sighting& first) {
    const catalog::Object& object = first.effect->object;
    Shape shape{{object, first.effect->after}, {}, {}, {}};
    for (const catalog::Effect& effect : first.statement->effects) {
      if (effect.change != catalog::Change::Created || parent_of(effect.object) != table_of(object)) continue;
      const Defined part{effect.object, effect.after};
      if (effect.object.kind == "column") shape.columns.push_back(part);
      if (effect.object.kind == "constraint" && about(target, part)) shape.constraints.push_back(part);
    }
    shape.together = shape.constraints;
    return shape;
  }
};

std::vector<Difference> differences_of(const Shape& there, const Shape& wanted) {
  const std::string& kind = wanted.own.object.kind;
  std::vector<Difference> found =
      is_table(kind) ? table_differences(there.own, there.columns, wanted.own, wanted.columns)
                     : own_differences(there.own, wanted.own);
  if (is_table(kind) || kind == "column")
    for (Difference& each : constraint_differences(there.constraints, there.together, wanted.constraints))
      found.push_back(std::move(each));
  return found;
}

}  // namespace

std::vector<DuplicateObject> duplicate_objects(const Context& context, const record::Statement& failed,
                                               const std::vector<catalog::Fact>& wanted) {
  std::vector<DuplicateObject> found;
  const Reader reader{context, failed, wanted};
  if (wanted.empty()) return found;
  for (const sql::Target& target : run::creations(sql::read_targets(failed.text))) {
    const auto built = reader.built(target);
    if (!built) continue;
    const Defined there = reader.there(target, *built);
    if (there.definition.empty()) continue;
    const Shape wants = reader.shape_wanted(target, *built);
    DuplicateObject duplicate{target,
                              there.object,
                              differences_of(reader.shape_there(target, there), wants),
                              context.maker(there.object),
                              std::nullopt,
                              false};
    const auto made = context.changes_before(failed, [&](const catalog::Effect& effect) {
      return effect.object == there.object && effect.change == catalog::Change::Created &&
             effect.renamed_from.empty();
    });
    if (!made.empty()) {
      duplicate.first = made.back();
      duplicate.as_first_made = differences_of(Reader::shape_first(target, made.back()), wants).empty();
    }
    found.push_back(std::move(duplicate));
  }
  return found;
}

}  // namespace windlass::diagnose
