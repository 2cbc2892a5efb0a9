#include "run/dependents.h"

#include <set>

#include "base/text.h"
#include "ddl/words.h"

namespace windlass::run {

namespace {

/// Rows (row, depth, statement that drops it where it is a default, whether that is a generated column). A
/// dependence that is automatic or internal goes with what it is on, and what needs that one stands in the
/// way all the same (the manual's chapter on pg_depend). A view's text is a rule of the view.
constexpr const char* kDependents = R"(
WITH RECURSIVE dep(classid, objid, objsubid, depth, needs) AS (
  SELECT d.classid, d.objid, d.objsubid, 1, d.deptype = 'n'
    FROM pg_catalog.pg_depend d
   WHERE d.refclassid = $1::oid AND d.refobjid = $2::oid AND ($3::int = 0 OR d.refobjsubid = $3::int)
     -- A column that is only altered keeps what goes with it by itself.
     AND (d.deptype = 'n' OR d.deptype IN ('a', 'i') AND $3::int = 0)
  UNION
  SELECT up.classid, up.objid, up.objsubid, dep.depth + 1, up.needs
    FROM dep, LATERAL (
      SELECT d.classid, d.objid, d.objsubid, d.deptype = 'n' AS needs FROM pg_catalog.pg_depend d
       WHERE d.refclassid = dep.classid AND d.refobjid = dep.objid
         AND (dep.objsubid = 0 OR d.refobjsubid = dep.objsubid) AND d.deptype IN ('n', 'a', 'i')
      UNION ALL
      SELECT 1259, r.ev_class, 0, true FROM pg_catalog.pg_rewrite r
       WHERE dep.classid = 2618 AND r.oid = dep.objid AND r.rulename = '_RETURN') up
   WHERE dep.depth < 100
)
SELECT dep.classid || ':' || dep.objid || ':' || dep.objsubid AS row, pg_catalog.max(dep.depth) AS depth,
       (SELECT 'ALTER TABLE ' || ad.adrelid::pg_catalog.regclass || ' ALTER COLUMN ' || pg_catalog.quote_ident(a.attname) || ' DROP DEFAULT'
          FROM pg_catalog.pg_attrdef ad JOIN pg_catalog.pg_attribute a ON a.attrelid = ad.adrelid AND a.attnum = ad.adnum
         WHERE dep.classid = 2604 AND ad.oid = dep.objid AND a.attgenerated = '') AS "default"
  FROM dep
 WHERE dep.needs AND NOT (dep.classid = 2618 AND EXISTS (SELECT FROM pg_catalog.pg_rewrite r WHERE r.oid = dep.objid AND r.rulename = '_RETURN'))
   AND NOT (dep.classid = 1247 AND EXISTS (SELECT FROM pg_catalog.pg_type t WHERE t.oid = dep.objid AND t.typrelid <> 0))
   AND NOT (dep.classid = $1::oid AND dep.objid = $2::oid)
 GROUP BY dep.classid, dep.objid, dep.objsubid
 ORDER BY pg_catalog.max(dep.depth) DESC, dep.objid DESC)";

/// Made anew without a loss.
bool may_go(const std::string& kind) {
  static const std::set<std::string> kKinds = {"view",
                                               "materialized view",
                                               "function",
                                               "procedure",
                                               "aggregate",
                                               "trigger",
                                               "policy",
                                               "rule",
                                               "constraint",
                                               "index",
                                               "statistics object",
                                               "operator",
                                               "operator class",
                                               "operator family",
                                               "cast",
                                               "publication",
                                               "event trigger",
                                               "default value",
                                               "text search configuration",
                                               "text search dictionary"};
  return kKinds.contains(kind);
}

/// Of $1:$2, a constraint or an index: foreign keys over the columns of that key which another one has, too.
/// A foreign key stands on any unique index over its columns, in whatever order, that is not partial
/// (transformFkeyCheckAttrs).
constexpr const char* kForeignKeysOnTwins = R"(
WITH keys AS (
  SELECT i.indexrelid, i.indrelid,
         (SELECT pg_catalog.array_agg(k ORDER BY k)
            FROM pg_catalog.unnest((i.indkey::pg_catalog.int2[])[0:i.indnkeyatts - 1]) k) AS columns
    FROM pg_catalog.pg_index i
   WHERE i.indisunique AND i.indpred IS NULL AND i.indexprs IS NULL)
SELECT '2606:' || f.oid || ':0'
  FROM keys gone
  JOIN pg_catalog.pg_constraint f ON f.contype = 'f' AND f.confrelid = gone.indrelid AND f.conparentid = 0
 WHERE gone.indexrelid = CASE WHEN $1::oid = 2606
                              THEN (SELECT c.conindid FROM pg_catalog.pg_constraint c
                                     WHERE c.oid = $2::oid AND c.contype IN ('p', 'u'))
                              ELSE $2::oid END
   AND gone.columns = (SELECT pg_catalog.array_agg(k ORDER BY k) FROM pg_catalog.unnest(f.confkey) k)
   AND EXISTS (SELECT FROM keys other WHERE other.indrelid = gone.indrelid AND other.columns = gone.columns
                  AND other.indexrelid <> gone.indexrelid)
 ORDER BY f.oid DESC)";

}  // namespace

base::Result<std::vector<ddl::Step>> drops_of_foreign_keys_on_twins(pg::Connection& connection,
                                                                    const ddl::Schema& schema,
                                                                    const std::string& row) {
  std::vector<ddl::Step> steps;
  const std::vector<std::string> parts = base::split(row, ':');
  if (parts.size() != 3) return steps;
  const pg::Rows keys = WINDLASS_TRY(connection.query(kForeignKeysOnTwins, {parts[0], parts[1]}));
  for (int i = 0; i < keys.size(); ++i) {
    const catalog::Fact* fact = schema.fact_at(std::string(keys.at(i, 0)));
    const std::string sql = fact == nullptr ? std::string() : ddl::drop_sql(fact->object, schema);
    if (sql.empty()) continue;
    ddl::Step step{fact->object, {sql}};
    step.phase = ddl::Step::Phase::Drop;
    steps.push_back(std::move(step));
  }
  return steps;
}

base::Result<std::vector<ddl::Step>> drops_of_dependents(pg::Connection& connection,
                                                         const ddl::Schema& schema,
                                                         const ddl::Step& blocked) {
  std::vector<ddl::Step> steps;
  const std::vector<std::string> parts = base::split(blocked.row, ':');
  if (parts.size() != 3) return steps;
  const pg::Rows dependents = WINDLASS_TRY(connection.query(kDependents, {parts[0], parts[1], parts[2]}));
  for (int i = 0; i < dependents.size(); ++i) {
    const std::string each(dependents.at(i, 0));
    ddl::Step step;
    step.phase = ddl::Step::Phase::Drop;
    if (!dependents.is_null(i, 2)) {
      step.object = {"default value", each};
      step.statements = {std::string(dependents.at(i, 2))};
    } else {
      const catalog::Fact* fact = schema.fact_at(each);
      // What takes a type's place takes its columns along.
      if (fact != nullptr && fact->object.kind == "column" && parts[0] == "1247" &&
          blocked.phase == ddl::Step::Phase::Make)
        continue;
      if (fact == nullptr) continue;  // a part that goes with its whole
      step.object = fact->object;
      const std::string sql = ddl::drop_sql(step.object, schema);
      if (!may_go(step.object.kind) || sql.empty()) return std::vector<ddl::Step>{};
      step.statements = {sql};
    }
    steps.push_back(std::move(step));
  }
  return steps;
}

}  // namespace windlass::run
