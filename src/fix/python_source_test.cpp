#include "fix/python_source.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <tuple>

#include "fix/test_sources.h"

namespace windlass::fix {
namespace {

constexpr const char* kRevision = R"("""what it does"""
from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

revision = "0001"


def upgrade():
    # why
    op.create_table(
        "t", sa.Column("m", pg.ENUM("a", name="m"))
    )
    for n in (1, 2):
        op.execute("x"); op.execute("y")


def downgrade(): op.drop_table("t")
)";

std::string changed(const PythonSource& source, const edit::Edit& edit) {
  return *edit::edited(source.text(), {edit});
}

TEST(PythonSource, KnowsWhatNamesMean) {
  const auto source = source_of(kRevision);
  ASSERT_EQ(source->calls_of("alembic.op.create_table").size(), 1U);
  EXPECT_EQ(source->calls_of("sqlalchemy.dialects.postgresql.ENUM").size(), 1U);
  EXPECT_EQ(source->calls_of("sqlalchemy.Column").size(), 1U);
  EXPECT_EQ(source->module_alias("sqlalchemy.dialects.postgresql"), "pg");
  EXPECT_TRUE(source->binds("revision"));
  EXPECT_FALSE(source->binds("postgresql"));
}

TEST(PythonSource, FindsTheCallsOfALine) {
  const auto source = source_of(kRevision);
  const auto outer = source->calls_at(11);
  ASSERT_EQ(outer.size(), 1U);
  EXPECT_TRUE(source->text_of(*outer.front()).starts_with("op.create_table("));
  EXPECT_EQ(source->calls_at(12).size(), 2U);  // Column, and ENUM in it
  EXPECT_EQ(source->calls_at(13).size(), 1U);  // the end of the one around it
  EXPECT_EQ(source->calls_at(15).size(), 2U);
}

TEST(PythonSource, TellsWhatRunsOnce) {
  const auto source = source_of(kRevision);
  EXPECT_FALSE(source->conditional(*source->calls_at(11).front()));
  EXPECT_TRUE(source->conditional(*source->calls_at(15).front()));
  EXPECT_EQ(source->function_of(*source->calls_at(15).front()), source->function("upgrade"));
}

TEST(PythonSource, PutsLinesBesideAStatement) {
  const auto source = source_of(kRevision);
  const Node& table = *source->statement_of(*source->calls_at(11).front());
  EXPECT_NE(changed(*source, source->before(table, {"a()", "b()"}))
                .find("# why\n    a()\n    b()\n    op.create_table("),
            std::string::npos);
  EXPECT_NE(changed(*source, source->behind(table, {"a()"})).find("    )\n    a()\n    for"),
            std::string::npos);
  EXPECT_NE(changed(*source, source->import("import os")).find("postgresql as pg\nimport os\n\nrevision"),
            std::string::npos);
}

TEST(PythonSource, KeepsToABlockThatStandsInOneLine) {
  const auto source = source_of(kRevision);
  const Node& drop = source->function("downgrade")->children("body").front();
  EXPECT_NE(
      changed(*source, source->behind(drop, {"a()"})).find(R"(def downgrade(): op.drop_table("t"); a())"),
      std::string::npos);
  EXPECT_NE(
      changed(*source, source->before(drop, {"a()"})).find(R"(def downgrade(): a(); op.drop_table("t"))"),
      std::string::npos);
  EXPECT_NE(changed(*source, source->without(drop)).find("def downgrade(): pass\n"), std::string::npos);
}

TEST(PythonSource, TakesAStatementOutWithItsLines) {
  const auto source = source_of(kRevision);
  const Node& table = *source->statement_of(*source->calls_at(11).front());
  EXPECT_NE(changed(*source, source->without(table)).find("    # why\n    for n"), std::string::npos);
  const auto both = source->calls_at(15);
  EXPECT_NE(
      changed(*source, source->without(*source->statement_of(*both[0]))).find("        op.execute(\"y\")\n"),
      std::string::npos);
  EXPECT_NE(
      changed(*source, source->without(*source->statement_of(*both[1]))).find("        op.execute(\"x\")\n"),
      std::string::npos);
}

TEST(PythonSource, ImportsWhereNothingIsImported) {
  EXPECT_EQ(changed(*source_of("\"\"\"doc\"\"\"\nx = 1\n"),
                    source_of("\"\"\"doc\"\"\"\nx = 1\n")->import("import a")),
            "\"\"\"doc\"\"\"\n\nimport a\nx = 1\n");
  EXPECT_EQ(changed(*source_of("x = 1\n"), source_of("x = 1\n")->import("import a")), "import a\n\nx = 1\n");
  EXPECT_EQ(changed(*source_of(""), source_of("")->import("import a")), "import a\n");
}

TEST(PythonSource, SaysWhyAFileHasNoTree) {
  const Parsed all = parsed({"# -*- coding: latin-1 -*-\nx = 'ü'\n", "def f(:\n", std::string("x = '\xff'\n"),
                             "\xef\xbb\xbfx = f(1)\n"});
  EXPECT_EQ(all.errors[0], "it is written in iso-8859-1, not in UTF-8");
  EXPECT_NE(all.errors[1].find("it is not valid Python"), std::string::npos);
  EXPECT_NE(all.errors[2], "");
  ASSERT_EQ(all.errors[3], "");  // a byte order mark counts among the bytes
  const PythonSource marked("m.py", all.trees[3]);
  EXPECT_EQ(marked.text_of(*marked.calls_at(1).front()), "f(1)");
}

/// Sources as people write them: comments, tabs, calls over several lines, f-strings, other line endings.
rc::Gen<std::string> any_module() {
  const auto statement = rc::gen::element<std::string>(
      "op.execute('a')", "op.execute(  # why: ü\n      'b',\n\t)", "x = f\"{op.f('n')!r:>{3}}\"",
      "op.a(); op.b()", "op.execute(\"\"\"CREATE TABLE t (\n  a int);\n\"\"\")", "if x: op.c()",
      "pass  # nothing", "x = (1,\n 2)", "with op.batch('t') as b:\n@    b.add(1)\n\n@    b.drop(2)",
      "lambda: op.d(\n'e')", "x = 'ä' \\\n    'b'");
  const auto body =
      rc::gen::resize(6, rc::gen::nonEmpty(rc::gen::container<std::vector<std::string>>(statement)));
  return rc::gen::map(
      rc::gen::tuple(body, body, rc::gen::element<std::string>("    ", "\t", "  "),
                     rc::gen::element<std::string>("\n", "\r\n"), rc::gen::arbitrary<bool>(),
                     rc::gen::arbitrary<bool>()),
      [](const std::tuple<std::vector<std::string>, std::vector<std::string>, std::string, std::string, bool,
                          bool>& parts) {
        const auto& [up, down, indent, ending, last, head] = parts;
        std::string text =
            head ? "\"\"\"Ü\n\nRevision ID: 1\n\"\"\"\nfrom alembic import op\n# end\nx = None\n"
                 : "import op\nx = 0\n";
        for (const auto& [name, body_of] : {std::pair("upgrade", up), std::pair("downgrade", down)}) {
          text += std::string("\n\ndef ") + name + "():\n";
          for (const std::string& each : body_of) {
            std::string written = indent + each;
            for (size_t at = written.find('@'); at != std::string::npos; at = written.find('@'))
              written.replace(at, 1, indent);
            text += written + "\n";
          }
        }
        if (!last) text.pop_back();
        std::string out;
        for (const char c : text) out += c == '\n' ? ending : std::string(1, c);
        return out;
      });
}

size_t statements_in(const Node& node) {
  size_t n = node.children("body").size();
  for (const auto& [field, nodes] : node.fields)
    for (const Node& each : nodes) n += statements_in(each);
  return n;
}

RC_GTEST_PROP(PythonSourceProperty, EveryEditLeavesAValidModule, ()) {
  const std::string text = *any_module();
  const Parsed one = parsed({text});
  RC_ASSERT(one.errors.front() == "");
  const PythonSource source("0001.py", one.trees.front());
  const size_t before = statements_in(source.root());
  std::vector<std::string> texts = {*edit::edited(text, {source.import("import new")})};
  std::vector<size_t> expected = {before + 1};
  for (const Node* node : source.all([&](const Node& n) {
         return n.begin < n.end && source.statement_of(n) == &n && source.function_of(n) != nullptr;
       })) {
    texts.push_back(*edit::edited(text, {source.before(*node, {"new()", "more()"})}));
    texts.push_back(*edit::edited(text, {source.behind(*node, {"new()", "more()"})}));
    expected.insert(expected.end(), {before + 2, before + 2});
    // Another may be taken out; of a block that it leaves empty, `pass` is left.
    texts.push_back(*edit::edited(text, {source.without(*node)}));
    expected.push_back(0);
  }
  const Parsed all = parsed(texts);
  for (size_t i = 0; i < texts.size(); ++i) {
    if (!all.errors[i].empty()) RC_LOG() << texts[i];
    RC_ASSERT(all.errors[i] == "");
    if (expected[i] != 0) RC_ASSERT(statements_in(all.trees[i]->root) == expected[i]);
  }
}

}  // namespace
}  // namespace windlass::fix
