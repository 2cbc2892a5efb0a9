#include "catalog/readers.h"

#include "base/text.h"

namespace windlass::catalog {

std::string reader_sql(std::string_view reader, std::string_view filter, int server_major,
                       std::string_view written) {
  std::string text(base::embedded_text(embedded_files(), "sql/" + std::string(reader) + ".sql"));
  // The column came with PostgreSQL 14.
  text =
      base::replace_all(std::move(text), "{{compression}}", server_major >= 14 ? "a.attcompression" : "''");
  for (const std::string alias : {"c", "a", "ad", "con", "i", "ic"})
    text = base::replace_all(std::move(text), "{{new " + alias + "}}",
                             written.empty() ? "true" : base::replace_all(std::string(written), "{}", alias));
  return base::replace_all(std::move(text), "{{only}}", filter);
}

const std::vector<std::string>& reader_names() {
  static const std::vector<std::string> names = {"relations",      "details", "sequences",
                                                 "foreign_tables", "types",   "functions",
                                                 "schemas",        "others",  "privileges"};
  return names;
}

}  // namespace windlass::catalog
