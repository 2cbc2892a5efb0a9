// Types: labels of enums, domains, composite types; the others are made anew.
#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "ddl/change.h"
#include "ddl/conversion_told.h"
#include "ddl/words.h"
#include "pg/connection.h"
#include "sql/sql_name.h"

namespace windlass::ddl {

namespace {

using nlohmann::json;

std::vector<std::string> labels_of(const json& definition) {
  std::vector<std::string> labels;
  for (const json& each : definition.value("labels", json::array()))
    labels.push_back(each.get<std::string>());
  return labels;
}

/// Labels that are only added, each beside one that is there.
bool add_labels(Planning& planning, const Altered& altered, const Named& named) {
  const std::vector<std::string> has = labels_of(altered.before), wants = labels_of(altered.after);
  size_t found = 0;
  for (const std::string& label : wants)
    if (found < has.size() && has[found] == label) ++found;
  if (found < has.size()) return false;
  found = 0;
  for (size_t i = 0; i < wants.size(); ++i) {
    if (found < has.size() && has[found] == wants[i]) {
      ++found;
      continue;
    }
    // Behind the one before it, which is there by now; the first of all in front of what was first.
    std::string where;
    if (found < has.size() && i == 0)
      where = " BEFORE " + pg::quote_literal(has.front());
    else if (found < has.size())
      where = " AFTER " + pg::quote_literal(wants[i - 1]);
    Step& step = planning.add(altered.difference, {fmt::format("ALTER TYPE {} ADD VALUE {}{}", named.identity,
                                                               pg::quote_literal(wants[i]), where)});
    step.apart = true;
  }
  return true;
}

/// Labels that go, or change their order: the type is made anew, and the columns that have it are rewritten.
void new_enum(Planning& planning, const Altered& altered, const Named& named) {
  std::vector<std::string> statements = new_type_statements(
      planning, altered, named, [&](const std::string& column, const std::string& type, bool array) {
        return fmt::format("{}::{}::{}", column, array ? "text[]" : "text", type);
      });
  if (statements.empty()) return;
  Step& step = planning.add(altered.difference, std::move(statements));
  if (const catalog::Fact* fact = planning.a.snapshot().find(altered.difference.object)) step.row = fact->id;
  std::vector<std::string> gone;
  const std::vector<std::string> wants = labels_of(altered.after);
  for (const std::string& label : labels_of(altered.before))
    if (!base::contains(wants, label)) gone.push_back(pg::quote_literal(label));
  if (!gone.empty()) step.refused_by = fmt::format("rows that have {}", base::join(gone, " or "));
}

/// Over another type it is another domain: made anew, and the columns that have it are rewritten.
void new_domain(Planning& planning, const Altered& altered, const Named& named) {
  std::vector<std::vector<std::string>> ways;
  for (const bool by_text : {false, true})
    ways.push_back(new_type_statements(
        planning, altered, named, [&](const std::string& column, const std::string& type, bool array) {
          return fmt::format("{}{}::{}", column, !by_text ? "" : array ? "::text[]" : "::text", type);
        }));
  if (!columns_have(planning.a, named) || ways.front().empty()) return planning.drop(altered.difference);
  Step& step = planning.add(altered.difference, ways.front());
  step.instead = {ways.back()};
  if (const catalog::Fact* fact = planning.a.snapshot().find(altered.difference.object)) step.row = fact->id;
  const std::string columns = "columns of " + named.identity;
  tell_conversion(planning, altered.was("of"), altered.is("of"), columns, step);
  if (step.loses.empty() && step.refused_by.empty())
    step.refused_by = fmt::format("values of {} that the new one does not take", columns);
}

void plan_domain(Planning& planning, Altered& altered, const Named& named) {
  if (altered.take("of") || altered.take("collation")) return new_domain(planning, altered, named);
  const std::string alter = fmt::format("ALTER DOMAIN {} ", named.identity);
  const auto add = [&](const std::string& what) -> Step& {
    return planning.add(altered.difference, {alter + what});
  };
  if (altered.take("default"))
    add(altered.is("default").empty() ? "DROP DEFAULT" : "SET DEFAULT " + altered.is("default"));
  if (altered.take("not_null")) {
    const bool now = altered.after.value("not_null", false);
    Step& step = add(now ? "SET NOT NULL" : "DROP NOT NULL");
    if (now) step.refused_by = "rows that have NULL in a column of " + named.identity;
  }
  if (altered.take("checks")) {
    const json was = altered.before.value("checks", json::object()),
               is = altered.after.value("checks", json::object());
    for (const auto& [name, check] : was.items()) {
      if (is.contains(name) && is[name] == check) continue;
      if (is.contains(name) && check == is[name].get<std::string>() + " NOT VALID")
        add("VALIDATE CONSTRAINT " + sql::sql_name({name})).refused_by = "rows that break it";
      else
        add("DROP CONSTRAINT " + sql::sql_name({name}));
    }
    for (const auto& [name, check] : is.items()) {
      if (was.contains(name) && (was[name] == check || was[name] == check.get<std::string>() + " NOT VALID"))
        continue;
      add(fmt::format("ADD CONSTRAINT {} {}", sql::sql_name({name}), check.get<std::string>())).refused_by =
          "rows that break it";
    }
  }
}

/// Name and type, in their order.
using Attributes = std::vector<std::pair<std::string, std::string>>;

Attributes attributes_of(const json& definition) {
  Attributes attributes;
  for (const json& each : definition.value("attributes", json::array()))
    attributes.emplace_back(each.at(0).get<std::string>(), each.at(1).get<std::string>());
  return attributes;
}

const std::string* type_in(const Attributes& attributes, const std::string& name) {
  const auto found = std::find_if(attributes.begin(), attributes.end(),
                                  [&](const auto& each) { return each.first == name; });
  return found == attributes.end() ? nullptr : &found->second;
}

/// Whether those that stay, and behind them the new ones, stand as B has them.
bool ends_in_order(const Attributes& was, const Attributes& is) {
  Attributes ends;
  for (const auto& each : was)
    if (type_in(is, each.first) != nullptr) ends.push_back(each);
  for (const auto& each : is)
    if (type_in(was, each.first) == nullptr) ends.push_back(each);
  return std::equal(ends.begin(), ends.end(), is.begin(), is.end(),
                    [](const auto& x, const auto& y) { return x.first == y.first; });
}

/// A new attribute is the last one: those that stand before one that B has in front of them can only come
/// behind it as new ones themselves.
void reorder_by_loss(Planning& planning, const Altered& altered, const Named& named, const Attributes& was,
                     const Attributes& is) {
  const std::string alter = fmt::format("ALTER TYPE {} ", named.identity);
  std::vector<std::string> statements, lost;
  size_t kept = 0;
  for (const auto& [name, type] : was) {
    if (kept < is.size() && is[kept] == std::pair(name, type)) {
      ++kept;
      continue;
    }
    lost.push_back(name);
    statements.push_back(alter + "DROP ATTRIBUTE " + sql::sql_name({name}));
  }
  for (size_t i = kept; i < is.size(); ++i)
    statements.push_back(alter + "ADD ATTRIBUTE " + sql::sql_name({is[i].first}) + " " + is[i].second);
  Step& step = planning.add(altered.difference, std::move(statements));
  step.loses = fmt::format("what is in {} of values of {}", base::join(lost, " and "), named.identity);
  step.last = true;
}

/// Each value of the columns that have it put together anew; none where that cannot be done: not within an
/// array.
std::vector<std::string> rebuilt(const Planning& planning, const Altered& altered, const Named& named,
                                 const Attributes& was, const Attributes& is) {
  bool in_array = false;
  const auto value = [&](const std::string& column, const std::string& type, bool array) {
    in_array = in_array || array;
    std::vector<std::string> parts;
    for (const auto& each : is)
      parts.push_back(type_in(was, each.first) == nullptr
                          ? "NULL"
                          : fmt::format("({}).{}", column, sql::sql_name({each.first})));
    return fmt::format("CASE WHEN {} IS DISTINCT FROM NULL THEN ROW({})::{} END", column,
                       base::join(parts, ", "), type);
  };
  std::vector<std::string> statements = new_type_statements(planning, altered, named, value);
  return in_array ? std::vector<std::string>() : statements;
}

/// What becomes of the attributes' values that get another type.
void tell_conversions(const Planning& planning, const Named& named, const Attributes& was,
                      const Attributes& is, Step& step) {
  for (const auto& [name, type] : is)
    if (const std::string* old_type = type_in(was, name); old_type != nullptr && step.loses.empty())
      tell_conversion(planning, *old_type, type, fmt::format("{} within {}", name, named.identity), step);
}

/// Another order is that of another type: each value is put together anew.
void reorder(Planning& planning, const Altered& altered, const Named& named, const Attributes& was,
             const Attributes& is) {
  const std::vector<std::string> anew = rebuilt(planning, altered, named, was, is);
  const bool in_column = columns_have(planning.a, named);
  if (!in_column) planning.drop(altered.difference);
  if (in_column && !anew.empty()) {
    Step& step = planning.add(altered.difference, anew);
    tell_conversions(planning, named, was, is, step);
    if (const catalog::Fact* fact = planning.a.snapshot().find(altered.difference.object))
      step.row = fact->id;
  }
  reorder_by_loss(planning, altered, named, was, is);
}

/// No server alters an attribute's type while columns have the composite type: their values are put together
/// anew.
void retype(Planning& planning, const Altered& altered, const Named& named, const Attributes& was,
            const Attributes& is) {
  std::vector<std::string> statements;
  for (const auto& [name, type] : is)
    if (const std::string* old_type = type_in(was, name); old_type != nullptr && *old_type != type)
      statements.push_back(fmt::format("ALTER TYPE {} ALTER ATTRIBUTE {} TYPE {}", named.identity,
                                       sql::sql_name({name}), type));
  if (statements.empty()) return;
  Step& step = planning.add(altered.difference, std::move(statements));
  if (!columns_have(planning.a, named)) return;
  tell_conversions(planning, named, was, is, step);
  const std::vector<std::string> anew = rebuilt(planning, altered, named, was, is);
  if (anew.empty()) return;
  step.instead = {anew};
  if (const catalog::Fact* fact = planning.a.snapshot().find(altered.difference.object)) step.row = fact->id;
}

void plan_composite(Planning& planning, Altered& altered, const Named& named) {
  if (!altered.take("attributes")) return;
  const Attributes was = attributes_of(altered.before), is = attributes_of(altered.after);
  const std::string alter = fmt::format("ALTER TYPE {} ", named.identity);
  bool gone = false;
  for (const auto& [name, type] : was) {
    if (type_in(is, name) != nullptr) continue;
    gone = true;
    planning.add(altered.difference, {alter + "DROP ATTRIBUTE " + sql::sql_name({name})}).loses =
        fmt::format("what is in {} of values of {}", name, named.identity);
  }
  const bool in_order = ends_in_order(was, is);
  for (const auto& [name, type] : is)
    if (type_in(was, name) == nullptr && in_order)
      planning.add(altered.difference, {alter + "ADD ATTRIBUTE " + sql::sql_name({name}) + " " + type});
  if (!gone && in_order) retype(planning, altered, named, was, is);
  if (!in_order && !gone) reorder(planning, altered, named, was, is);
}

}  // namespace

void plan_type(Planning& planning, Altered& altered) {
  const Named* named = planning.a.named_of(altered.difference.object);
  if (named == nullptr) return;
  if (altered.take("is")) return planning.drop(altered.difference);
  if (altered.take("labels") && !add_labels(planning, altered, *named)) new_enum(planning, altered, *named);
  if (altered.was("is") == "domain") plan_domain(planning, altered, *named);
  if (altered.was("is") == "composite") plan_composite(planning, altered, *named);
  plan_other(planning, altered);
}

}  // namespace windlass::ddl
