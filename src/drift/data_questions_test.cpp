#include "drift/data_questions.h"

#include <gtest/gtest.h>

#include <utility>

namespace windlass::drift {
namespace {

using catalog::Object;

class Asked {
 public:
  void has(const std::string& kind, const std::string& name, const std::string& definition) {
    real.facts.push_back({{kind, name}, definition, "", ""});
  }
  void makes(const std::string& kind, const std::string& name, const std::string& definition) {
    chain.objects[{kind, name}].push_back({1, "1", {"1.py", 5, 0}, true, definition});
  }
  void sends(const std::string& text) {
    run.recording.statements.emplace_back();
    run.recording.statements.back().text = text;
    run.recording.statements.back().source.revision = "1";
  }
  /// With what it does to an object.
  void sends(const std::string& text, const Object& object, catalog::Change change,
             const std::string& after) {
    sends(text);
    record::Statement& statement = run.recording.statements.back();
    statement.n = static_cast<int>(run.recording.statements.size());
    statement.source.location = {"1.py", statement.n, 0};
    statement.effects.push_back({object, change, "", after, ""});
  }
  /// A column that the chain adds and the database has not.
  void adds(const std::string& text, const std::string& name, const std::string& definition) {
    sends(text, {"column", name}, catalog::Change::Created, definition);
    makes("column", name, definition);
  }
  DataQuestions ask(const std::set<std::string>& applied = {}) {
    chain.revisions = {"1"};
    real.sort();
    return data_questions(chain, run, real, applied);
  }
  /// What stands in the innermost FROM of each question.
  std::vector<std::string> rows() {
    std::vector<std::string> all;
    for (const DataQuestion& question : ask().questions) {
      const std::string head = "SELECT count(*) FROM (SELECT 1 FROM ", tail = " LIMIT 1000) AS asked";
      EXPECT_TRUE(question.sql.starts_with(head) && question.sql.ends_with(tail)) << question.sql;
      all.push_back(question.sql.substr(head.size(), question.sql.size() - head.size() - tail.size()));
    }
    return all;
  }

  Timeline chain;
  run::Evidence run;
  catalog::Snapshot real;
};

std::vector<std::string> of_constraint(const std::string& definition) {
  Asked test;
  test.has("table", "public.t", "{}");
  test.makes("constraint", "public.t.c", R"x({"definition":")x" + definition + R"x("})x");
  return test.rows();
}

std::vector<std::string> of_type(const std::string& from, const std::string& to) {
  Asked test;
  test.has("column", "public.t.a", R"x({"type":")x" + from + R"x("})x");
  test.makes("column", "public.t.a", R"x({"type":")x" + to + R"x("})x");
  test.makes("type", "public.mood", R"x({"is":"enum","labels":["it's"]})x");
  return test.rows();
}

using Rows = std::vector<std::string>;

TEST(DataQuestions, OfEachKind) {
  EXPECT_EQ(of_constraint("CHECK ((a > 0))"), Rows{"public.t WHERE NOT ((a > 0))"});
  EXPECT_EQ(of_constraint(R"x(UNIQUE (\"N m\", b))x"),
            Rows{R"x(public.t WHERE ROW("N m", b) IS NOT NULL GROUP BY "N m", b HAVING count(*) > 1)x"});
  EXPECT_EQ(of_constraint("UNIQUE NULLS NOT DISTINCT (a)"), Rows{"public.t GROUP BY a HAVING count(*) > 1"});
  EXPECT_EQ(of_constraint("PRIMARY KEY (a)"),
            (Rows{"public.t WHERE ROW(a) IS NOT NULL GROUP BY a HAVING count(*) > 1",
                  "public.t WHERE NOT (ROW(a) IS NOT NULL)"}));
  EXPECT_EQ(
      of_constraint("FOREIGN KEY (a, b) REFERENCES app.o(x, y) ON DELETE CASCADE"),
      Rows{"public.t AS a WHERE a.a IS NOT NULL AND a.b IS NOT NULL AND NOT EXISTS (SELECT 1 FROM app.o "
           "AS b WHERE b.x = a.a AND b.y = a.b)"});
  EXPECT_EQ(of_type("character varying(20)", "character varying(10)"),
            Rows{"public.t WHERE char_length(rtrim(a)) > 10"});
  EXPECT_EQ(of_type("bigint", "smallint"), Rows{"public.t WHERE a NOT BETWEEN -32767 - 1 AND 32767"});
  EXPECT_EQ(of_type("numeric(10,2)", "numeric(6,2)"),
            Rows{"public.t WHERE abs(round(a::numeric, 2)) >= 10::numeric ^ 4"});
  EXPECT_EQ(of_type("text", "public.mood"), Rows{"public.t WHERE a::text <> ALL (ARRAY['it''s']::text[])"});

  Asked index;
  index.has("table", "public.t", "{}");
  index.makes(
      "index", "public.i",
      R"x({"table":"public.t","definition":"CREATE UNIQUE INDEX i ON public.t USING btree (lower(a), b) WHERE (c > 0)"})x");
  EXPECT_EQ(index.rows(),
            Rows{"public.t WHERE ((c > 0)) AND ROW(lower(a), b) IS NOT NULL GROUP BY lower(a), b "
                 "HAVING count(*) > 1"});

  Asked labels;
  labels.has("table", "public.t", "{}");
  labels.has("column", "public.t.m", R"x({"type":"public.mood"})x");
  labels.has("type", "public.mood", R"x({"is":"enum","labels":["a","b"]})x");
  labels.makes("type", "public.mood", R"x({"is":"enum","labels":["B","a"]})x");
  EXPECT_EQ(labels.rows(), Rows{"public.t WHERE m::text = ANY (ARRAY['b']::text[])"});
}

TEST(DataQuestions, NotOfWhatIsThereOrNotThereYet) {
  EXPECT_TRUE(of_type("integer", "bigint").empty());
  EXPECT_TRUE(of_type("character varying(10)", "text").empty());
  EXPECT_TRUE(of_type("text", "character varying").empty());
  Asked test;
  test.makes("constraint", "public.later.c", R"x({"definition":"CHECK (a > 0)"})x");
  test.has("table", "public.t", "{}");
  test.has("constraint", "public.t.c", R"x({"definition":"CHECK (a > 0)","owner":"x"})x");
  test.makes("constraint", "public.t.c", R"x({"definition":"CHECK (a > 0)"})x");
  test.makes("constraint", "public.t.d", R"x({"definition":"CHECK (a > 1) NOT VALID","valid":false})x");
  test.makes("index", "public.t_i",
             R"x({"table":"public.t","definition":"CREATE INDEX t_i ON public.t USING btree (a)"})x");
  EXPECT_TRUE(test.ask().questions.empty());
  EXPECT_TRUE(test.ask().not_asked.empty());
}

TEST(DataQuestions, OfANewColumnThatIsNotNull) {
  Asked test;
  test.has("table", "public.t", "{}");
  test.adds("ALTER TABLE t ADD a text NOT NULL", "public.t.a", R"x({"type":"text","not_null":true})x");
  EXPECT_EQ(test.rows(), Rows{"public.t"});
  const DataQuestion question = test.ask().questions.at(0);
  EXPECT_EQ(question.words,
            "of public.t, to which column public.t.a is added NOT NULL and without a default");
  EXPECT_EQ(question.at.line, 1);
  EXPECT_EQ(question.put_right, "");
  EXPECT_TRUE(test.ask({"1"}).questions.empty()) << "nothing adds it any more";
}

TEST(DataQuestions, ANewColumnThatIsFilledFirst) {
  Asked test;
  test.has("table", "public.t", "{}");
  test.sends("ALTER TABLE t ADD a text", {"column", "public.t.a"}, catalog::Change::Created,
             R"x({"type":"text"})x");
  test.sends("UPDATE t SET a = ''");
  test.run.recording.statements.back().n = 2;
  test.sends("ALTER TABLE t ALTER a SET NOT NULL", {"column", "public.t.a"}, catalog::Change::Altered,
             R"x({"type":"text","not_null":true})x");
  test.makes("column", "public.t.a", R"x({"type":"text","not_null":true})x");
  const DataQuestions asked = test.ask();
  ASSERT_EQ(asked.questions.size(), 1u);
  EXPECT_EQ(asked.questions[0].words,
            "of public.t without a value in the new column public.t.a, which is made NOT NULL");
  EXPECT_EQ(asked.questions[0].at.line, 3);
  EXPECT_EQ(asked.questions[0].put_right, "revision 1");
}

TEST(DataQuestions, ANewColumnThatRowsDoNotMind) {
  for (const char* definition :
       {R"x({"type":"text"})x", R"x({"type":"text","not_null":true,"default":"'x'::text"})x",
        R"x({"type":"integer","not_null":true,"default":"nextval('s'::regclass)"})x",
        R"x({"type":"integer","not_null":true,"identity":"always"})x",
        R"x({"type":"integer","not_null":true,"generated":"(b + 1)"})x",
        R"x({"type":"public.given","not_null":true})x",
        R"x({"type":"text","not_null":true,"inherited":true})x"}) {
    Asked test;
    test.has("table", "public.t", "{}");
    test.makes("type", "public.given", R"x({"is":"domain","default":"0"})x");
    test.adds("ALTER TABLE t ADD a", "public.t.a", definition);
    EXPECT_TRUE(test.ask().questions.empty()) << definition;
    EXPECT_TRUE(test.ask().not_asked.empty()) << definition;
  }
  // A default that came with it and went again has given the rows their value.
  Asked test;
  test.has("table", "public.t", "{}");
  test.sends("ALTER TABLE t ADD a text NOT NULL DEFAULT ''", {"column", "public.t.a"},
             catalog::Change::Created, R"x({"type":"text","not_null":true,"default":"''::text"})x");
  test.sends("ALTER TABLE t ALTER a DROP DEFAULT", {"column", "public.t.a"}, catalog::Change::Altered,
             R"x({"type":"text","not_null":true})x");
  test.makes("column", "public.t.a", R"x({"type":"text","not_null":true})x");
  EXPECT_TRUE(test.ask().questions.empty());
  // One of a table that is dropped before.
  Asked dropped;
  dropped.has("table", "public.t", "{}");
  dropped.sends("DROP TABLE t", {"table", "public.t"}, catalog::Change::Dropped, "");
  dropped.sends("CREATE TABLE t ()", {"table", "public.t"}, catalog::Change::Created, "{}");
  dropped.adds("ALTER TABLE t ADD a text NOT NULL", "public.t.a", R"x({"type":"text","not_null":true})x");
  EXPECT_TRUE(dropped.ask().questions.empty());
  // One of a table that is made anew, or is not there.
  for (const char* table : {"public.t", "public.other"}) {
    Asked anew;
    anew.has("table", "public.t", "{}");
    anew.adds("CREATE TABLE", std::string(table) + ".a", R"x({"type":"text","not_null":true})x");
    anew.run.recording.statements.back().effects.push_back(
        {{"table", table}, catalog::Change::Created, "", "{}", ""});
    EXPECT_TRUE(anew.ask().questions.empty()) << table;
  }
}

TEST(DataQuestions, NotOfRowsThatGoWithTheirTable) {
  Asked test;
  test.has("table", "public.t", "{}");
  test.has("column", "public.t.a", R"x({"type":"text"})x");
  test.has("column", "public.t.b", R"x({"type":"text"})x");
  test.makes("column", "public.t.a", R"x({"type":"text","not_null":true})x");
  test.makes("column", "public.t.b", R"x({"type":"jsonb"})x");
  test.makes("constraint", "public.t.c", R"x({"definition":"CHECK (a > 0)"})x");
  test.makes("index", "public.i",
             R"x({"table":"public.t","definition":"CREATE UNIQUE INDEX i ON public.t USING btree (a)"})x");
  EXPECT_EQ(test.ask().questions.size(), 3u);
  test.sends("DROP TABLE t", {"table", "public.t"}, catalog::Change::Dropped, "");
  EXPECT_EQ(test.ask().questions.size(), 3u) << "another may take its name, with the rows";
  test.sends("CREATE TABLE t ()", {"table", "public.t"}, catalog::Change::Created, "{}");
  EXPECT_TRUE(test.ask().questions.empty());
  EXPECT_EQ(test.ask({"1"}).questions.size(), 3u) << "it was dropped before";
}

TEST(DataQuestions, OfKeysOverNewColumns) {
  const auto asked = [](const std::string& column, const std::string& constraint) {
    Asked test;
    test.has("table", "public.t", "{}");
    test.has("column", "public.t.b", R"x({"type":"text"})x");
    test.adds("ALTER TABLE t ADD a", "public.t.a", column);
    test.makes("constraint", "public.t.c", R"x({"definition":")x" + constraint + R"x("})x");
    const DataQuestions all = test.ask();
    return std::pair(all.questions.size(), all.not_asked.size());
  };
  using Count = std::pair<size_t, size_t>;
  EXPECT_EQ(asked(R"x({"type":"text"})x", "UNIQUE (a, b)"), (Count{0, 0})) << "NULLs";
  EXPECT_EQ(asked(R"x({"type":"int","not_null":true,"identity":"always"})x", "PRIMARY KEY (a)"),
            (Count{0, 0}));
  EXPECT_EQ(asked(R"x({"type":"int","not_null":true})x", "PRIMARY KEY (a)"), (Count{1, 0})) << "as NOT NULL";
  EXPECT_EQ(asked(R"x({"type":"int","default":"7"})x", "UNIQUE (a)"), (Count{0, 1}));
  EXPECT_EQ(asked(R"x({"type":"int"})x", "CHECK ((a IS NOT NULL))"), (Count{0, 1}));
}

TEST(DataQuestions, OfAnExclusion) {
  EXPECT_EQ(
      of_constraint("EXCLUDE USING gist (room WITH =, lower(during) range_ops WITH OPERATOR(public.&&)) "
                    "WHERE ((live)) DEFERRABLE"),
      Rows{"(SELECT tableoid AS windlass_table, ctid AS windlass_row, room AS windlass_2, lower(during) AS "
           "windlass_3 FROM public.t WHERE ((live))) AS a JOIN (SELECT tableoid AS windlass_table, ctid AS "
           "windlass_row, room AS windlass_2, lower(during) AS windlass_3 FROM public.t WHERE ((live))) AS b "
           "ON (a.windlass_table, a.windlass_row) < (b.windlass_table, b.windlass_row) AND a.windlass_2 = "
           "b.windlass_2 AND a.windlass_3 OPERATOR(public.&&) b.windlass_3"});
}

TEST(DataQuestions, WhatCannotBeAskedIsSaid) {
  Asked test;
  test.has("table", "public.t", "{}");
  test.has("column", "public.t.a", R"x({"type":"text"})x");
  test.makes("column", "public.t.a", R"x({"type":"jsonb"})x");
  test.makes("constraint", "public.t.e", R"x({"definition":"WHATEVER (a)"})x");
  EXPECT_EQ(test.ask().not_asked.size(), 2u);
}

TEST(DataQuestions, WhatAComingRevisionWritesFirst) {
  const auto put_right = [](const std::string& text, const std::set<std::string>& applied = {}) {
    Asked test;
    test.has("table", "public.t", "{}");
    test.has("column", "public.t.a", R"x({"type":"text"})x");
    test.makes("column", "public.t.a", R"x({"type":"text","not_null":true})x");
    test.sends(text);
    const DataQuestions asked = test.ask(applied);
    EXPECT_EQ(asked.questions.size(), 1u);
    return asked.questions.at(0).put_right;
  };
  EXPECT_EQ(put_right("UPDATE t SET a = '' WHERE a IS NULL"), "revision 1");
  EXPECT_EQ(put_right("DELETE FROM t WHERE old"), "revision 1");
  EXPECT_EQ(put_right("UPDATE t SET b = ''"), "");
  EXPECT_EQ(put_right("UPDATE other SET a = ''"), "");
  EXPECT_EQ(put_right("UPDATE t SET a = ''", {"1"}), "");
}

}  // namespace
}  // namespace windlass::drift
