#include "chain/chain.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "chain/render.h"
#include "chain/source_lines.h"
#include "chain/validate.h"

namespace windlass::chain {
namespace {

Revision revision(const std::string& id, std::vector<std::string> parents = {},
                  std::vector<std::string> depends_on = {}) {
  Revision made;
  made.id = id;
  made.parents = std::move(parents);
  made.depends_on = std::move(depends_on);
  made.file = "versions/" + id + ".py";
  made.id_at = {made.file, 3, 0};
  made.parents_at = {made.file, 4, 0};
  return made;
}

Chain chain_of(std::vector<Revision> revisions) {
  Chain chain;
  chain.revisions = std::move(revisions);
  sort_revisions(chain);
  find_ends(chain);
  return chain;
}

std::vector<std::string> codes(const std::vector<Problem>& problems) {
  std::vector<std::string> found;
  for (const Problem& problem : problems) found.push_back(problem.code);
  return found;
}

using Texts = std::vector<std::string>;

TEST(Chain, OrdersParentsBeforeChildrenElseById) {
  const Chain chain =
      chain_of({revision("c", {"b"}), revision("a"), revision("b", {"a"}), revision("0", {"c"})});
  Texts ids;
  for (const Revision& each : chain.revisions) ids.push_back(each.id);
  EXPECT_EQ(ids, (Texts{"a", "b", "c", "0"}));
  EXPECT_EQ(chain.bases, Texts{"a"});
  EXPECT_EQ(chain.heads, Texts{"0"});
}

TEST(Chain, ADependencyByLabelComesFirst) {
  Revision labelled = revision("z");
  labelled.labels = {"billing"};
  const Chain chain = chain_of({labelled, revision("a", {}, {"billing"})});
  EXPECT_EQ(chain.revisions.front().id, "z");
}

TEST(Chain, DigestFollowsIdsParentsAndBytesButNotTheOrderOfFiles) {
  Chain one = chain_of({revision("a"), revision("b", {"a"})});
  Chain other = one;
  std::reverse(other.revisions.begin(), other.revisions.end());
  EXPECT_EQ(digest_of(one), digest_of(other));
  other.revisions.front().digest = "sha256:1";
  EXPECT_NE(digest_of(one), digest_of(other));
  Chain third = chain_of({revision("a"), revision("b")});
  EXPECT_NE(digest_of(one), digest_of(third));
}

TEST(Validate, ASoundChainHasNoProblems) {
  EXPECT_TRUE(find_problems(chain_of({revision("a"), revision("b", {"a"}), revision("c", {"a"}),
                                      revision("d", {"b", "c"})}))
                  .empty());
}

TEST(Validate, AMissingParentIsToldOnceWithAllWhoAskForIt) {
  const auto problems = find_problems(chain_of({revision("a"), revision("b", {"x"}), revision("c", {"x"})}));
  ASSERT_EQ(codes(problems), Texts{"revision-missing"});
  EXPECT_EQ(problems[0].at, (base::Location{"versions/b.py", 4, 0}));
  ASSERT_EQ(problems[0].related.size(), 1u);
  EXPECT_EQ(problems[0].related[0].file, "versions/c.py");
  EXPECT_TRUE(problems[0].fatal);
}

TEST(Validate, AMissingParentIsNoProblemWhereAFileCouldNotBeRead) {
  EXPECT_TRUE(find_problems(chain_of({revision("a", {"x"})}), {false}).empty());
}

TEST(Validate, ADuplicateNamesBothFiles) {
  Chain chain = chain_of({revision("a"), revision("b", {"a"})});
  Revision copy = revision("b");
  copy.file = "versions/b_again.py";
  copy.id_at = {copy.file, 9, 0};
  chain.left_out.push_back(copy);
  const auto problems = find_problems(chain);
  ASSERT_EQ(codes(problems), Texts{"revision-duplicate"});
  EXPECT_EQ(problems[0].at.file, "versions/b.py");
  ASSERT_EQ(problems[0].related.size(), 1u);
  EXPECT_EQ(problems[0].related[0], (base::Location{"versions/b_again.py", 9, 0}));
}

TEST(Validate, CirclesThroughParentsDependsOnAndOneself) {
  EXPECT_EQ(
      codes(find_problems(chain_of({revision("a", {"c"}), revision("b", {"a"}), revision("c", {"b"})}))),
      Texts{"revision-cycle"});
  EXPECT_EQ(codes(find_problems(chain_of({revision("a", {}, {"b"}), revision("b", {"a"})}))),
            Texts{"revision-cycle"});
  const auto itself = find_problems(chain_of({revision("a", {"a"})}));
  ASSERT_EQ(codes(itself), Texts{"revision-cycle"});
  EXPECT_EQ(itself[0].message, "Revision a comes after itself.");
}

TEST(Validate, WhatDependsOnOthersIsShownByTheLineThatSaysSo) {
  Revision a = revision("a"), b = revision("b");
  a.depends_on = {"b"};
  a.depends_at = {a.file, 6, 0};
  b.depends_on = {"a"};
  b.depends_at = {b.file, 7, 0};
  const auto circle = find_problems(chain_of({a, b}));
  ASSERT_EQ(codes(circle), Texts{"revision-cycle"});
  EXPECT_EQ(circle[0].at.line, 6);
  ASSERT_EQ(circle[0].related.size(), 1u);
  EXPECT_EQ(circle[0].related[0].line, 7);
  a.depends_on = {"nowhere"};
  const auto missing = find_problems(chain_of({a}));
  ASSERT_EQ(codes(missing), Texts{"revision-missing"});
  EXPECT_EQ(missing[0].at.line, 6);
}

TEST(Validate, EndsAreNotFatal) {
  const auto problems = find_problems(chain_of({revision("a"), revision("b")}));
  ASSERT_EQ(codes(problems), (Texts{"several-heads", "several-bases"}));
  EXPECT_FALSE(problems[0].fatal);
  EXPECT_FALSE(problems[1].fatal);
}

TEST(Validate, LongIdsAreCountedInCharacters) {
  EXPECT_TRUE(find_problems(chain_of({revision("äääääääääääääääääääääääääääääääé")})).empty());
  EXPECT_EQ(codes(find_problems(chain_of({revision(std::string(33, 'x'))}))), Texts{"revision-id-too-long"});
}

TEST(SourceLines, FindsPlainAndAnnotatedAssignmentsOutsideDocstrings) {
  const char* source =
      "\"\"\"title\n\nrevision = 'not this'\n\"\"\"\nimport x\n\nrevision: str = 'abc'  # id\ndown_revision "
      "= None\n";
  EXPECT_EQ(find_assignment(source, "revision").line, 7);
  EXPECT_EQ(find_assignment(source, "revision").text, "abc");
  EXPECT_EQ(find_assignment(source, "down_revision").line, 8);
  EXPECT_EQ(find_assignment(source, "down_revision").text, "");
  EXPECT_EQ(find_assignment("revisions = 'x'\nrevision == 'y'\n", "revision").line, 0);
  EXPECT_EQ(find_assignment("a = 'it\\'s \"\"\" not open'\nrevision='z'", "revision").text, "z");
  EXPECT_EQ(find_assignment("\xef\xbb\xbfrevision = \"z\"\r\n", "revision").text, "z");
}

TEST(Render, ALinearChainIsOneColumn) {
  EXPECT_EQ(
      render_text(chain_of({revision("a"), revision("b", {"a"}), revision("c", {"b"})}), {false, false}),
      "○ c  (head)\n"
      "● b\n"
      "○ a  (base)\n");
}

TEST(Render, BranchesAndMergesAreDrawn) {
  EXPECT_EQ(render_text(chain_of({revision("a"), revision("b", {"a"}), revision("c", {"a"}),
                                  revision("d", {"b", "c"}), revision("e", {"a"})}),
                        {false, false}),
            "○ e  (head)\n"
            "│ ○ d  (head, merge)\n"
            "│ ├─┐\n"
            "│ │ ● c\n"
            "│ ● │ b\n"
            "├─┴─┘\n"
            "○ a  (base)\n");
}

TEST(Render, AMissingParentIsNamed) {
  const std::string text = render_text(chain_of({revision("b", {"gone"})}), {true, false});
  EXPECT_EQ(text, "o b  (head)\no gone  (missing: no file has this id)\n");
}

TEST(Render, TitlesCannotBreakOutOfTheirQuotes) {
  Revision hostile = revision("a\"]");
  hostile.title = "x\" --> <script>\n\\ #";
  const Chain chain = chain_of({hostile});
  EXPECT_NE(render_mermaid(chain).find("a#quot;]<br/>x#quot; --#gt; #lt;script#gt;#92;n#92; #35;"),
            std::string::npos);
  EXPECT_NE(render_dot(chain).find("label=\"a\\\"]\\nx\\\" --> <script>\\\\n\\\\ #\""), std::string::npos);
  EXPECT_EQ(render_text(chain).find('\n'), render_text(chain).size() - 1);
}

/// A random graph without circles: parents have smaller numbers, ids are in no order.
Chain random_dag() {
  const int count = *rc::gen::inRange(1, 14);
  std::vector<Revision> revisions;
  for (int i = 0; i < count; ++i) {
    const auto name = [&](int n) { return "r" + std::to_string((n * 5) % 17) + "x"; };
    Revision made = revision(name(i));
    for (int j = 0; j < i; ++j) {
      const int dice = *rc::gen::inRange(0, 8);
      if (dice == 0) made.parents.push_back(name(j));
      if (dice == 1) made.depends_on.push_back(name(j));
    }
    revisions.push_back(std::move(made));
  }
  std::vector<Revision> shuffled;
  while (!revisions.empty()) {
    const auto at = *rc::gen::inRange<size_t>(0, revisions.size());
    shuffled.push_back(revisions[at]);
    revisions.erase(revisions.begin() + static_cast<long>(at));
  }
  return chain_of(std::move(shuffled));
}

size_t occurrences(const std::string& text, const std::string& part) {
  size_t found = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++found;
  return found;
}

RC_GTEST_PROP(ChainProperty, OrderRespectsParentsAndDependencies, ()) {
  const Chain chain = random_dag();
  std::vector<std::string> seen;
  for (const Revision& each : chain.revisions) {
    for (const std::string& parent : each.parents)
      RC_ASSERT(std::count(seen.begin(), seen.end(), parent) == 1);
    for (const std::string& other : each.depends_on)
      RC_ASSERT(std::count(seen.begin(), seen.end(), other) == 1);
    seen.push_back(each.id);
  }
}

RC_GTEST_PROP(ChainProperty, EveryRevisionIsDrawnOnceAndNoLaneIsLeft, ()) {
  const Chain chain = random_dag();
  const std::string text = render_text(chain, {false, true});
  const std::string mermaid = render_mermaid(chain), dot = render_dot(chain);
  for (const Revision& each : chain.revisions) {
    RC_ASSERT(occurrences(text, "[" + each.file + "]") == 1);
    RC_ASSERT(occurrences(mermaid, "[\"" + each.id + "\"]") == 1);
    RC_ASSERT(occurrences(dot, "[label=\"" + each.id + "\"") == 1);
  }
  RC_ASSERT(text.find("missing") == std::string::npos);
}

RC_GTEST_PROP(ChainProperty, NoProblemIsFatalInAGraphWithoutCircles, ()) {
  for (const Problem& problem : find_problems(random_dag())) RC_ASSERT(!problem.fatal);
}

}  // namespace
}  // namespace windlass::chain
