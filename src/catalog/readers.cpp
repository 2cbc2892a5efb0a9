#include "catalog/readers.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "catalog/definition.h"

namespace windlass::catalog {

namespace {

using Names = std::vector<std::string_view>;

/// Which files one reader is made of: what they read from, and what they read.
struct Reader {
  std::string_view name, source;
  Names parts;
};

const std::vector<Reader>& readers() {
  static const std::vector<Reader> all = {
      {"relations", "rel", {"tables", "columns", "constraints", "indexes"}},
      {"details", "rel", {"details"}},
      {"sequences", {}, {"sequences"}},
      {"types and comments", "typ", {"types", "type_comments"}},
      {"functions", {}, {"functions"}},
      {"schemas", {}, {"schemas"}},
      {"others", {}, {"others"}},
      {"privileges", {}, {"privileges"}},
      // Parts, for the event triggers.
      {"tables", "rel", {"tables"}},
      {"columns", "rel", {"columns"}},
      {"constraints", "rel", {"constraints"}},
      {"indexes", "rel", {"indexes"}},
      {"types", "typ", {"types"}},
      // Of real databases only.
      {"live attributes", {}, {"live_attributes"}},
      {"live facts", {}, {"live_facts"}},
      {"members", {}, {"members"}},
      // Not of one database.
      {"shared", {}, {"shared"}},
  };
  return all;
}

// One table, whose name and kind the event trigger knows.
constexpr const char* kOneTable =
    "WITH rel AS (SELECT v_rel AS oid, v_kind AS relkind, v_name AS name, '1259:' || v_rel || ':0' AS grp)\n";
// Rows of this transaction that are younger than what the report before told of.
constexpr const char* kYounger = "(pg_catalog.age({}.xmin) <= v_age AND {}.cmin::text::bigint > v_before)";

// What only newer servers know, and what several places say alike.
constexpr const char* kPublishedWhole = "r.prrelid::pg_catalog.regclass::text";
constexpr const char* kPublishedTable =
    "r.prrelid::pg_catalog.regclass::text"
    " || COALESCE(' (' || (SELECT pg_catalog.string_agg(a.attname, ', ' ORDER BY a.attnum)"
    "                        FROM pg_catalog.pg_attribute a"
    "                       WHERE a.attrelid = r.prrelid AND a.attnum = ANY (r.prattrs)) || ')', '')"
    " || COALESCE(' where ' || pg_catalog.pg_get_expr(r.prqual, r.prrelid), '')";
constexpr const char* kPublishedSchemas =
    "(SELECT pg_catalog.jsonb_agg(n.nspname ORDER BY n.nspname) FROM pg_catalog.pg_publication_namespace p2"
    " JOIN pg_catalog.pg_namespace n ON n.oid = p2.pnnspid WHERE p2.pnpubid = p.oid)";
constexpr const char* kOptions =
    "(SELECT pg_catalog.jsonb_agg(CASE WHEN o ~* '^[^=]*(password|secret|token|key|credential)'"
    " THEN pg_catalog.split_part(o, '=', 1) ELSE o END) FROM pg_catalog.unnest({}) o)";
constexpr const char* kNoSubscriptions =
    "(SELECT 0::oid AS oid, 0::oid AS subdbid, 0::oid AS subowner, false AS subenabled, ''::name AS "
    "subslotname,"
    " ''::text AS subsynccommit, NULL::text[] AS subpublications WHERE false)";
constexpr const char* kParameters =
    "UNION ALL SELECT '6243:' || p.oid || ':0', 'parameter ' || p.parname, p.paracl, NULL FROM "
    "pg_catalog.pg_parameter_acl p";
// What a subscription is made without is left out: each major version brought more of it.
constexpr std::pair<int, const char*> kSubscriptionProperties[] = {
    {14,
     "'binary', NULLIF(s.subbinary, false), 'streaming', CASE s.substream::text"
     " WHEN 'true' THEN 'on' WHEN 't' THEN 'on' WHEN 'p' THEN 'parallel' END"},
    {15,
     "'two_phase', CASE WHEN s.subtwophasestate <> 'd' THEN true END,"
     " 'disable_on_error', NULLIF(s.subdisableonerr, false)"},
    {16,
     "'password_required', NULLIF(s.subpasswordrequired, true),"
     " 'run_as_owner', NULLIF(s.subrunasowner, false), 'origin', NULLIF(s.suborigin, 'any')"},
    {17, "'failover', NULLIF(s.subfailover, false)"}};
constexpr const char* kNotNull =
    "CASE WHEN a.attnotnull THEN"
    " (SELECT pg_catalog.concat(',\"not_null_constraint\":', pg_catalog.to_json(n.conname),"
    "         CASE WHEN NOT n.convalidated THEN ',\"not_null_valid\":false' END,"
    "         CASE WHEN n.connoinherit THEN ',\"not_null_no_inherit\":true' END)"
    "    FROM pg_catalog.pg_constraint n"
    "   WHERE n.conrelid = a.attrelid AND n.contype = 'n' AND n.conkey[1] = a.attnum) END,";
constexpr const char* kNewNotNull =
    " OR a.attnotnull AND EXISTS (SELECT FROM pg_catalog.pg_constraint n WHERE n.conrelid = a.attrelid"
    " AND n.contype = 'n' AND n.conkey[1] = a.attnum AND {new})";

std::string subscription_properties(int server_major) {
  std::string text;
  for (const auto& [since, properties] : kSubscriptionProperties)
    if (server_major >= since) text += (text.empty() ? "" : ", ") + std::string(properties);
  return "pg_catalog.jsonb_build_object(" + text + ")";
}

/// Without the lines that are comments: the server reads them again and again.
std::string file(std::string_view name) {
  std::string text;
  for (const std::string_view line :
       base::split(base::embedded_text(embedded_files(), "sql/" + std::string(name) + ".sql"), '\n'))
    if (!base::trim(line).starts_with("--")) text.append(line) += '\n';
  return text;
}

}  // namespace

std::string reader_sql(std::string_view reader, std::string_view filter, int server_major, bool subscriptions,
                       Whose whose) {
  const auto found = std::find_if(readers().begin(), readers().end(),
                                  [reader](const Reader& r) { return r.name == reader; });
  const bool written = filter == kWritten;
  std::string text = written ? kOneTable : found->source.empty() ? "" : file(found->source);
  for (size_t i = 0; i < found->parts.size(); ++i)
    text += (i > 0 ? "UNION ALL\n" : "") + file(found->parts[i]);
  for (const std::string alias : {"a", "ad", "con", "i", "ic"})
    text = base::replace_all(std::move(text), "{{new " + alias + "}}",
                             written ? base::replace_all(kYounger, "{}", alias) : "true");
  const std::string options(kOptions);
  const std::pair<std::string_view, std::string> places[] = {
      {"{{no member}}", whose == Whose::Own ? "NOT EXISTS" : "EXISTS"},
      {"{{extension itself}}", whose == Whose::Own ? "x.classid = 3079 OR" : ""},
      {"{{publication table}}", server_major >= 15 ? kPublishedTable : kPublishedWhole},
      {"{{publication schemas}}", server_major >= 15 ? kPublishedSchemas : "NULL"},
      {"{{options f.fdwoptions}}", base::replace_all(options, "{}", "f.fdwoptions")},
      {"{{options s.srvoptions}}", base::replace_all(options, "{}", "s.srvoptions")},
      {"{{parameters}}", server_major >= 15 ? kParameters : ""},
      {"{{subscriptions}}", subscriptions ? "pg_catalog.pg_subscription" : kNoSubscriptions},
      // Before 16 pg_identify_object says "for integer on language plperl".
      {"{{identity}}", server_major >= 16
                           ? "i.identity"
                           : "CASE i.type WHEN 'transform' THEN pg_catalog.replace(i.identity, "
                             "' on language ', ' language ') ELSE i.identity END"},
      {"{{subscription properties}}",
       subscription_properties(subscriptions ? server_major : 0)},  // of what stands in for it, none
      {"{{subscript}}",
       server_major >= 14 ? "NULLIF(t.typsubscript::oid, 0)::pg_catalog.regproc::text" : "NULL::text"},
      {"{{compression}}", server_major >= 14 ? "a.attcompression" : "''"},
      {"{{not null}}", server_major >= 18 ? kNotNull : ""},
      {"{{new not null}}",
       server_major >= 18 && written
           ? base::replace_all(kNewNotNull, "{new}", base::replace_all(kYounger, "{}", "n"))
           : ""},
  };
  for (const auto& [mark, value] : places) text = base::replace_all(std::move(text), mark, value);
  return base::replace_all(std::move(text), "{{only}}", filter);
}

const std::string& pinned_settings() {
  static const std::string sql = [] {
    const std::pair<std::string_view, std::string_view> settings[] = {{"search_path", "pg_catalog, pg_temp"},
                                                                      {"quote_all_identifiers", "off"},
                                                                      {"DateStyle", "ISO, YMD"},
                                                                      {"IntervalStyle", "postgres"},
                                                                      {"TimeZone", "UTC"},
                                                                      {"extra_float_digits", "1"},
                                                                      {"bytea_output", "hex"},
                                                                      {"standard_conforming_strings", "on"},
                                                                      {"jit", "off"}};
    std::string text;
    for (const auto& [name, value] : settings)
      text += (text.empty() ? "SELECT " : ", ") + std::string("pg_catalog.set_config('") + std::string(name) +
              "', '" + std::string(value) + "', true)";
    return text;
  }();
  return sql;
}

void add_facts(const pg::Rows& rows, Snapshot& snapshot) {
  for (int i = 0; i < rows.size(); ++i)
    snapshot.facts.push_back({{std::string(rows.at(i, 0)), std::string(rows.at(i, 1))},
                              canonical(rows.is_null(i, 2) ? std::string_view("null") : rows.at(i, 2)),
                              std::string(rows.at(i, 3)),
                              std::string(rows.at(i, 4))});
}

const std::vector<std::string>& reader_names() {
  static const std::vector<std::string> names = {"relations", "details", "sequences", "types and comments",
                                                 "functions", "schemas", "others",    "privileges"};
  return names;
}

}  // namespace windlass::catalog
