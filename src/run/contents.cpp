#include "run/contents.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "base/embedded.h"
#include "base/text.h"
#include "run/kept_cases.h"

namespace windlass::run {

std::span<const base::Embedded> embedded_files();

namespace {

/// A text of all rows is made on the server, and the work must stay well below that of a run.
constexpr long kMostBytes = 8L << 20;
constexpr int kSequencesAtOnce = 200;

std::optional<std::string> rows_of(pg::Connection& connection, const std::string& relation) {
  const auto digest =
      connection.query(fmt::format("SELECT pg_catalog.md5(pg_catalog.string_agg(t::pg_catalog.text, E'\\n' "
                                   "ORDER BY t.ctid)) FROM ONLY {} t",
                                   relation));
  if (!digest || digest->size() != 1) return std::nullopt;
  return std::string(digest->at(0, 0));
}

/// Adds where they stand, each.
bool add_sequences(pg::Connection& connection, const std::vector<std::string>& sequences, std::string& all) {
  for (size_t begin = 0; begin < sequences.size(); begin += kSequencesAtOnce) {
    std::string question;
    for (size_t i = begin; i < std::min(sequences.size(), begin + kSequencesAtOnce); ++i)
      question += fmt::format("{}SELECT {}, last_value, is_called FROM {}", i == begin ? "" : " UNION ALL ",
                              i, sequences[i]);
    const auto answer = connection.query(question + " ORDER BY 1");
    if (!answer) return false;
    for (int row = 0; row < answer->size(); ++row)
      all.append(answer->at(row, 1)).append(answer->at(row, 2)).push_back('\0');
  }
  return true;
}

bool same_catalog(const catalog::Snapshot& one, const catalog::Snapshot& other) {
  return digest_of(one) == digest_of(other);
}

}  // namespace

std::optional<std::string> read_contents(pg::Connection& connection) {
  const auto relations = connection.query(base::embedded_text(embedded_files(), "sql/filled_relations.sql"));
  if (!relations) return std::nullopt;
  std::string all;
  std::vector<std::string> sequences;
  long bytes = 0;
  for (int row = 0; row < relations->size(); ++row) {
    const std::string_view kind = relations->at(row, 2);
    if (kind == "large object") return std::nullopt;
    const std::string name = pg::quote_identifier(relations->at(row, 0), relations->at(row, 1));
    all.append(name).push_back('\0');
    if (kind == "S") {
      sequences.push_back(name);
      continue;
    }
    long size = 0;
    const std::string_view text = relations->at(row, 3);
    std::from_chars(text.data(), text.data() + text.size(), size);
    if ((bytes += size) > kMostBytes) return std::nullopt;
    const auto rows = rows_of(connection, name);
    if (!rows) return std::nullopt;
    all.append(*rows).push_back('\0');
  }
  if (!add_sequences(connection, sequences, all)) return std::nullopt;
  return base::sha256(all);
}

bool same_state(const LeftState& one, const LeftState& other) {
  if (one.databases != other.databases || one.roles != other.roles || one.catalogs.empty() ||
      one.catalogs.size() != other.catalogs.size() || !one.server_wide || !other.server_wide ||
      !same_catalog(*one.server_wide, *other.server_wide))
    return false;
  return std::all_of(one.catalogs.begin(), one.catalogs.end(), [&](const auto& item) {
    const auto catalog = other.catalogs.find(item.first);
    const auto here = one.contents.find(item.first), there = other.contents.find(item.first);
    return catalog != other.catalogs.end() && here != one.contents.end() && there != other.contents.end() &&
           here->second == there->second && same_catalog(item.second, catalog->second);
  });
}

}  // namespace windlass::run
