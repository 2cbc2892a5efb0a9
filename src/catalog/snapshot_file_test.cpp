#include "catalog/snapshot_file.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/text.h"
#include "catalog/definition.h"

namespace windlass::catalog {
namespace {

LiveRead a_read() {
  LiveRead read;
  read.server_major = 15;
  read.server_version = "15.18";
  read.database = "shop";
  read.snapshot.facts = {{{"column", "public.users.email"}, R"({"type":"text"})", "1", "1"},
                         {{"comment", "table public.users"}, R"("people \"here\"")", "2", "1"},
                         {{"table", "public.users"}, R"({"owner":"app"})", "1", "1"}};
  read.not_visible = {{{"user mapping", "app on server other"}, "its options"}};
  read.not_modelled = {{{"large object", ""}, "3; they are data"}};
  read.ignored = {{"extension hstore", 12}};
  return read;
}

TEST(SnapshotFile, ComesBackAsItWas) {
  const LiveRead read = a_read();
  const std::string text = snapshot_json(read);
  EXPECT_TRUE(looks_like_snapshot(text));
  const auto back = parse_snapshot(text, "a.json");
  ASSERT_TRUE(back) << base::describe(back.error());
  EXPECT_EQ(snapshot_json(*back), text);
  EXPECT_EQ(back->snapshot.facts.size(), 3u);
  EXPECT_EQ(back->ignored[0].objects, 12u);
  EXPECT_EQ(back->not_visible[0].reason, "its options");
}

TEST(SnapshotFile, AFactIsALine) {
  const std::string text = snapshot_json(a_read());
  EXPECT_TRUE(base::contains(
      text,
      "\n  {\"kind\":\"column\",\"name\":\"public.users.email\",\"definition\":{\"type\":\"text\"}},\n"));
}

TEST(SnapshotFile, TheFingerprintIsOfContentAndMajor) {
  const LiveRead read = a_read();
  const std::string whole = fingerprint(read.snapshot, 15);
  EXPECT_TRUE(whole.starts_with("2:15:sha256:")) << whole;
  EXPECT_NE(fingerprint(read.snapshot, 16), whole);
  LiveRead other = a_read();
  other.server_version = "15.2";
  other.not_visible.clear();
  EXPECT_EQ(fingerprint(other.snapshot, 15), whole);
  other.snapshot.facts[0].definition = "{}";
  EXPECT_NE(fingerprint(other.snapshot, 15), whole);
}

TEST(SnapshotFile, WhatIsWrongIsSaid) {
  const std::string text = snapshot_json(a_read());
  const auto got = [](const std::string& bad) {
    const auto read = parse_snapshot(bad, "a.json");
    EXPECT_FALSE(read);
    return read ? std::string() : read.error().got;
  };
  const auto with = [&](const std::string& from, const std::string& to) {
    EXPECT_TRUE(base::contains(text, from)) << from;
    return base::replace_all(text, from, to);
  };
  EXPECT_EQ(got("no json"), "it is no JSON document");
  EXPECT_EQ(got("[]"), "it is no JSON document");
  EXPECT_TRUE(base::contains(got(R"({"schema":"windlass.check/1"})"), "its schema is \"windlass.check/1\""));
  EXPECT_TRUE(base::contains(got(R"({"schema":"windlass.snapshot/1","server":7})"), "which server"));
  EXPECT_TRUE(base::contains(got(with("\"text\"", "\"int\"")), "it was edited"));
  EXPECT_TRUE(base::contains(got(with("\"fingerprint\": \"2:", "\"fingerprint\": \"1:")), "format 1"));
  EXPECT_TRUE(base::contains(got(with("\"kind\":\"column\",", "")), "fact 1 has no kind"));
  EXPECT_TRUE(base::contains(got(with("\"reason\":\"its options\"", "\"reason\":1")), "\"not_visible\""));
  EXPECT_TRUE(base::contains(got(with("\"objects\":12", "\"objects\":-1")), "\"ignored\""));
  EXPECT_TRUE(base::contains(got(text.substr(0, text.size() / 2)), "no JSON"));
}

LiveRead with_statements() {
  LiveRead read = a_read();
  read.statements =
      Statements{"pg_dump 15.18", "app", {"SET x = 1", "CREATE TABLE t (\n  a int\n)"}, {"server s"}, {}, {}};
  return read;
}

TEST(SnapshotFile, StatementsComeBackAndAreNoPartOfTheFingerprint) {
  const LiveRead read = with_statements();
  const std::string text = snapshot_json(read);
  EXPECT_TRUE(base::contains(text, fingerprint(a_read().snapshot, 15)));
  EXPECT_TRUE(base::contains(text, "\n  \"CREATE TABLE t (\\n  a int\\n)\"\n")) << text;
  const auto back = parse_snapshot(text, "a.json");
  ASSERT_TRUE(back) << base::describe(back.error());
  EXPECT_EQ(snapshot_json(*back), text);
  ASSERT_TRUE(back->statements);
  EXPECT_EQ(back->statements->sql, read.statements->sql);
  EXPECT_EQ(back->statements->role, "app");
  EXPECT_EQ(back->statements->secrets, read.statements->secrets);
}

TEST(SnapshotFile, WhyThereAreNoStatementsComesBack) {
  LiveRead read = a_read();
  read.statements = Statements{{}, {}, {}, {}, "there is no pg_dump", "Install it."};
  const auto back = parse_snapshot(snapshot_json(read), "a.json");
  ASSERT_TRUE(back) << base::describe(back.error());
  ASSERT_TRUE(back->statements);
  EXPECT_EQ(back->statements->left_out, "there is no pg_dump");
  EXPECT_EQ(back->statements->hint, "Install it.");
}

TEST(SnapshotFile, StatementsThatSomebodyEditedAreRefused) {
  const std::string text = snapshot_json(with_statements());
  const auto got = [&](const std::string& from, const std::string& to) {
    EXPECT_TRUE(base::contains(text, from)) << from;
    const auto read = parse_snapshot(base::replace_all(text, from, to), "a.json");
    EXPECT_FALSE(read) << from;
    return read ? std::string() : read.error().got;
  };
  for (const auto& [from, to] : {std::pair<const char*, const char*>{"SET x = 1", "DROP TABLE t"},
                                 {"\"role\":\"app\"", "\"role\":\"boss\""},
                                 {"pg_dump 15.18", "pg_dump 16.1"},
                                 {"[\"server s\"]", "[]"},
                                 {"\"SET x = 1\",", ""}})
    EXPECT_TRUE(base::contains(got(from, to), "digest of its statements")) << from;
  EXPECT_TRUE(base::contains(got("\"sql\":[", "\"sql\":[7,"), "neither statements"));
  EXPECT_TRUE(base::contains(got("\"sql\":", "\"text\":"), "neither statements"));
}

TEST(SnapshotFile, StatementsOfAnotherSnapshotAreRefused) {
  LiveRead other = with_statements();
  other.server_major = 16;
  const std::string of_other = snapshot_json(other), text = snapshot_json(a_read());
  const size_t statements = of_other.find(",\n \"statements\"");
  ASSERT_NE(statements, std::string::npos);
  const auto read = parse_snapshot(text.substr(0, text.rfind("\n}")) + of_other.substr(statements), "a.json");
  ASSERT_FALSE(read);
  EXPECT_TRUE(base::contains(read.error().got, "digest of its statements"));
}

RC_GTEST_PROP(SnapshotFile, AnyStatementsComeBack, ()) {
  LiveRead read = a_read();
  Statements statements;
  for (const std::string& each :
       *rc::gen::container<std::vector<std::string>>(rc::gen::string<std::string>()))
    statements.sql.push_back(base::valid_utf8(each));
  statements.role = base::valid_utf8(*rc::gen::string<std::string>());
  read.statements = statements;
  const auto back = parse_snapshot(snapshot_json(read), "any.json");
  RC_ASSERT(back.has_value());
  RC_ASSERT(back->statements->sql == statements.sql);
  RC_ASSERT(back->statements->role == statements.role);
}

RC_GTEST_PROP(SnapshotFile, AnyNamesAndDefinitionsComeBack, ()) {
  LiveRead read;
  read.server_major = 15;
  read.server_version = "15.1";
  const auto names = *rc::gen::container<std::vector<std::string>>(rc::gen::string<std::string>());
  for (const std::string& name : names)
    read.snapshot.facts.push_back(
        {{"table", base::valid_utf8(name)}, canonical(std::string_view(name)), "", ""});
  read.snapshot.sort();
  const auto back = parse_snapshot(snapshot_json(read), "any.json");
  RC_ASSERT(back.has_value());
  RC_ASSERT(fingerprint(back->snapshot, 15) == fingerprint(read.snapshot, 15));
}

}  // namespace
}  // namespace windlass::catalog
