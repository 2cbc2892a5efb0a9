#include "ddl/plan.h"

#include <fmt/core.h>

#include <algorithm>
#include <tuple>

#include "base/text.h"
#include "catalog/owners.h"
#include "catalog/wholes.h"
#include "ddl/change.h"
#include "ddl/privileges.h"
#include "ddl/words.h"
#include "pg/connection.h"
#include "sql/object_secrets.h"
#include "sql/sql_name.h"

namespace windlass::ddl {

namespace {

using catalog::Change;
using catalog::Difference;
using catalog::Object;
using nlohmann::json;

/// What pg_dump writes of a user mapping stands under no row of its own, but under its name.
const DumpEntry* entry_of_mapping(const Schema& schema, const Object& object) {
  const Named* named = schema.named_of(object);
  for (const DumpEntry& entry : schema.entries())
    if (named != nullptr && entry.type == "USER MAPPING" && !entry.statements.empty() &&
        entry.statements.front().starts_with("CREATE USER MAPPING " + mapping_sql(*named)))
      return &entry;
  return nullptr;
}

/// Servers, wrappers, user mappings: what may be a secret in them is a place that a person fills.
void plan_foreign(Planning& planning, const Difference& difference) {
  const Object& object = difference.object;
  const DumpEntry* entry =
      object.kind == "user mapping" ? entry_of_mapping(planning.b, object) : planning.b.entry_of(object);
  if (entry == nullptr) return;
  for (const std::string& statement : entry->statements) {
    sql::WithoutSecrets bare = sql::without_secrets(statement);
    planning.add(difference, {std::move(bare.text)}).secret = !bare.about.empty();
  }
}

/// Whether it comes, or goes, with what it belongs to.
bool goes_with_relation(const Schema& schema, const Object& object, const std::set<Object>& wholes) {
  const catalog::Fact* relation = schema.relation_of(object);
  return relation != nullptr && relation->object != object && wholes.contains(relation->object);
}

void plan_privileges(Planning& planning, const Difference& difference) {
  const std::string& name = difference.object.name;
  if (name.starts_with("default for ")) {
    const std::vector<std::string> statements =
        default_privilege_statements(name, planning.a.server_major(), difference.before, difference.after);
    for (const std::string& each : statements) planning.add(difference, {each});
    return;
  }
  // Where one side has the default, only the other one has the fact.
  const Schema& has = difference.change == Change::Dropped ? planning.a : planning.b;
  const Named* named = has.named_of(difference.object);
  const catalog::Fact* relation = has.relation_of(difference.object);
  if (named == nullptr) return;
  // On what A has already, or has as soon as that is made. What came with the server is no fact of its own,
  // and what it has at first is known to initdb alone.
  const catalog::Fact* there = relation == nullptr ? nullptr : planning.a.snapshot().find(relation->object);
  if (there == nullptr && (relation != nullptr || difference.change != Change::Altered)) return;
  const std::string owner = there == nullptr ? std::string() : catalog::owner_of(*there);
  for (const std::string& each :
       privilege_statements(*named, owner, planning.a.server_major(), difference.before, difference.after))
    planning.add(difference, {each});
}

/// What the provider does with a label, and whether it takes it, is its own matter.
void plan_label(Planning& planning, const Difference& difference) {
  const Schema& has = difference.change == Change::Dropped ? planning.a : planning.b;
  const catalog::Fact* fact = has.snapshot().find(difference.object);
  const Named* named = has.named_of(difference.object);
  if (fact == nullptr || named == nullptr) return;
  const json label = json::parse(difference.after, nullptr, false);
  planning.add(difference,
               {fmt::format("SECURITY LABEL FOR {} ON {} {} IS {}",
                            sql::sql_name({fact->id.substr(fact->id.rfind(':') + 1)}), keyword(named->type),
                            named->identity,
                            label.is_string() ? pg::quote_literal(label.get<std::string>()) : "NULL")});
}

/// Whether there is one beside the partition that `definition` describes.
bool has_default_partition(const Schema& schema, const json& definition) {
  const json parents = definition.value("parents", json::array());
  for (const catalog::Fact& fact : schema.snapshot().facts) {
    if (fact.object.kind != "table" || !base::contains(fact.definition, R"("partition":"DEFAULT")")) continue;
    if (json::parse(fact.definition, nullptr, false).value("parents", json::array()) == parents) return true;
  }
  return false;
}

void plan_created(Planning& planning, const Difference& difference) {
  const Object& object = difference.object;
  // A copy of a database has no subscriptions: nothing can be tried (run/by_hand.h).
  if (object.kind == "subscription") return;
  if (object.kind == "server" || object.kind == "foreign-data wrapper" || object.kind == "user mapping")
    return plan_foreign(planning, difference);
  if (object.kind == "privilege") return plan_privileges(planning, difference);
  if (object.kind == "security label") return plan_label(planning, difference);
  if (object.kind == "comment") {
    const Named* named = planning.b.named_of(object);
    const json text = json::parse(difference.after, nullptr, false);
    if (named != nullptr && text.is_string())
      planning.add(difference, {comment_sql(*named, pg::quote_literal(text.get<std::string>()))});
    return;
  }
  if (object.kind == "column") {
    if (!goes_with_relation(planning.b, object, planning.created)) plan_new_column(planning, difference);
    return;
  }
  if (object.kind == "sequence") {
    // An identity's comes with its column.
    const std::string column = text_of(json::parse(difference.after, nullptr, false), "owned_by");
    if (const catalog::Fact* owner =
            column.empty() ? nullptr : planning.b.snapshot().find({"column", column}))
      if (base::contains(owner->definition, "\"identity\":") &&
          !goes_with_relation(planning.b, owner->object, planning.created))
        return;
  }
  const DumpEntry* entry = planning.b.entry_of(object);
  if (entry != nullptr) {
    for (const std::string& statement : entry->statements) {
      Step& step = planning.add(difference, {statement});
      if (object.kind == "constraint" || object.kind == "index") {
        if (object.kind == "constraint" || statement.starts_with("CREATE UNIQUE "))
          step.refused_by = "rows that break it";
        if (goes_with_relation(planning.b, object, planning.created)) step.refused_by.clear();
      }
    }
    // Attached where pg_dump does it: before there are indexes, which would be made for the partition, too.
    if (base::contains(difference.after, "\"partition\":"))
      for (const DumpEntry& part : planning.b.entries())
        if (part.type == "TABLE ATTACH" && part.name == entry->name && part.schema == entry->schema) {
          Step& step = planning.add(difference, part.statements);
          step.place = static_cast<size_t>(&part - planning.b.entries().data());
          if (has_default_partition(planning.a, json::parse(difference.after, nullptr, false)))
            step.refused_by = "rows of the default partition that belong into it";
        }
    // Their headings name the publication and the part, with a blank between: the statements say which is
    // which.
    if (const Named* named = planning.b.named_of(object); object.kind == "publication" && named != nullptr)
      for (const DumpEntry& part : planning.b.entries())
        if (part.type.starts_with("PUBLICATION ") && !part.statements.empty() &&
            part.statements.front().starts_with("ALTER PUBLICATION " + named->identity + " ADD "))
          planning.add(difference, part.statements);
    return;
  }
  if (object.kind == "constraint" && !goes_with_relation(planning.b, object, planning.created)) {
    const catalog::Fact* relation = planning.b.relation_of(object);
    const Named* named = relation == nullptr ? nullptr : planning.b.named_of(relation->object);
    if (named != nullptr)
      planning
          .add(difference,
               {fmt::format("ALTER {} {} ADD CONSTRAINT {} {}", keyword(named->type), named->identity,
                            sql::sql_name({part_name(object, *relation)}),
                            text_of(json::parse(difference.after, nullptr, false), "definition"))})
          .refused_by = "rows that break it";
  }
}

/// What goes with a column that is dropped, or with the identity of one that stays.
bool owned_sequence_goes(const Planning& planning, const Difference& difference) {
  const std::string column = text_of(json::parse(difference.before, nullptr, false), "owned_by");
  if (column.empty()) return false;
  const Object owner{"column", column};
  if (planning.dropped.contains(owner)) return true;
  const catalog::Fact* fact = planning.a.snapshot().find(owner);
  return fact != nullptr && base::contains(fact->definition, "\"identity\":");
}

std::string lost_with(const Difference& difference) {
  const std::string& kind = difference.object.kind;
  const std::string& name = difference.object.name;
  if (kind == "table") return "all rows of " + name;
  if (kind == "sequence") return "where " + name + " stands";
  if (kind == "extension") return "what columns of its types hold";
  if (kind == "subscription") return "how far it has come";
  if (kind == "user mapping") return "the password that it holds";
  return {};
}

/// A partition that foreign keys see through its parent is only dropped once it is none any more.
void detach_first(Planning& planning, const Difference& difference) {
  const json table = json::parse(difference.before, nullptr, false);
  if (text_of(table, "partition").empty() || planning.steps.empty()) return;
  const json parents = table.value("parents", json::array());
  Step& step = planning.steps.back();
  if (parents.empty() || step.object != difference.object) return;
  // One of the parent itself is seen by its partitions, too.
  const bool seen = std::any_of(
      planning.a.snapshot().facts.begin(), planning.a.snapshot().facts.end(), [&](const catalog::Fact& fact) {
        if (fact.object.kind != "constraint" || !base::contains(fact.definition, "FOREIGN KEY "))
          return false;
        const std::string text = text_of(json::parse(fact.definition, nullptr, false), "definition");
        return base::contains(text, " REFERENCES " + parents.front().get<std::string>() + "(");
      });
  const Named* named = planning.a.named_of(difference.object);
  if (seen && named != nullptr)
    step.statements.insert(step.statements.begin(),
                           fmt::format("ALTER TABLE {} DETACH PARTITION {}",
                                       parents.front().get<std::string>(), named->identity));
}

void plan_dropped(Planning& planning, const Difference& difference) {
  const Object& object = difference.object;
  if (object.kind == "privilege") {
    if (!goes_with_relation(planning.a, object, planning.dropped)) plan_privileges(planning, difference);
    return;
  }
  if (goes_with_relation(planning.a, object, planning.dropped)) return;
  if (object.kind == "security label") return plan_label(planning, difference);
  if (object.kind == "column") return plan_gone_column(planning, difference);
  if (object.kind == "sequence" && owned_sequence_goes(planning, difference)) return;
  if (object.kind == "index" && keeps_constraint(planning.a, object)) return;
  planning.drop(difference, lost_with(difference));
  if (object.kind == "table") detach_first(planning, difference);
}

void plan_altered(Planning& planning, const Difference& difference) {
  const std::string& kind = difference.object.kind;
  if (kind == "privilege") return plan_privileges(planning, difference);
  if (kind == "comment") return plan_created(planning, difference);
  if (kind == "security label") return plan_label(planning, difference);
  if (kind == "extension member") return;
  Altered altered(difference);
  if (kind == "column") return plan_column(planning, altered);
  if (catalog::is_relation(kind)) return plan_relation(planning, altered);
  if (kind == "sequence") return plan_sequence(planning, altered);
  if (kind == "type") return plan_type(planning, altered);
  if (kind == "constraint" || kind == "index" || kind == "trigger" || kind == "rule" || kind == "policy" ||
      kind == "default value")
    return plan_part(planning, altered);
  plan_other(planning, altered);
}

}  // namespace

std::vector<Step> plan(const Schema& a, const Schema& b, const std::vector<Difference>& differences) {
  Planning planning{a, b, {}, {}};
  for (const Difference& each : differences) {
    if (each.change == Change::Created) planning.created.insert(each.object);
    if (each.change == Change::Dropped) planning.dropped.insert(each.object);
  }
  // Nothing is done to what goes with a table that is made anew, nor made of it before.
  std::set<Object> anew;
  for (const Difference& each : differences)
    if (each.change == Change::Altered && each.object.kind == "table" &&
        Altered(each).attributes.contains("partitioned_by"))
      anew.insert(each.object);
  const auto waits = [&](const Difference& each) {
    return !anew.contains(each.object) &&
           (goes_with_relation(a, each.object, anew) || goes_with_relation(b, each.object, anew));
  };
  for (const Difference& each : differences) {
    if (!anew.empty() && waits(each)) continue;
    if (each.change == Change::Created) plan_created(planning, each);
    if (each.change == Change::Dropped) plan_dropped(planning, each);
    if (each.change == Change::Altered) plan_altered(planning, each);
  }
  // Whether one writes a table anew only the server knows.
  const std::vector<const catalog::Fact*> tables = catalog_tables(a);
  for (Step& step : planning.steps) {
    if (tables.empty() || step.phase == Step::Phase::Drop) continue;
    std::vector<std::vector<std::string>> ways = {step.statements};
    ways.insert(ways.end(), step.instead.begin(), step.instead.end());
    for (const std::vector<std::string>& way : ways)
      if (std::vector<std::string> around = around_catalog_tables(a, tables, way); around.size() > way.size())
        step.instead.push_back(std::move(around));
  }
  std::stable_sort(planning.steps.begin(), planning.steps.end(), [](const Step& x, const Step& y) {
    return std::tuple(!x.apart, x.phase, x.place) < std::tuple(!y.apart, y.phase, y.place);
  });
  return std::move(planning.steps);
}

}  // namespace windlass::ddl
