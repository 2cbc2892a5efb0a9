#include "populate/mentions.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace windlass::populate {
namespace {

std::string all(std::string_view text) {
  std::string found;
  for (const Mention& each : mentions(text))
    found += each.column + (each.length ? "#" : each.pattern ? "~" : "=") + each.value + " ";
  return found;
}

TEST(Mentions, AreWhatAColumnIsComparedWith) {
  EXPECT_EQ(all("status = 'new' AND n >= 5"), "status=new n=5 ");
  EXPECT_EQ(all("t.status <> 'old' OR \"My Col\" < -3"), "status=old My Col=-3 ");
  EXPECT_EQ(all("n BETWEEN 1 AND 10"), "n=1 n=10 ");
  EXPECT_EQ(all("status NOT IN ('a', 'b')"), "status=a status=b ");
  EXPECT_EQ(all("v IS DISTINCT FROM 'x'"), "v=x ");
  EXPECT_EQ(all("a < b"), "");
}

TEST(Mentions, ReadConstraintsAsTheServerWritesThem) {
  EXPECT_EQ(all("CHECK (((status)::text = ANY ((ARRAY['new'::character varying, 'old'::character "
                "varying])::text[])))"),
            "status=new status=old ");
  EXPECT_EQ(all("CHECK ((length((k)::text) = 3))"), "k#3 ");
  EXPECT_EQ(all("CHECK ((char_length(k) > 2))"), "k#2 ");
  EXPECT_EQ(all("CHECK (((plz)::text ~ '^[0-9]{5}$'::text))"), "plz~^[0-9]{5}$ ");
  EXPECT_EQ(all("CHECK ((\"E Mail\" ~* '@'::citext))"), "E Mail~@ ");
  EXPECT_EQ(all("CHECK ((sku ~~ 'SKU-____'::text))"), "sku=SKU-____ ");
  EXPECT_EQ(all("CHECK (((v !~ '^a'::text) AND (w !~~ 'b%'::text) AND (NOT (x ~ y))))"), "");
  EXPECT_EQ(all("CHECK (((n > 5000) AND ((n % 2) = 0)))"), "n=5000 ");
  EXPECT_EQ(all("CHECK (((VALUE >= 0) AND (VALUE <= 100)))"), "value=0 value=100 ");
}

TEST(Mentions, OfStatements) {
  EXPECT_EQ(all("UPDATE t SET a = 'x', b = 'y' WHERE c = 1"), "a=x b=y c=1 ");
  EXPECT_EQ(all("UPDATE t SET r = CASE status WHEN 'new' THEN 1 WHEN 'paid' THEN 2 ELSE 3 END"),
            "status=new status=paid ");
  EXPECT_EQ(all("INSERT INTO t (a, b) VALUES ('x', 1), ('y', 2)"), "");
}

TEST(Hints, AreOfTheTablesThatTheStatementNames) {
  Hints hints;
  read_hints("UPDATE app.people SET rank = 1 WHERE status = 'new'", hints);
  EXPECT_EQ(hints.values_of("people", "status"), std::vector<std::string>{"new"});
  EXPECT_TRUE(hints.values_of("other", "status").empty());
  read_hints("DELETE FROM people WHERE code ~ '^[a-z]+$'", hints);
  EXPECT_TRUE(hints.values_of("people", "code").empty());
  read_hints("DO $$ BEGIN UPDATE pets SET kind = 'cat' WHERE kind = 'tom'; END $$", hints);
  EXPECT_EQ(hints.values_of("pets", "kind"), (std::vector<std::string>{"cat", "tom"}));
}

TEST(Hints, OfWhatIsToCome) {
  Hints hints;
  read_hints("CREATE TYPE mood AS ENUM ('a', 'b')", hints);
  read_hints("ALTER TABLE t ALTER COLUMN m TYPE mood USING m::mood", hints);
  read_hints("ALTER TABLE ONLY app.t ADD CONSTRAINT f FOREIGN KEY (x, y) REFERENCES u (c, d)", hints);
  EXPECT_EQ(hints.labels["mood"], (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ((hints.coming_types[{"t", "m"}]), "mood");
  ASSERT_EQ(hints.coming_references.size(), 1U);
  EXPECT_EQ(hints.coming_references[0].table, "t");
  EXPECT_EQ(hints.coming_references[0].referenced, "u");
  EXPECT_EQ(hints.coming_references[0].referenced_columns, (std::vector<std::string>{"c", "d"}));
}

RC_GTEST_PROP(Mentions, NeverFailOnAnyText, (const std::string& text)) {
  Hints hints;
  read_hints(text, hints);
  for (const Mention& each : mentions(text + " = (a::b[) IN ('x'"))
    RC_ASSERT(!each.column.empty() || !each.value.empty());
}

}  // namespace
}  // namespace windlass::populate
