// A table as the models make it, against the chain's: by meaning, and each difference for what it does.
#include "diagnose/cases/model_differences.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/text.h"
#include "diagnose/cases/definition_words.h"
#include "sql/tokens.h"

namespace windlass::diagnose {
namespace {

class TableMaker {
 public:
  TableMaker() { add("table", "app.t", "{}", "1259:1:0"); }
  TableMaker& column(const std::string& name, const std::string& definition) {
    return add("column", "app.t." + name, definition, "1259:1:" + std::to_string(++columns_));
  }
  TableMaker& constraint(const std::string& name, const std::string& definition,
                         const std::string& more = "") {
    return add("constraint", "app.t." + name, R"J({"definition":")J" + definition + "\"" + more + "}",
               "2606:1:0");
  }
  TableMaker& index(const std::string& name, const std::string& definition) {
    return add("index", "app." + name, R"J({"definition":")J" + definition + R"J(","table":"app.t"})J",
               "1259:9:0");
  }
  catalog::Snapshot snapshot() const {
    catalog::Snapshot sorted = snapshot_;
    sorted.sort();
    return sorted;
  }

 private:
  TableMaker& add(const std::string& kind, const std::string& name, const std::string& definition,
                  const std::string& id) {
    snapshot_.facts.push_back({{kind, name}, definition, id, "1259:1:0"});
    return *this;
  }
  catalog::Snapshot snapshot_;
  int columns_ = 0;
};

run::MadeTable made() {
  run::MadeTable table;
  table.schema = "app";
  table.name = "t";
  return table;
}

/// "aspect object", each difference once.
std::vector<std::string> found(const TableMaker& models, const TableMaker& head,
                               const run::MadeTable& table = made()) {
  const catalog::Snapshot a = models.snapshot(), b = head.snapshot();
  std::vector<std::string> words;
  for (const ModelDifference& each :
       model_differences(table, Tables(a).parts_of("app", "t"), Tables(b).parts_of("app", "t"), {"app.gone"}))
    words.push_back(std::to_string(static_cast<int>(each.aspect)) + " " + each.object.name);
  return words;
}

std::string word(Aspect aspect, const std::string& name) {
  return std::to_string(static_cast<int>(aspect)) + " " + name;
}

using Words = std::vector<std::string>;

TEST(ModelDifferences, AreTakenByMeaning) {
  const TableMaker models =
      TableMaker()
          .column("id", R"J({"type":"integer","not_null":true,"default":"nextval('a'::regclass)"})J")
          .column("at", R"J({"type":"timestamp with time zone","default":"now()"})J")
          .column("n", R"J({"type":"numeric(4,1)","default":"'0'::numeric"})J")
          .constraint("t_pkey", "PRIMARY KEY (id)")
          .constraint("one",
                      "CHECK (((n)::text = ANY ((ARRAY['a'::character varying, "
                      "'b'::character varying])::text[])))")
          .index("i", "CREATE INDEX i ON app.t USING btree (n)");
  const TableMaker head =
      TableMaker()
          .column("id", R"J({"type":"integer","not_null":true,"default":"nextval('b'::regclass)"})J")
          .column("at", R"J({"type":"timestamp with time zone","default":"CURRENT_TIMESTAMP"})J")
          .column("n", R"J({"type":"numeric(4,1)","default":"0"})J")
          .constraint("t_pkey", "PRIMARY KEY (id)")
          .constraint("one", "CHECK ((n = ANY (ARRAY['b'::text, 'a'::text])))")
          .index("i", "CREATE INDEX i ON app.t USING btree (n)");
  EXPECT_EQ(found(models, head), Words{});
}

TEST(ModelDifferences, OfAColumnAreWorthWhatTheyDo) {
  const auto of = [](const std::string& model, const std::string& head) {
    const Words words = found(TableMaker().column("c", model), TableMaker().column("c", head));
    return words.empty() ? std::string() : words.front().substr(0, 1);
  };
  const std::string behaviour = word(Aspect::Behaviour, "").substr(0, 1),
                    looser = word(Aspect::Looser, "").substr(0, 1);
  EXPECT_EQ(of(R"J({"type":"character varying(9)"})J", R"J({"type":"text"})J"), looser);
  EXPECT_EQ(of(R"J({"type":"text"})J", R"J({"type":"character varying(9)"})J"), behaviour);
  EXPECT_EQ(of(R"J({"type":"integer"})J", R"J({"type":"bigint"})J"), looser);
  EXPECT_EQ(of(R"J({"type":"bigint"})J", R"J({"type":"integer"})J"), behaviour);
  EXPECT_EQ(of(R"J({"type":"numeric(6,2)"})J", R"J({"type":"numeric(6,3)"})J"), behaviour);
  EXPECT_EQ(of(R"J({"type":"text"})J", R"J({"type":"text","not_null":true})J"), behaviour);
  // SQLAlchemy sends NULL for what was not given: the chain's default does not help.
  EXPECT_EQ(of(R"J({"type":"text"})J", R"J({"type":"text","not_null":true,"default":"'a'::text"})J"),
            behaviour);
  EXPECT_EQ(of(R"J({"type":"text","not_null":true})J", R"J({"type":"text"})J"), looser);
  EXPECT_EQ(of(R"J({"type":"text","default":"'a'::text"})J", R"J({"type":"text"})J"), behaviour);
  EXPECT_EQ(of(R"J({"type":"text"})J", R"J({"type":"text","default":"'a'::text"})J"), looser);
  EXPECT_EQ(of(R"J({"type":"integer","identity":"by default"})J",
               R"J({"type":"integer","default":"nextval('x')"})J"),
            looser);
  EXPECT_EQ(
      of(R"J({"type":"integer","default":"nextval('x')"})J", R"J({"type":"integer","identity":"always"})J"),
      behaviour);
  EXPECT_EQ(of(R"J({"type":"integer","generated":"1"})J", R"J({"type":"integer","generated":"1"})J"), "");
  EXPECT_EQ(of(R"J({"type":"integer","generated":"1"})J", R"J({"type":"integer","default":"1"})J"),
            behaviour);
  run::MadeTable filled = made();
  filled.columns.push_back({"c", {}, true, ""});
  EXPECT_EQ(found(TableMaker().column("c", R"J({"type":"text"})J"),
                  TableMaker().column("c", R"J({"type":"text","not_null":true})J"), filled),
            Words{word(Aspect::Looser, "app.t.c")});
}

TEST(ModelDifferences, WhatHangsOnAMissingPartIsNotToldAgain) {
  const TableMaker models = TableMaker()
                                .column("a", R"J({"type":"integer"})J")
                                .constraint("u", "UNIQUE (a)")
                                .constraint("f", "FOREIGN KEY (x) REFERENCES app.gone(id)")
                                .index("i", "CREATE INDEX i ON app.t USING btree (a)");
  EXPECT_EQ(found(models, TableMaker()), Words{word(Aspect::Missing, "app.t.a")});
}

TEST(ModelDifferences, AUniqueIndexIsAsGoodAsAConstraint) {
  const std::string a = R"J({"type":"integer"})J";
  EXPECT_EQ(found(TableMaker().column("a", a).constraint("u", "UNIQUE (a)"),
                  TableMaker().column("a", a).index("x", "CREATE UNIQUE INDEX x ON app.t USING btree (a)")),
            Words{word(Aspect::Name, "app.x")});
  EXPECT_EQ(found(TableMaker().column("a", a).constraint("u", "UNIQUE (a)"),
                  TableMaker().column("a", a).index(
                      "x", "CREATE UNIQUE INDEX x ON app.t USING btree (a) WHERE (a > 0)")),
            (Words{word(Aspect::Behaviour, "app.t.u"), word(Aspect::Index, "app.x")}));
  EXPECT_EQ(found(TableMaker().column("a", a).constraint("u", "UNIQUE (a)"),
                  TableMaker().column("a", a).constraint("v", "UNIQUE (a)", R"J(,"valid":true)J")),
            Words{word(Aspect::Name, "app.t.v")});
}

TEST(ModelDifferences, WhatIsNotValidIsTold) {
  EXPECT_EQ(found(TableMaker().constraint("c", "CHECK ((a > 0))"),
                  TableMaker().constraint("c", "CHECK ((a > 0)) NOT VALID", R"J(,"valid":false)J")),
            Words{word(Aspect::Behaviour, "app.t.c")});
}

TEST(DefinitionWords, NamesOfIndexesMayBeAnything) {
  EXPECT_EQ(index_meaning(R"J(CREATE INDEX "a ON b" ON app.t USING btree (x))J"),
            " ON app.t USING btree (x)");
  EXPECT_EQ(index_meaning(R"J(CREATE UNIQUE INDEX "q""q" ON app.t USING btree (x))J"),
            "UNIQUE ON app.t USING btree (x)");
  EXPECT_TRUE(sql::has_name("CHECK ((first_name > 0))", "first_name"));
  EXPECT_FALSE(sql::has_name("CHECK ((first_name > 0))", "name"));
}

TEST(ModelDifferences, AListOfACheckMayBeLong) {
  std::vector<std::string> values;
  for (int i = 0; i < 20000; ++i) values.push_back(fmt::format("'country {}'::character varying", i));
  const auto check = [](const std::vector<std::string>& list) {
    return constraint_meaning("CHECK (((country)::text = ANY ((ARRAY[" + base::join(list, ", ") +
                              "])::text[])))");
  };
  const std::string one = check(values);
  std::reverse(values.begin(), values.end());
  EXPECT_TRUE(one == check(values));
}

TEST(ModelDifferences, CastsBetweenTextsAndBracketsAroundOneWordAreNoMeaning) {
  EXPECT_EQ(constraint_meaning("CHECK (((a)::text <> ''::text))"), constraint_meaning("CHECK ((a <> ''))"));
  EXPECT_EQ(constraint_meaning("CHECK (((a)::character varying(20) <> 'x'::bpchar))"), "CHECK ((a <> 'x'))");
  EXPECT_EQ(constraint_meaning("CHECK ((a = ANY (ARRAY['b'::text, 'a'::text]))) NOT VALID"),
            constraint_meaning("CHECK (((a)::text = ANY ((ARRAY['a'::character varying, 'b'::character "
                               "varying])::text[])))"));
  // A type of the project's own.
  EXPECT_EQ(constraint_meaning("CHECK ((a <> 'x'::text_kind))"), "CHECK ((a <> 'x'::text_kind))");
  EXPECT_EQ(constraint_meaning("CHECK ((a::text(x"), "CHECK ((a(x");
  EXPECT_EQ(default_meaning("'-1.50'::numeric"), "-1.50");
  EXPECT_EQ(default_meaning("'1.'::text"), "'1.'");
  EXPECT_EQ(default_meaning("'5"), "'5");
}

}  // namespace
}  // namespace windlass::diagnose
