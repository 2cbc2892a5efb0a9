#include "catalog/install.h"

#include <array>
#include <utility>

#include "base/text.h"
#include "catalog/readers.h"

namespace windlass::catalog {

std::string install_sql(int server_major) {
  std::string text(base::embedded_text(embedded_files(), "sql/install.sql"));
  // Rows of this transaction, younger than what the report before told of.
  static constexpr const char* kWritten =
      "(pg_catalog.age({}.xmin) <= v_age AND {}.cmin::text::bigint > v_before)";
  struct Place {
    const char *mark, *reader, *filter;
    const char* written = "";
  };
  static constexpr std::array<Place, 12> kPlaces = {
      {{"{{written relations}}", "relations", "= ANY (v_rels)", kWritten},
       {"{{written sequences}}", "sequences", "= ANY (v_sequences)"},
       {"{{relations}}", "relations", "= ANY (v_rels)"},
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
                             reader_sql(place.reader, place.filter, server_major, place.written));
  return text;
}

}  // namespace windlass::catalog
