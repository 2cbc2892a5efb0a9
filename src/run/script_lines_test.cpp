#include "run/script_lines.h"

#include <gtest/gtest.h>

namespace windlass::run {
namespace {

std::vector<int> lines_of(const std::vector<std::string>& statements, std::string_view text) {
  record::Recording recording;
  for (const std::string& each : statements) {
    recording.statements.emplace_back();
    recording.statements.back().text = each;
  }
  name_lines(recording, "fix.sql", text);
  std::vector<int> lines;
  for (const record::Statement& statement : recording.statements) {
    EXPECT_EQ(statement.source.location.file, "fix.sql");
    lines.push_back(statement.source.location.line);
  }
  return lines;
}

TEST(ScriptLines, WhereTheStatementBegins) {
  EXPECT_EQ(lines_of({"BEGIN", "CREATE TABLE a (id int)", "COMMIT"},
                     "\\set ON_ERROR_STOP 1\nBEGIN;\n\n-- a table\n  CREATE TABLE a (id int);\nCOMMIT;\n"),
            (std::vector<int>{2, 5, 6}));
}

TEST(ScriptLines, WhateverWhiteSpaceAndCommentsAreInIt) {
  const std::string file = "SELECT 1;\nCREATE TABLE a ( -- one\n  id int, /* two\n */ b text\n);\n";
  EXPECT_EQ(lines_of({"CREATE TABLE a (\n  id int,  b text\n)"}, file), std::vector<int>{2});
  EXPECT_EQ(lines_of({"CREATE TABLE a ( -- one\n  id int, /* two\n */ b text\n)"}, file),
            std::vector<int>{2});
}

TEST(ScriptLines, TheSameTextTwiceIsTwoPlaces) {
  EXPECT_EQ(lines_of({"SELECT 1", "SELECT 1", "SELECT 1"}, "SELECT 1;\nSELECT 1;\n"),
            (std::vector<int>{1, 2, 1}));
}

TEST(ScriptLines, InAProgramOfAnotherLanguage) {
  EXPECT_EQ(lines_of({"CREATE TYPE t AS ENUM ('a')"},
                     "#!/bin/sh\npsql <<SQL\nCREATE TYPE t\n  AS ENUM ('a');\nSQL\n"),
            std::vector<int>{3});
}

TEST(ScriptLines, NoLineWhereTheTextIsNotThere) {
  EXPECT_EQ(lines_of({"CREATE TABLE a (id int)", "", "/* only */"}, "CREATE TABLE :name (id int);"),
            (std::vector<int>{0, 0, 0}));
  EXPECT_EQ(lines_of({"SELECT 1"}, ""), std::vector<int>{0});
}

TEST(ScriptLines, APlaceThatIsKnownStays) {
  record::Recording recording;
  recording.statements.emplace_back();
  recording.statements[0].text = "SELECT 1";
  recording.statements[0].source.location = {"lib/db.py", 7, 3};
  name_lines(recording, "fix.py", "SELECT 1");
  EXPECT_EQ(base::to_string(recording.statements[0].source.location), "lib/db.py:7");
}

}  // namespace
}  // namespace windlass::run
