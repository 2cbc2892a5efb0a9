#include "catalog/comparable.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "catalog/compare.h"

namespace windlass::catalog {
namespace {

LiveRead of(int major, std::vector<Fact> facts) {
  LiveRead read;
  read.server_major = major;
  read.snapshot.facts = std::move(facts);
  read.snapshot.sort();
  return read;
}

Fact fact(const std::string& kind, const std::string& name, const std::string& definition) {
  return {{kind, name}, definition, "", ""};
}

size_t differences(const Comparable& both) { return compare(both.a, both.b).size(); }

TEST(Comparable, WhatOneCannotSeeIsNoDifference) {
  LiveRead a = of(15, {fact("user mapping", "app on server s", R"({"options":["password"]})"),
                       fact("sequence", "public.s", R"({"owner":"app","position":4})")});
  LiveRead b = of(
      15, {fact("user mapping", "app on server s", "{}"), fact("sequence", "public.s", R"({"owner":"x"})")});
  b.not_visible = {{{"user mapping", "app on server s"}, "why"}, {{"sequence", "public.s"}, "why"}};
  const Comparable both = made_comparable(a, b, "A", "B");
  ASSERT_EQ(both.not_compared.size(), 2u);
  EXPECT_EQ(both.not_compared[0].reason, "not visible in B: why");
  const auto found = compare(both.a, both.b);
  ASSERT_EQ(found.size(), 1u) << "the sequence itself is seen";
  EXPECT_TRUE(base::contains(found[0].sentence, "owner app in A, x in B"));
}

TEST(Comparable, DataThatIsNotComparedLeavesNothingOpen) {
  LiveRead a = of(15, {}), b = of(15, {});
  a.not_modelled = {{{"large object", ""}, "3; they are data"}};
  const Comparable data = made_comparable(a, b, "A", "B");
  ASSERT_EQ(data.not_compared.size(), 1u) << "it is told";
  EXPECT_TRUE(compared_whole(data.not_compared));
  b.not_modelled = {{{"object", "pg_new"}, "2 in a catalog that this windlass does not know"}};
  EXPECT_FALSE(compared_whole(made_comparable(a, b, "A", "B").not_compared));
  a.not_visible = {{{"user mapping", "app on server s"}, "why"}};
  EXPECT_FALSE(compared_whole(made_comparable(a, of(15, {}), "A", "B").not_compared));
}

TEST(Comparable, RolesAndPositionsCountWhereBothHaveThem) {
  const LiveRead a = of(15, {fact("role", "app", "{}"), fact("database", "current", "{}"),
                             fact("sequence", "public.s", R"({"position":4})")});
  const LiveRead without = of(15, {fact("sequence", "public.s", "{}")});
  EXPECT_EQ(differences(made_comparable(a, without, "A", "B")), 0u);
  const LiveRead other =
      of(15, {fact("database", "current", "{}"), fact("sequence", "public.s", R"({"position":5})")});
  EXPECT_EQ(differences(made_comparable(a, other, "A", "B")), 2u) << "the role and the position";
}

TEST(Comparable, MajorsThatSayTheSameInOtherWords) {
  const auto pair = [](int major_a, const Fact& a, int major_b, const Fact& b) {
    return made_comparable(of(major_a, {a}), of(major_b, {b}), "A", "B");
  };
  const Fact old_view =
      fact("view", "public.v", R"({"definition":" SELECT users.id\n   FROM users;","owner":"app"})");
  const Fact new_view =
      fact("view", "public.v", R"({"definition":" SELECT id\n   FROM users;","owner":"app"})");
  EXPECT_EQ(differences(pair(15, old_view, 16, new_view)), 0u);
  EXPECT_EQ(pair(15, old_view, 16, new_view).renderings.size(), 1u);
  EXPECT_EQ(differences(pair(16, old_view, 16, new_view)), 1u) << "of one major, the text counts";
  const Fact not_null =
      fact("column", "public.t.a", R"({"not_null":true,"not_null_constraint":"t_a_not_null"})");
  const Fact nullable = fact("column", "public.t.a", "{}");
  const Fact unnamed = fact("column", "public.t.a", R"({"not_null":true})");
  EXPECT_EQ(differences(pair(17, unnamed, 18, not_null)), 0u);
  EXPECT_EQ(differences(pair(17, nullable, 18, not_null)), 1u);
  EXPECT_EQ(differences(pair(16, fact("privilege", "table public.t", R"(["app=arwdDxt/app","r=r/app"])"), 17,
                             fact("privilege", "table public.t", R"(["app=arwdDxtm/app","r=r/app"])"))),
            0u);
  EXPECT_EQ(differences(pair(16, fact("privilege", "table public.t", R"(["app=arwdDxt/app"])"), 17,
                             fact("privilege", "table public.t", R"(["app=arwdDxtm/app","r=m/app"])"))),
            1u);
}

TEST(Comparable, WhatIsNoSqlIsComparedAsItIs) {
  const auto differ = [](const char* kind, const char* a, const char* b) {
    return differences(
        made_comparable(of(15, {fact(kind, "public.x", a)}), of(16, {fact(kind, "public.x", b)}), "A", "B"));
  };
  EXPECT_EQ(differ("type", R"({"labels":["Open","closed"]})", R"({"labels":["open","closed"]})"), 1u);
  EXPECT_EQ(differ("comment", "\"Who\"", "\"who\""), 1u);
  EXPECT_EQ(differ("column", R"({"type":"A"})", R"({"type":"a"})"), 1u);
  EXPECT_EQ(
      differ("column", R"x({"default":"btrim('x'::text)"})x", R"x({"default":"TRIM(BOTH FROM 'x'::text)"})x"),
      0u);
}

TEST(Comparable, TheSchemaPublicOfANewDatabase) {
  const auto read = [](int major, const std::string& owner, const std::string& privileges) {
    return of(major, {fact("schema", "public", "{\"owner\":\"" + owner + "\"}"),
                      fact("privilege", "schema public", privileges)});
  };
  const LiveRead old = read(14, "postgres", R"(["=UC/postgres","postgres=UC/postgres"])");
  const LiveRead fresh =
      read(15, "pg_database_owner", R"(["=U/pg_database_owner","pg_database_owner=UC/pg_database_owner"])");
  EXPECT_EQ(differences(made_comparable(old, fresh, "A", "B")), 0u);
  const LiveRead changed = read(15, "pg_database_owner", R"(["=UC/pg_database_owner"])");
  EXPECT_EQ(differences(made_comparable(old, changed, "A", "B")), 1u);
  // What somebody granted besides.
  const LiveRead granted =
      read(14, "postgres", R"(["=UC/postgres","postgres=UC/postgres","reader=U/postgres"])");
  EXPECT_EQ(differences(made_comparable(granted, fresh, "A", "B")), 1u) << "and is gone";
  const LiveRead too = read(
      15, "pg_database_owner",
      R"(["=U/pg_database_owner","pg_database_owner=UC/pg_database_owner","reader=U/pg_database_owner"])");
  EXPECT_EQ(differences(made_comparable(granted, too, "A", "B")), 0u);
  EXPECT_EQ(differences(made_comparable(too, granted, "A", "B")), 0u);
}

TEST(Comparable, WhatAChainLeavesToOthersIsNoDifference) {
  LiveRead chain =
      of(15, {fact("table", "public.t", R"({"owner":"postgres"})"),
              fact("privilege", "table public.t", R"(["=r/postgres","postgres=arwdDxt/postgres"])"),
              fact("table", "public.u", R"({"owner":"postgres"})"),
              fact("schema", "public", R"({"owner":"pg_database_owner"})"),
              fact("extension", "hstore", R"({"schema":"public","version":"1.8"})")});
  chain.made_by = "postgres";
  const LiveRead real =
      of(15, {fact("table", "public.t", R"({"owner":"The App"})"),
              fact("privilege", "table public.t", R"(["\"The App\"=arwdDxt/\"The App\"","=r/\"The App\""])"),
              fact("table", "public.u", R"({"owner":"app"})"),
              fact("privilege", "table public.u", R"(["app=arwdDxt/app","reader=r/app"])"),
              fact("schema", "public", R"({"owner":"postgres"})"),
              fact("extension", "hstore", R"({"schema":"public","version":"1.6"})")});
  for (const bool first : {true, false}) {
    const Comparable both =
        first ? made_comparable(chain, real, "A", "B") : made_comparable(real, chain, "A", "B");
    EXPECT_EQ(differences(both), 0u);
    ASSERT_EQ(both.unsaid.size(), 2u);
    EXPECT_EQ(both.unsaid[0].object.name, "hstore");
    EXPECT_EQ(both.unsaid[1].object.name, "table public.u");
  }
}

TEST(Comparable, WhatAChainSaysOfOwnersAndPrivilegesCounts) {
  LiveRead chain = of(15, {fact("table", "public.t", R"({"owner":"boss"})"),
                           fact("privilege", "table public.t", R"(["=r/boss"])")});
  chain.made_by = "postgres";
  const LiveRead real = of(15, {fact("table", "public.t", R"({"owner":"app"})")});
  EXPECT_EQ(differences(made_comparable(chain, real, "A", "B")), 2u);
  chain.made_by.clear();
  LiveRead plain = of(15, {fact("table", "public.t", R"({"owner":"postgres"})")});
  EXPECT_EQ(differences(made_comparable(plain, real, "A", "B")), 1u) << "two real databases";
}

TEST(Comparable, OfTheOrderOfColumnsOnlyWhatBothHaveInAnother) {
  LiveRead a = of(15, {fact("table", "public.t", R"({"column_order":["w","x","y"]})")});
  LiveRead b = of(15, {fact("table", "public.t", R"({"column_order":["x","y","z"]})")});
  EXPECT_EQ(differences(made_comparable(a, b, "A", "B")), 0u);
  b = of(15, {fact("table", "public.t", R"({"column_order":["y","z","x"]})")});
  const Comparable both = made_comparable(a, b, "A", "B");
  ASSERT_EQ(differences(both), 1u);
  EXPECT_EQ(compare(both.a, both.b)[0].sentence,
            R"(table public.t: column order ["x","y"] in A, ["y","x"] in B)");
  EXPECT_EQ(differences(made_comparable(a, of(15, {fact("table", "public.t", "{}")}), "A", "B")), 0u)
      << "one without columns";
}

TEST(Comparable, WhatIsReadOfRealDatabasesOnlyIsNoDifferenceFromAChain) {
  const LiveRead chain = of(15, {fact("index", "public.i", "{}"), fact("table", "public.t", "{}")});
  LiveRead real =
      of(15, {fact("index", "public.i", R"({"clustered":true})"),
              fact("table", "public.t", R"({"column_order":["x"]})"),
              fact("security label", "table public.t by s", "\"x\""),
              fact("privilege", "function pg_catalog.f()", "[]"), fact("privilege", "server pg_s", "[]")});
  EXPECT_EQ(differences(made_comparable(chain, real, "A", "B")), 4u)
      << "of the order, nothing to compare with";
  real.live_only = true;
  const Comparable both = made_comparable(chain, real, "A", "B");
  ASSERT_EQ(differences(both), 1u);
  EXPECT_EQ(compare(both.a, both.b)[0].object.name, "server pg_s");
  ASSERT_EQ(both.unsaid.size(), 3u);
  EXPECT_EQ(both.unsaid[2].reason, "clustered is read of real databases only, not of a chain");
}

TEST(Comparable, MembersOfAnExtensionInOneVersionOnServersOfOneMajor) {
  const auto with = [](int major, const std::string& version, const std::string& digest) {
    LiveRead read =
        of(major, {fact("extension", "hstore", R"({"schema":"public","version":")" + version + "\"}"),
                   fact("extension member", "function public.f() of hstore", "\"" + digest + "\""),
                   fact("extension member", "comment function public.f() of hstore", "\"" + digest + "\"")});
    read.live_only = true;
    return read;
  };
  const LiveRead a = with(15, "1.8", "one");
  EXPECT_EQ(differences(made_comparable(a, with(15, "1.8", "two"), "A", "B")), 2u);
  EXPECT_EQ(differences(made_comparable(a, with(15, "1.8", "two"), "A", "B", {true, true, false})), 1u);
  EXPECT_EQ(differences(made_comparable(a, with(15, "1.6", "two"), "A", "B")), 1u) << "the version";
  EXPECT_EQ(differences(made_comparable(a, of(15, {}), "A", "B")), 1u) << "the extension itself";
  const Comparable majors = made_comparable(a, with(16, "1.8", "two"), "A", "B");
  EXPECT_EQ(differences(majors), 0u);
  ASSERT_EQ(majors.renderings.size(), 1u);
  EXPECT_EQ(majors.renderings[0].object.name, "hstore");
}

TEST(Comparable, TheOrderOfAnIndexsOptions) {
  const auto index = [](const std::string& with) {
    return of(15, {fact("index", "public.i",
                        R"({"definition":"CREATE INDEX i ON public.t USING btree (x) WITH ()" + with +
                            R"x() WHERE (x > 0)"})x")});
  };
  const LiveRead a = index("fillfactor='70', deduplicate_items=off");
  EXPECT_EQ(differences(made_comparable(a, index("deduplicate_items=off, fillfactor='70'"), "A", "B")), 0u);
  EXPECT_EQ(differences(made_comparable(a, index("deduplicate_items=off, fillfactor='80'"), "A", "B")), 1u);
  EXPECT_EQ(differences(made_comparable(a, index("deduplicate_items=off"), "A", "B")), 1u);
}

TEST(Comparable, WhatIsNotWanted) {
  const LiveRead a =
      of(15, {fact("table", "public.t", R"({"owner":"a","options":["x"]})"),
              fact("comment", "table public.t", "\"one\""), fact("privilege", "table public.t", "[]")});
  const LiveRead b = of(15, {fact("table", "public.t", R"({"owner":"b","options":["x"]})")});
  EXPECT_EQ(differences(made_comparable(a, b, "A", "B")), 3u);
  EXPECT_EQ(differences(made_comparable(a, b, "A", "B", {false, false, false})), 0u);
  EXPECT_EQ(differences(made_comparable(a, b, "A", "B", {false, true, true})), 2u);
}

/// What `role` made: a table and what it grants.
LiveRead made(const std::string& role, const std::string& owner, const std::string& grants, Says says) {
  LiveRead read = of(15, {fact("table", "public.t", "{\"owner\":\"" + owner + "\"}")});
  if (!grants.empty()) {
    read.snapshot.facts.push_back(fact("privilege", "table public.t", grants));
    read.snapshot.sort();
  }
  read.made_by = role;
  read.made_from = role.empty() ? "" : "the SQL";
  read.says_owners = read.says_privileges = says;
  return read;
}

size_t differ(const LiveRead& a, const LiveRead& b) {
  const size_t there = differences(made_comparable(a, b, "A", "B"));
  EXPECT_EQ(differences(made_comparable(b, a, "A", "B")), there) << "whichever comes first";
  return there;
}

TEST(Comparable, TwoThatWereMade) {
  const LiveRead chain = made("postgres", "postgres", "", Says::Own);
  EXPECT_EQ(differ(chain, made("loader", "loader", "", Says::Own)), 0u) << "nobody's is nobody's";
  EXPECT_EQ(differ(chain, made("loader", "app", "", Says::Own)), 1u) << "both say what they want to say";
  EXPECT_EQ(differ(chain, made("postgres", "app", "", Says::Own)), 1u);
  EXPECT_EQ(differ(chain, made("loader", "app", "", Says::All)), 0u) << "a dump stands for a database";
  EXPECT_EQ(differ(made("loader", "loader", "", Says::Nothing), made("loader", "app", "", Says::Own)), 0u);
  const std::string grants = R"(["app=r/app"])", ours = R"(["reader=r/postgres"])",
                    theirs = R"(["reader=r/loader"])";
  EXPECT_EQ(
      differ(made("postgres", "postgres", ours, Says::Own), made("loader", "loader", theirs, Says::Own)), 0u);
  EXPECT_EQ(differ(chain, made("loader", "loader", theirs, Says::Own)), 1u);
  EXPECT_EQ(differ(chain, made("loader", "app", grants, Says::All)), 0u) << "the chain grants nothing";
  EXPECT_EQ(
      differ(made("postgres", "postgres", ours, Says::Own), made("loader", "loader", "", Says::Nothing)), 0u);
  EXPECT_EQ(differ(made("postgres", "postgres", ours, Says::Own), made("loader", "loader", "", Says::All)),
            1u);
}

TEST(Comparable, WhatInitdbGaveIsNotTheChainsWord) {
  const auto with = [](const std::string& made_by, const std::string& definition) {
    LiveRead read = of(15, {fact("privilege", "schema public", definition)});
    read.made_by = made_by;
    return read;
  };
  const std::string fresh = R"(["=U/pg_database_owner","pg_database_owner=UC/pg_database_owner"])",
                    open = R"(["=UC/pg_database_owner","pg_database_owner=UC/pg_database_owner"])";
  const LiveRead real = with("", open), chain = with("app", fresh);
  EXPECT_EQ(differ(chain, real), 0u);
  EXPECT_EQ(made_comparable(chain, real, "A", "B").unsaid.size(), 1u);
  EXPECT_TRUE(made_comparable(chain, with("", fresh), "A", "B").unsaid.empty());
  EXPECT_EQ(differ(with("app", open), with("", fresh)), 1u) << "this the chain says";
  LiveRead bare = with("app", R"(["=UC/app"])");
  EXPECT_EQ(differ(bare, real), 1u);
  bare.says_privileges = Says::Nothing;
  EXPECT_EQ(differ(bare, real), 0u) << "a dump without privileges says nothing of any";
}

TEST(Comparable, DefaultPrivilegesOfWhoeverRanIt) {
  const auto with = [](const std::string& made_by, std::vector<std::string> roles) {
    std::vector<Fact> facts;
    for (const std::string& role : roles)
      facts.push_back(fact("privilege", "default for " + role + " in schema public on tables",
                           "[\"reader=r/" + role + "\"]"));
    LiveRead read = of(15, facts);
    read.made_by = made_by;
    return read;
  };
  EXPECT_EQ(differ(with("loader", {"loader"}), with("", {"app"})), 0u);
  EXPECT_EQ(differ(with("loader", {"boss"}), with("", {"app"})), 1u)
      << "theirs is the chain's to grant or not";
  EXPECT_EQ(differ(with("loader", {"loader"}), with("", {"app", "boss"})), 1u) << "whose, nobody can tell";
  EXPECT_EQ(differ(with("loader", {"loader"}), with("postgres", {"postgres"})), 0u);
  EXPECT_EQ(differ(with("load", {"loader"}), with("", {"loader"})), 0u) << "another role";
}

TEST(Comparable, WhatADumpWithoutRowsLeavesOpen) {
  LiveRead dump = of(15, {fact("materialized view", "public.m", R"({"populated":false})")});
  const LiveRead real = of(15, {fact("materialized view", "public.m", "{}")});
  EXPECT_EQ(differ(dump, real), 1u);
  dump.without_rows = true;
  EXPECT_EQ(differ(dump, real), 0u);
}

TEST(Comparable, ADumpSaysAllOrNothing) {
  const LiveRead real = made("", "app", R"(["app=arwdDxt/app","reader=r/app"])", Says::Own);
  EXPECT_EQ(differ(made("loader", "app", "", Says::All), real), 1u) << "a privilege that came later";
  EXPECT_EQ(differ(made("loader", "boss", "", Says::Nothing), real), 1u) << "an owner that it says";
  EXPECT_EQ(differ(made("loader", "loader", "", Says::Nothing), real), 0u);
  EXPECT_EQ(differ(made("loader", "loader", "", Says::Own), real), 0u);
}

}  // namespace
}  // namespace windlass::catalog
