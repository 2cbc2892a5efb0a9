#include "catalog/install.h"

#include <array>
#include <utility>

#include "base/text.h"
#include "catalog/readers.h"

namespace windlass::catalog {

namespace {

// Around each reader in the function pg_windlass.read: its rows as JSON arrays, added to those before.
constexpr const char* kGather =
    "SELECT pg_catalog.string_agg(pg_catalog.concat('[\"', f.kind, '\",', pg_catalog.to_json(f.name), ',',\n"
    "  COALESCE(f.definition::text, 'null'), ',\"', f.id, '\",\"', f.grp, '\"]'), ',') INTO v_found FROM (\n";
constexpr const char* kAdd =
    ") f;\n"
    "v_facts := COALESCE(v_facts || ',' || v_found, v_found, v_facts);\n";

}  // namespace

std::string install_sql(int server_major) {
  std::string text(base::embedded_text(embedded_files(), "sql/install.sql"));
  struct Place {
    const char *mark, *reader, *filter;
  };
  static constexpr std::array<Place, 10> kPlaces = {
      {{"{{relations}}", "relations", "= ANY (v_rels)"},
       {"{{details}}", "details", "= ANY (v_rels)"},
       {"{{sequences}}", "sequences", "= ANY (v_rels)"},
       {"{{foreign tables}}", "foreign_tables", "= ANY (v_rels)"},
       {"{{types}}", "types", "= ANY (v_types)"},
       {"{{functions}}", "functions", "= ANY (v_funcs)"},
       {"{{schemas}}", "schemas", "= ANY (v_schemas)"},
       {"{{others}}", "others", "= ANY (v_others)"},
       {"{{privileges}}", "privileges", "= ANY (v_any)"},
       {"{{all privileges}}", "privileges", "IS NOT NULL"}}};
  for (const Place& place : kPlaces)
    text = base::replace_all(std::move(text), place.mark,
                             kGather + reader_sql(place.reader, place.filter, server_major) + kAdd);
  return text;
}

}  // namespace windlass::catalog
