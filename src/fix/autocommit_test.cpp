#include "fix/autocommit.h"

#include <gtest/gtest.h>

#include "fix/test_sources.h"

namespace windlass::fix {
namespace {

constexpr const char* kRevision = R"py(from alembic import op


def upgrade():
    op.execute("A")
    with op.get_context().autocommit_block():  # why
        # the city
        op.execute(
            """CREATE TABLE
        cities ()"""
        )
        op.execute("B")
    op.execute("C")
)py";

run::Evidence sent(int line, const std::string& sql) {
  run::Evidence evidence;
  record::Statement statement;
  statement.source.location = {"0001.py", line, 0};
  statement.text = sql;
  evidence.recording.statements = {statement};
  return evidence;
}

TEST(Autocommit, ABlockIsTakenOutAndItsLinesStay) {
  const auto source = source_of(kRevision);
  const auto blocks = autocommit_blocks(*source, *source->function("upgrade"));
  ASSERT_EQ(blocks.size(), 1U);
  EXPECT_EQ(*edit::edited(source->text(), out_of_block(*source, *blocks.front())), R"py(from alembic import op


def upgrade():
    op.execute("A")
    # the city
    op.execute(
        """CREATE TABLE
        cities ()"""
    )
    op.execute("B")
    op.execute("C")
)py");
}

TEST(Autocommit, ABlockInOneLineStays) {
  const auto source = source_of(
      "from alembic import op\n\ndef upgrade():\n    with op.get_context().autocommit_block(): "
      "op.execute('A')\n");
  const auto blocks = autocommit_blocks(*source, *source->function("upgrade"));
  ASSERT_EQ(blocks.size(), 1U);
  EXPECT_TRUE(out_of_block(*source, *blocks.front()).empty());
}

TEST(Autocommit, WhatWasSentSaysWhetherTheBlockIsNeeded) {
  const auto source = source_of(kRevision);
  const Node& block = *autocommit_blocks(*source, *source->function("upgrade")).front();
  EXPECT_FALSE(block_is_needed(sent(8, "CREATE TABLE cities ()"), *source, block));
  EXPECT_TRUE(block_is_needed(sent(12, "CREATE INDEX CONCURRENTLY i ON cities (x)"), *source, block));
  EXPECT_TRUE(block_is_needed(sent(12, "ALTER TYPE mood ADD VALUE 'glad'"), *source, block));
  EXPECT_TRUE(block_is_needed(sent(12, "VACUUM people"), *source, block));
  EXPECT_TRUE(block_is_needed(sent(13, "CREATE TABLE behind ()"), *source, block))
      << "nothing was seen in it";
}

TEST(Autocommit, ABlockWithALoopIsMeant) {
  const auto source = source_of(
      "from alembic import op\n\ndef upgrade():\n    with op.get_context().autocommit_block():\n        for "
      "n in (1, 2):\n"
      "            op.execute('UPDATE t')\n");
  EXPECT_TRUE(block_is_needed(sent(6, "UPDATE t"), *source,
                              *autocommit_blocks(*source, *source->function("upgrade")).front()));
}

}  // namespace
}  // namespace windlass::fix
