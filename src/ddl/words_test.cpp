#include "ddl/words.h"

#include <gtest/gtest.h>

namespace windlass::ddl {

namespace {

TEST(Words, KindsAsStatementsHaveThem) {
  EXPECT_EQ(keyword("materialized view"), "MATERIALIZED VIEW");
  EXPECT_EQ(keyword("table column"), "COLUMN");
  EXPECT_EQ(keyword("foreign-data wrapper"), "FOREIGN DATA WRAPPER");
  EXPECT_EQ(keyword("statistics object"), "STATISTICS");
}

TEST(Words, Comments) {
  EXPECT_EQ(comment_sql({"table constraint", "c on public.t"}, "'x'"),
            "COMMENT ON CONSTRAINT c on public.t IS 'x'");
  EXPECT_EQ(comment_sql({"domain constraint", "c on public.d"}, "NULL"),
            "COMMENT ON CONSTRAINT c on DOMAIN public.d IS NULL");
}

Schema schema_of(const std::vector<catalog::Fact>& facts, const std::map<std::string, Named>& named) {
  catalog::Snapshot snapshot{facts};
  snapshot.sort();
  return {snapshot, 15, named, {}};
}

TEST(Words, Drops) {
  const Schema schema = schema_of({{{"table", "public.The T"}, "{}", "1259:1:0", "1259:1:0"},
                                   {{"column", "public.The T.a.b"}, "{}", "1259:1:2", "1259:1:0"},
                                   {{"constraint", "public.The T.c"}, "{}", "2606:3:0", "1259:1:0"},
                                   {{"comment", "table public.The T"}, "\"x\"", "c:1259:1:0", "1259:1:0"},
                                   {{"user mapping", "app on server s"}, "{}", "1418:4:0", "1418:4:0"},
                                   {{"transform", "for integer on language l"}, "{}", "3576:5:0", "3576:5:0"},
                                   {{"privilege", "table public.The T"}, "[]", "a:1259:1:0", "acl:1259:1:0"}},
                                  {{"1259:1:0", {"table", "public.\"The T\""}},
                                   {"1259:1:2", {"table column", "public.\"The T\".\"a.b\""}},
                                   {"2606:3:0", {"table constraint", "c on public.\"The T\""}},
                                   {"1418:4:0", {"user mapping", "app on server s"}},
                                   {"3576:5:0", {"transform", "for integer on language l"}}});
  EXPECT_EQ(drop_sql({"table", "public.The T"}, schema), "DROP TABLE public.\"The T\"");
  EXPECT_EQ(drop_sql({"column", "public.The T.a.b"}, schema),
            "ALTER TABLE public.\"The T\" DROP COLUMN \"a.b\"");
  EXPECT_EQ(drop_sql({"constraint", "public.The T.c"}, schema),
            "ALTER TABLE public.\"The T\" DROP CONSTRAINT c");
  EXPECT_EQ(drop_sql({"comment", "table public.The T"}, schema), "COMMENT ON TABLE public.\"The T\" IS NULL");
  EXPECT_EQ(drop_sql({"user mapping", "app on server s"}, schema), "DROP USER MAPPING FOR app SERVER s");
  EXPECT_EQ(drop_sql({"transform", "for integer on language l"}, schema),
            "DROP TRANSFORM for integer LANGUAGE l");
  EXPECT_EQ(drop_sql({"privilege", "table public.The T"}, schema), "");
  EXPECT_EQ(drop_sql({"table", "public.unknown"}, schema), "");
}

}  // namespace

}  // namespace windlass::ddl
