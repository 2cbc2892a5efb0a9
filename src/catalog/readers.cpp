#include "catalog/readers.h"

#include <algorithm>
#include <array>

#include "base/text.h"

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
  };
  return all;
}

// One table, whose name and kind the event trigger knows.
constexpr const char* kOneTable =
    "WITH rel AS (SELECT v_rel AS oid, v_kind AS relkind, v_name AS name, '1259:' || v_rel || ':0' AS grp)\n";
// Rows of this transaction that are younger than what the report before told of.
constexpr const char* kYounger = "(pg_catalog.age({}.xmin) <= v_age AND {}.cmin::text::bigint > v_before)";

/// Without the lines that are comments: the server reads them again and again.
std::string file(std::string_view name) {
  std::string text;
  for (const std::string_view line :
       base::split(base::embedded_text(embedded_files(), "sql/" + std::string(name) + ".sql"), '\n'))
    if (!base::trim(line).starts_with("--")) text.append(line) += '\n';
  return text;
}

}  // namespace

std::string reader_sql(std::string_view reader, std::string_view filter, int server_major) {
  const auto found = std::find_if(readers().begin(), readers().end(),
                                  [reader](const Reader& r) { return r.name == reader; });
  const bool written = filter == kWritten;
  std::string text = written ? kOneTable : found->source.empty() ? "" : file(found->source);
  for (size_t i = 0; i < found->parts.size(); ++i)
    text += (i > 0 ? "UNION ALL\n" : "") + file(found->parts[i]);
  for (const std::string alias : {"a", "ad", "con", "i", "ic"})
    text = base::replace_all(std::move(text), "{{new " + alias + "}}",
                             written ? base::replace_all(kYounger, "{}", alias) : "true");
  // The column came with PostgreSQL 14.
  text =
      base::replace_all(std::move(text), "{{compression}}", server_major >= 14 ? "a.attcompression" : "''");
  return base::replace_all(std::move(text), "{{only}}", filter);
}

const std::vector<std::string>& reader_names() {
  static const std::vector<std::string> names = {"relations", "details", "sequences", "types and comments",
                                                 "functions", "schemas", "others",    "privileges"};
  return names;
}

}  // namespace windlass::catalog
