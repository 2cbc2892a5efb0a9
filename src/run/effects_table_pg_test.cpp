// Every kind of object, created, altered and dropped in every way there is:
// src/run/effects_table, one statement a row with the effects it has, against
// a real server. After every row the self-check holds, too.
//
// A file is made of sections ("== name"), each begun with an empty schema `a`.
// A row is one line of SQL ("!" before one that fails), and under it, indented,
// its effects; a row without has none. An altered object is followed by the
// properties that changed. "[15-]" and "[-14]" before a row or an effect: only
// on these major versions. With WINDLASS_BLESS set, what happened is written
// into the files.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <set>

#include "run/effects_follower.h"

namespace windlass::run {

namespace {

struct Line {
  std::string text;  ///< without the condition
  std::string condition;
  std::string spelled() const { return condition + text; }
};

struct Row {
  Line sql;
  std::vector<Line> effects;
};

struct Section {
  std::string name;
  std::vector<Row> rows;
};

Line line_of(std::string_view text) {
  Line line;
  if (text.starts_with("[") && text.find(']') != std::string_view::npos) {
    line.condition = text.substr(0, text.find(']') + 1);
    text.remove_prefix(line.condition.size());
  }
  line.text = text;
  return line;
}

/// "[15-]", "[-14]", "[15-16]".
bool holds(const std::string& condition, int major) {
  const size_t dash = condition.find('-');
  if (dash == std::string::npos) return true;
  const int from = std::atoi(condition.c_str() + 1), to = std::atoi(condition.c_str() + dash + 1);
  return major >= from && (to == 0 || major <= to);
}

std::vector<Section> read_table(const std::string& text) {
  std::vector<Section> sections;
  for (const std::string_view line : base::split(text, '\n')) {
    if (base::trim(line).empty()) continue;
    if (line.starts_with("== "))
      sections.push_back({std::string(line.substr(3)), {}});
    else if (line.starts_with("    "))
      sections.back().rows.back().effects.push_back(line_of(base::trim(line)));
    else
      sections.back().rows.push_back({line_of(line), {}});
  }
  return sections;
}

std::string write_table(const std::vector<Section>& sections) {
  std::string text;
  for (const Section& section : sections) {
    text += (text.empty() ? "== " : "\n== ") + section.name + "\n";
    for (const Row& row : section.rows) {
      text += row.sql.spelled() + "\n";
      for (const Line& effect : row.effects) text += "    " + effect.spelled() + "\n";
    }
  }
  return text;
}

/// The names of the properties that differ.
std::string changed(const catalog::Effect& effect) {
  const auto before = nlohmann::json::parse(effect.before, nullptr, false),
             after = nlohmann::json::parse(effect.after, nullptr, false);
  if (!before.is_object() || !after.is_object()) return effect.before == effect.after ? "" : ": itself";
  std::set<std::string> names;
  for (const auto& [name, value] : before.items())
    if (after.value(name, nlohmann::json()) != value) names.insert(name);
  for (const auto& [name, value] : after.items())
    if (before.value(name, nlohmann::json()) != value) names.insert(name);
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? ": " : ", ") + name;
  return text;
}

std::string spell(const catalog::Effect& effect) {
  std::string text = (effect.rolled_back ? "rolled back: " : "") + catalog::to_string(effect.change) + " " +
                     catalog::to_string(effect.object);
  if (!effect.renamed_from.empty()) text += ", was " + effect.renamed_from;
  return effect.change == catalog::Change::Altered ? text + changed(effect) : text;
}

std::string joined(const std::multiset<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

class EffectsTable : public ::testing::TestWithParam<const char*> {
 protected:
  static void walk(Section& section, bool bless, int major) {
    auto connection = pg::Connection::open(EffectsServer::shared().conninfo()).value();
    ASSERT_TRUE(connection.execute("DROP SCHEMA IF EXISTS a CASCADE; CREATE SCHEMA a"));
    Follower follower;
    std::vector<Row*> open;  // of the transaction under way
    for (Row& row : section.rows) {
      if (!holds(row.sql.condition, major)) continue;
      follower.run(row.sql.text);
      open.push_back(&row);
      if (follower.in_transaction()) continue;
      ASSERT_EQ(open.size(), follower.last().size());
      for (size_t i = 0; i < open.size(); ++i) compare(*open[i], follower.last()[i], bless, major);
      open.clear();
    }
    EXPECT_TRUE(open.empty()) << "a transaction was left open";
  }

 private:
  static void compare(Row& row, const record::Statement& statement, bool bless, int major) {
    std::multiset<std::string> expected, found;  // in which order is the server's affair
    for (const Line& line : row.effects)
      if (holds(line.condition, major)) expected.insert(line.text);
    std::vector<Line> lines;
    for (const catalog::Effect& effect : statement.effects) lines.push_back({spell(effect), ""});
    for (const Line& line : lines) found.insert(line.text);
    if (!bless)
      EXPECT_EQ(joined(expected), joined(found)) << row.sql.text;
    else if (expected != found)
      row.effects = std::move(lines);
  }
};

TEST_P(EffectsTable, OneStatementARow) {
  const std::filesystem::path file = std::filesystem::path(WINDLASS_SOURCE_ROOT) / "src/run/effects_table" /
                                     (std::string(GetParam()) + ".txt");
  const auto text = base::read_file(file);
  ASSERT_TRUE(text) << file;
  std::vector<Section> sections = read_table(*text);
  ASSERT_FALSE(sections.empty());
  const bool bless = std::getenv("WINDLASS_BLESS") != nullptr;
  const int major = EffectsServer::shared().major();
  for (Section& section : sections) {
    SCOPED_TRACE(section.name);
    walk(section, bless, major);
  }
  if (bless) static_cast<void>(base::write_file(file, write_table(sections)));
}

INSTANTIATE_TEST_SUITE_P(Kinds, EffectsTable,
                         ::testing::Values("schemas", "tables", "views_and_functions", "types", "privileges",
                                           "server_wide", "others", "transactions"),
                         [](const auto& given) { return std::string(given.param); });

}  // namespace

}  // namespace windlass::run
