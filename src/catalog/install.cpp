#include "catalog/install.h"

#include <array>
#include <utility>

#include "base/text.h"
#include "catalog/readers.h"

namespace windlass::catalog {

namespace {

// Around a reader: its rows as JSON arrays, added to those in v_facts.
constexpr const char* kGather =
    "SELECT pg_catalog.string_agg(pg_catalog.json_build_array(f.kind, f.name, f.definition, f.id, "
    "f.grp)::text, ',') INTO v_found FROM (\n";
constexpr const char* kAdd =
    ") f(kind, name, definition, id, grp);\n"
    "v_facts := COALESCE(v_facts || ',' || v_found, v_found, v_facts);\n";

}  // namespace

std::string install_sql(int server_major) {
  std::string text(base::embedded_text(embedded_files(), "sql/install.sql"));
  struct Place {
    const char *mark, *reader, *filter;
  };
  static constexpr std::array<Place, 15> kPlaces = {
      {{"{{written tables}}", "tables", "= v_rel"},
       {"{{written columns}}", "columns", "written"},
       {"{{written constraints}}", "constraints", "written"},
       {"{{written indexes}}", "indexes", "written"},
       {"{{written sequences}}", "sequences", "= ANY (v_sequences)"},
       {"{{written types}}", "types", "= ANY (v_types)"},
       {"{{relations}}", "relations", "= ANY (v_rels)"},
       {"{{details}}", "details", "= ANY (v_rels)"},
       {"{{sequences}}", "sequences", "= ANY (v_rels)"},
       {"{{types}}", "types and comments", "= ANY (v_types)"},
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
