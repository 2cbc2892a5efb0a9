#include "catalog/compare.h"

#include <gtest/gtest.h>

#include "catalog/definition.h"

namespace windlass::catalog {

namespace {

Snapshot with(std::string definition) {
  Snapshot snapshot;
  snapshot.facts.push_back({{"column", "public.users.email"}, std::move(definition), "1", "1"});
  return snapshot;
}

TEST(CompareTest, OneSentenceForEachDifference) {
  const auto differences =
      compare(with(R"x({"type":"varchar(100)"})x"), with(R"x({"not_null":true,"type":"varchar(255)"})x"));
  ASSERT_EQ(differences.size(), 1u);
  EXPECT_EQ(differences[0].change, Change::Altered);
  EXPECT_EQ(differences[0].sentence,
            "column public.users.email: not null only in B; type varchar(100) in A, varchar(255) in B");
}

TEST(CompareTest, OfAnAttributeWithPartsThePartsThatDiffer) {
  EXPECT_EQ(compare(with(R"({"sequence":{"cache":1,"min":1}})"),
                    with(R"({"sequence":{"cache":5,"cycle":true,"min":1}})"))[0]
                .sentence,
            "column public.users.email: sequence cache 1 in A, 5 in B; sequence cycle only in B");
  EXPECT_EQ(compare(with("{}"), with(R"({"valid":false})"))[0].sentence,
            "column public.users.email: not valid only in B");
}

TEST(CompareTest, OfLongTextsThePlaceWhereTheyDiffer) {
  const std::string same(300, 'x');
  const std::string sentence = compare(with("\"" + same + "a\""), with("\"" + same + "b\""))[0].sentence,
                    kept(40, 'x');
  EXPECT_EQ(sentence, "column public.users.email: …" + kept + "a in A, …" + kept + "b in B");
}

TEST(CompareTest, EqualIsEqual) {
  EXPECT_TRUE(compare(with("{}"), with("{}")).empty());
  EXPECT_TRUE(compare({}, {}).empty());
}

TEST(CompareTest, WhatOnlyOneHas) {
  EXPECT_EQ(compare(with("{}"), {}, "the effects", "the catalog")[0].sentence,
            "column public.users.email: only in the effects");
  const auto added = compare({}, with("{}"));
  EXPECT_EQ(added[0].change, Change::Created);
  EXPECT_EQ(added[0].sentence, "column public.users.email: only in B");
}

TEST(CompareTest, PlainTextDefinitions) {
  EXPECT_EQ(compare(with(R"("old words")"), with(R"("new words")"))[0].sentence,
            "column public.users.email: old words in A, new words in B");
}

TEST(DefinitionTest, ListsWhoseOrderSaysNothing) {
  EXPECT_EQ(canonical(std::string_view(R"({"labels":["b","a"],"options":["b=1","a=2"]})")),
            R"({"labels":["b","a"],"options":["a=2","b=1"]})");
}

TEST(DefinitionTest, OneSpelling) {
  EXPECT_EQ(canonical(std::string_view(R"({"b" : 1, "a": [ 1,2 ]})")), R"({"a":[1,2],"b":1})");
  EXPECT_EQ(canonical(std::string_view("no json")), R"("no json")");
  EXPECT_EQ(canonical(std::string_view(R"({"max":9223372036854775807})")), R"({"max":9223372036854775807})");
}

}  // namespace

}  // namespace windlass::catalog
