#include "drift/data_questions.h"

#include <gtest/gtest.h>

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

TEST(DataQuestions, WhatCannotBeAskedIsSaid) {
  Asked test;
  test.has("table", "public.t", "{}");
  test.has("column", "public.t.a", R"x({"type":"text"})x");
  test.makes("column", "public.t.a", R"x({"type":"jsonb"})x");
  test.makes("constraint", "public.t.e", R"x({"definition":"EXCLUDE USING gist (a WITH &&)"})x");
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
