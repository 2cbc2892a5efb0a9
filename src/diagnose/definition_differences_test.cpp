#include "diagnose/definition_differences.h"

#include <gtest/gtest.h>

namespace windlass::diagnose {
namespace {

std::vector<std::string> words(const std::vector<Difference>& differences) {
  std::vector<std::string> all;
  for (const Difference& each : differences) all.push_back(each.words);
  return all;
}

using Words = std::vector<std::string>;

Words own(const std::string& kind, const std::string& there, const std::string& wanted) {
  const catalog::Object object{kind, "public.t.x"};
  return words(own_differences({object, there}, {object, wanted}));
}

TEST(DefinitionDifferences, AColumn) {
  EXPECT_EQ(own("column", R"j({"type":"integer"})j", R"j({"type":"bigint"})j"),
            (Words{"column \"x\": integer there, bigint wanted"}));
  EXPECT_EQ(
      own("column", R"j({"type":"text","not_null":true,"default":"'a'::text"})j", R"j({"type":"text"})j"),
      (Words{"column \"x\": (NOT NULL, default 'a') there, (nullable, no default) wanted"}));
  EXPECT_EQ(own("column", R"j({"type":"integer","identity":"always"})j",
                R"j({"type":"integer","default":"nextval('s'::regclass)"
})j"),
            (Words{"column \"x\": identity always there, a sequence wanted"}));
}

TEST(DefinitionDifferences, AColumnThatMeansTheSame) {
  EXPECT_EQ(own("column", R"j({"type":"timestamp","default":"now()"})j",
                R"j({"type":"timestamp","default":"CURRENT_TIMESTAMP"})j"),
            Words{});
  EXPECT_EQ(own("column", R"j({"type":"integer","default":"nextval('a_id_seq'::regclass)"
  })j",
                R"j({"type":"integer","default":"nextval('b_id_seq'::regclass)"
  })j"),
            Words{});
  // Set by other statements, or named by the server.
  EXPECT_EQ(own("column",
                R"j({"type":"text","statistics":5,"storage":"m","not_null":true,"not_null_constraint":"a"})j",
                R"j({"type":"text","not_null":true,"not_null_constraint":"b"})j"),
            Words{});
}

TEST(DefinitionDifferences, ATable) {
  const Defined table{{"table", "public.t"}, R"j({"owner":"a"})j"};
  const auto column = [](const char* name, const char* definition) {
    return Defined{{"column", std::string("public.t.") + name}, definition};
  };
  const auto found = table_differences(
      table, {column("id", R"j({"type":"integer"})j"), column("old", R"j({"type":"text"})j")},
      {table.object, R"j({"owner":"b","persistence":"unlogged"})j"},
      {column("id", R"j({"type":"integer"})j"), column("new", R"j({"type":"jsonb"})j")});
  EXPECT_EQ(words(found), (Words{"persistence: none there, unlogged wanted",
                                 "column \"new\" (jsonb) is wanted and not there",
                                 "column \"old\" (text) is there and not wanted"}));
  EXPECT_EQ(found[1].about, Difference::About::Missing);
  EXPECT_EQ(found[2].about, Difference::About::Extra);
  EXPECT_EQ(words(table_differences(table, {}, {table.object, R"j({"owner":"b"})j"}, {})), Words{});
}

TEST(DefinitionDifferences, Constraints) {
  const auto constraint = [](const char* name, const char* definition) {
    return Defined{{"constraint", std::string("public.t.") + name},
                   "{\"definition\":\"" + std::string(definition) + "\"}"};
  };
  const Defined key = constraint("users_pkey", "PRIMARY KEY (id)");
  // By meaning, whatever the name.
  EXPECT_EQ(words(constraint_differences({key}, {key}, {constraint("t_pkey", "PRIMARY KEY (id)")})), Words{});
  const Defined check = constraint("ck", "CHECK ((a > 0))");
  EXPECT_EQ(words(constraint_differences({key, check}, {check}, {key, constraint("uq", "UNIQUE (a)")})),
            (Words{"constraint \"uq\" (UNIQUE (a)) is wanted and not there",
                   "constraint \"ck\" (CHECK ((a > 0))) is there and not wanted"}));
  const Defined one = constraint("fk", "FOREIGN KEY (a) REFERENCES b(id)");
  EXPECT_EQ(
      words(constraint_differences({one}, {one},
                                   {constraint("fk", "FOREIGN KEY (a) REFERENCES b(id) ON DELETE CASCADE")})),
      (Words{"constraint \"fk\": FOREIGN KEY (a) REFERENCES b(id) there, FOREIGN KEY (a) REFERENCES b(id) "
             "ON DELETE CASCADE wanted"}));
  // What was added by itself is not told of.
  EXPECT_EQ(words(constraint_differences({key, check}, {}, {key})), Words{});
}

TEST(DefinitionDifferences, Types) {
  EXPECT_EQ(own("type", R"j({"is":"enum","labels":["a","b"],"owner":"x"})j",
                R"j({"is":"enum","labels":["a","c"],"owner":"y"})j"),
            (Words{"label \"c\" is wanted and not there", "label \"b\" is there and not wanted"}));
  EXPECT_EQ(own("type", R"j({"is":"enum","labels":["a","b"]})j", R"j({"is":"enum","labels":["b","a"]})j"),
            (Words{"the order of the labels: a, b there, b, a wanted"}));
  EXPECT_EQ(own("type", R"j({"is":"enum","labels":["a"]})j", R"j({"is":"domain","of":"text"})j"),
            (Words{"the kind of type: enum there, domain wanted"}));
  // The server names a domain's check after the domain that had the name then.
  EXPECT_EQ(own("type", R"j({"is":"domain","of":"integer","checks":{"a_check":"CHECK ((VALUE > 0))"
  }
  })j",
                R"j({"is":"domain","of":"integer","checks":{"b_check":"CHECK ((VALUE > 0))"
  }
  })j"),
            Words{});
  EXPECT_EQ(own("type", R"j({"is":"domain","of":"integer","checks":{"a":"CHECK ((VALUE > 0))"
  }
  })j",
                R"j({"is":"domain","of":"integer","not_null":true})j"),
            (Words{"(nullable, checks: CHECK ((VALUE > 0))) there, (NOT NULL, checks: none) wanted"}));
  EXPECT_EQ(own("type", R"j({"is":"composite","attributes":[["a","integer"]]})j",
                R"j({"is":"composite","attributes":[["a","text"]]})j"),
            (Words{"attributes a integer there, a text wanted"}));
}

TEST(DefinitionDifferences, OtherKinds) {
  EXPECT_EQ(
      own("index", R"j({"definition":"CREATE INDEX a ON public.t USING btree (x)"})j",
          R"j({"definition":"CREATE UNIQUE INDEX a ON public.t USING btree (x) WHERE (x > 0)"
})j"),
      (Words{"ON public.t USING btree (x) there, UNIQUE ON public.t USING btree (x) WHERE (x > 0) wanted"}));
  EXPECT_EQ(own("constraint", R"j({"definition":"CHECK ((a > 0)) NOT VALID","valid":false})j",
                R"j({"definition":"CHECK ((a > 0))"
  })j"),
            (Words{"NOT VALID there, valid wanted"}));
  EXPECT_EQ(own("sequence", R"j({"owner":"a","sequence":{"start":1,"type":"bigint"}})j",
                R"j({"owner":"b","sequence":{"start":5,"type":"bigint"}})j"),
            (Words{"start 1 there, 5 wanted"}));
  EXPECT_EQ(own("view", R"j({"definition":" SELECT 1 AS a;","owner":"a"})j",
                R"j({"definition":" SELECT 1 AS a,\n    2 AS b;","owner":"b"})j"),
            (Words{"SELECT 1 AS a there, SELECT 1 AS a, 2 AS b wanted"}));
  // White space apart, a body is the same.
  EXPECT_EQ(own("function", R"j({"definition":"CREATE FUNCTION f() AS $$\nBEGIN\n  x;\nEND$$"})j",
                R"j({"definition":"CREATE FUNCTION f() AS $$ BEGIN x; END$$"})j"),
            Words{});
  EXPECT_EQ(own("policy", R"j({"command":"ALL","using":"a"})j", R"j({"command":"ALL"})j"),
            (Words{"using a there, none wanted"}));
  EXPECT_EQ(own("schema", R"j({"owner":"a"})j", R"j({"owner":"b"})j"), (Words{"owner a there, b wanted"}));
  EXPECT_EQ(own("statistics", R"j({"definition":"a"})j", R"j({"definition":"b"})j"), Words{});
}

}  // namespace
}  // namespace windlass::diagnose
