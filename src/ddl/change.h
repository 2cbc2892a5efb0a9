// What the planning of one difference stands on, and the steps it adds to. Used by plan() alone.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "catalog/compare.h"
#include "ddl/schema.h"
#include "ddl/step.h"

namespace windlass::ddl {

struct Planning {
  const Schema& a;
  const Schema& b;
  std::set<catalog::Object> created, dropped;
  std::vector<Step> steps = {};

  /// A step of `change`: made or altered where B has it in its order.
  Step& add(const catalog::Difference& change, std::vector<std::string> statements);
  /// Drops it, so that it is made anew: where nothing is lost by that.
  void drop(const catalog::Difference& change, std::string loses = {});
};

/// One altered object, its definitions read.
struct Altered {
  const catalog::Difference& difference;
  nlohmann::json before, after;
  std::set<std::string> attributes = {};  ///< the keys that differ

  explicit Altered(const catalog::Difference& difference);
  /// Whether it differs, and is no longer among what is to be done.
  bool take(const std::string& attribute) { return attributes.erase(attribute) > 0; }
  std::string was(const std::string& attribute) const;
  std::string is(const std::string& attribute) const;
};

/// The value of a key as text: a string's own, another's JSON, empty where there is none.
std::string text_of(const nlohmann::json& object, const std::string& key);

/// Whether it is the index that keeps a constraint, and so comes and goes with that.
bool keeps_constraint(const Schema& schema, const catalog::Object& index);

/// SET (...) and RESET (...) that lead from one list of "name=value" to the other; `prefix`: "toast.".
std::vector<std::string> option_changes(const nlohmann::json& before, const nlohmann::json& after,
                                        const std::string& prefix = {});
/// OPTIONS (ADD ..., SET ..., DROP ...) of foreign objects.
struct OptionChanges {
  std::string sql;      ///< empty where nothing differs
  bool secret = false;  ///< it adds one whose value is not read: *** stands there
  bool drops_secret = false;
};
OptionChanges foreign_option_changes(const nlohmann::json& before, const nlohmann::json& after);

/// The relation that SQL calls so ("sales.\"Order\""), or nullptr.
const catalog::Fact* relation_called(const Schema& schema, const std::string& identity);

/// Those that are told to be (user_catalog_table). No server writes one anew.
std::vector<const catalog::Fact*> catalog_tables(const Schema& schema);

/// The same statements; those of the `tables` that they are about are no catalog tables in between.
std::vector<std::string> around_catalog_tables(const Schema& a,
                                               const std::vector<const catalog::Fact*>& tables,
                                               const std::vector<std::string>& statements);

/// Whether columns have the type, or arrays of it.
bool columns_have(const Schema& schema, const Named& type);

/// Puts another type in the place of one of A's, under its name, and the columns that have it under the new
/// one; empty where it is not known how B makes it. `convert`: the new value of a column as an expression, by
/// the column's name, its type, and whether that is an array of it.
std::vector<std::string> new_type_statements(
    const Planning& planning, const Altered& altered, const Named& named,
    const std::function<std::string(const std::string&, const std::string&, bool)>& convert);

// One file each. `planning`: where the steps go.
void plan_new_column(Planning& planning, const catalog::Difference& difference);
void plan_gone_column(Planning& planning, const catalog::Difference& difference);
void plan_column(Planning& planning, Altered& altered);
void plan_relation(Planning& planning, Altered& altered);
void plan_sequence(Planning& planning, Altered& altered);
void plan_type(Planning& planning, Altered& altered);
void plan_part(Planning& planning, Altered& altered);   ///< constraint, index, trigger, rule, policy
void plan_other(Planning& planning, Altered& altered);  ///< every other kind

}  // namespace windlass::ddl
