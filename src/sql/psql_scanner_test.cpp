#include "sql/psql_scanner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "sql/split.h"
#include "sql/split_lexer.h"

namespace windlass::sql {
namespace {

using ::testing::ElementsAre;
using Parts = std::vector<std::string>;
using Variables = std::map<std::string, std::string>;

/// Each part as "3 SELECT 1", or "3 \command argument|argument".
Parts read(std::string_view text, const Variables& variables = {}, bool standard_strings = true) {
  PsqlScanner scanner([&](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  });
  scanner.set_standard_strings(standard_strings);
  Parts parts;
  const auto add = [&](const PsqlPart& part) {
    std::string line = std::to_string(part.line) + " ";
    if (part.kind == PsqlPart::Kind::Command) line += "\\";
    line += part.text;
    for (size_t i = 0; i < part.arguments.size(); ++i)
      line += (i == 0 ? " " : "|") + part.arguments[i].text + (part.arguments[i].shell ? " (shell)" : "");
    for (const std::string& name : part.unset) line += " (no " + name + ")";
    parts.push_back(line);
  };
  size_t at = 0, number = 0;
  while (at < text.size()) {
    const size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
    scanner.add_line(text.substr(at, end - at), ++number);
    at = end;
    for (PsqlPart part = scanner.next(); part.kind != PsqlPart::Kind::More; part = scanner.next()) add(part);
  }
  if (const PsqlPart last = scanner.finish(); last.kind != PsqlPart::Kind::More) add(last);
  return parts;
}

TEST(PsqlScanner, StatementsWithTheirLines) {
  EXPECT_THAT(read("-- a dump; of nothing\n\nSELECT 1; SELECT\n  2;;\n/* a\n; */ SELECT 3"),
              ElementsAre("3 SELECT 1", "3 SELECT\n  2", "6 SELECT 3"));
  EXPECT_THAT(
      read("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1;\nSELECT 2;\nEND;\nSELECT 3;\n"),
      ElementsAre("1 CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1;\nSELECT 2;\nEND", "4 SELECT 3"));
  EXPECT_THAT(read("CREATE RULE r AS ON INSERT TO t DO (\nSELECT 1; SELECT 2);"),
              ElementsAre("1 CREATE RULE r AS ON INSERT TO t DO (\nSELECT 1; SELECT 2)"));
  EXPECT_THAT(read("SELECT 1 \\; SELECT 2;"), ElementsAre("1 SELECT 1 ; SELECT 2"));
  EXPECT_THAT(read("SELECT 1\r\n;\r\n"), ElementsAre("1 SELECT 1"));
}

TEST(PsqlScanner, ABackslashInsideOfSomethingIsNoCommand) {
  const std::string text =
      "SELECT '\\d\n\\q', E'\\'\\i x', \"\\a\", $$\n\\i x\n$$, $t$ $$ \\q $t$ -- \\q\n/* \\q\n/* */ \\i x "
      "*/;\n";
  EXPECT_THAT(read(text), ElementsAre("1 " + text.substr(0, text.size() - 2)));
  EXPECT_THAT(read("CREATE FUNCTION f() RETURNS text BEGIN ATOMIC SELECT '\\i x';\nEND;\\i x\n"),
              ElementsAre("1 CREATE FUNCTION f() RETURNS text BEGIN ATOMIC SELECT '\\i x';\nEND", "2 \\i x"));
}

TEST(PsqlScanner, Commands) {
  EXPECT_THAT(read("\\restrict aB3\n\\connect -reuse-previous=on \"dbname='my db'\"\n"),
              ElementsAre("1 \\restrict aB3", "2 \\connect -reuse-previous=on|\"dbname='my db'\""));
  EXPECT_THAT(read("\\set a 'it''s\\n' b\\\\SELECT 1;\n\\echo `date`\n\\! rm -rf 'x\n"),
              ElementsAre("1 \\set a|it's\n|b", "1 SELECT 1", "2 \\echo `date` (shell)", "3 \\! rm -rf 'x"));
  EXPECT_THAT(read("SELECT\n\\echo hi\n 1 \\g\nSELECT 2\n"),
              ElementsAre("2 \\echo hi", "3 \\g", "1 SELECT\n\n 1 \nSELECT 2"))
      << "whoever reads takes the statement at \\g";
  EXPECT_THAT(read("\\copy t from 'a b' with csv\n\\x\\t\n"),
              ElementsAre("1 \\copy t from 'a b' with csv", "2 \\x", "2 \\t"));
  EXPECT_EQ((PsqlArgument{"\"a \"\"b\"\"\"c", false}).as_name(), "a \"b\"c");
}

TEST(PsqlScanner, Variables) {
  const Variables set = {{"n", "1"}, {"who", "it's \\ \"me\""}, {"two", "2; SELECT 3"}, {"self", ":self"}};
  EXPECT_THAT(read("SELECT :n, :'who', :\"who\", a::n, f(x := :n);", set),
              ElementsAre("1 SELECT 1,  E'it''s \\\\ \"me\"', \"it's \\ \"\"me\"\"\", a::n, f(x := 1)"));
  EXPECT_THAT(read("SELECT :two;", set), ElementsAre("1 SELECT 2", "1 SELECT 3"));
  EXPECT_THAT(read("SELECT :self;", set), ElementsAre("1 SELECT :self"));
  EXPECT_THAT(read("SELECT ':n', a[1:m], :'m', :{?n}, :{?m};", set),
              ElementsAre("1 SELECT ':n', a[1:m], :'m', TRUE, FALSE (no m) (no m)"));
  EXPECT_THAT(read("\\if :{?n}\n\\i dir/:n.sql\n", set), ElementsAre("1 \\if TRUE", "2 \\i dir/1.sql"));
}

TEST(PsqlScanner, StringsOfOldServers) {
  EXPECT_THAT(read("SELECT 'a\\'; b';", {}, false), ElementsAre("1 SELECT 'a\\'; b'"));
  EXPECT_THAT(read("SELECT 'a\\'; SELECT 1;", {}, true), ElementsAre("1 SELECT 'a\\'", "1 SELECT 1"));
}

TEST(PsqlScanner, BackToAMark) {
  PsqlScanner scanner(nullptr);
  scanner.add_line("SELECT 1\n", 1);
  EXPECT_EQ(scanner.next().kind, PsqlPart::Kind::More);
  const PsqlScanner::Mark mark = scanner.mark();
  scanner.add_line(", (2\n", 2);
  EXPECT_EQ(scanner.next().kind, PsqlPart::Kind::More);
  scanner.back_to(mark);
  scanner.add_line(", 3;", 3);
  EXPECT_EQ(scanner.next().text, "SELECT 1\n, 3");
}

/// Without the comments in front.
std::string without_head(std::string_view text) {
  SplitLexer lexer(text);
  SplitToken token;
  while (lexer.next(token))
    if (token.kind != TokenKind::Comment) return std::string(text.substr(token.start));
  return "";
}

/// Cut as whole: a comment in front of a statement, and what trails it, are nobody's.
TEST(PsqlScanner, OfPlainSqlItSeesWhatSplitSees) {
  EXPECT_TRUE(rc::check([] {
    const auto pieces =
        *rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(std::vector<std::string>{
            "a",       " ",         "\n",     ";",       "'",     "''",  "\"",      "$$",   "$t$",
            "$1",      "--",        "/*",     "*/",      "(",     ")",   "E'",      "U&\"", "1.5",
            "CREATE ", "FUNCTION ", "BEGIN ", "ATOMIC ", "CASE ", "END", "\xc3\xa9"}));
    const std::string text = base::join(pieces, "");
    Parts whole, lines;
    for (const StatementSpan& span : split(text)) whole.emplace_back(base::trim(without_head(span.in(text))));
    for (const std::string& part : read(text)) {
      const std::string statement = part.substr(part.find(' ') + 1);
      // split() leaves out a comment at the end.
      const std::vector<StatementSpan> only = split(statement);
      RC_ASSERT(only.size() == 1u);
      lines.emplace_back(base::trim(only[0].in(statement)));
    }
    RC_ASSERT(lines == whole);
  }));
}

}  // namespace
}  // namespace windlass::sql
