#include "fix/commits.h"

#include <gtest/gtest.h>

#include "fix/test_sources.h"

namespace windlass::fix {
namespace {

/// How many commits stand in an upgrade of these lines.
size_t commits(const std::string& lines) {
  const auto source =
      source_of("from alembic import op\nimport sqlalchemy as sa\n\ndef upgrade(other=None):\n" + lines);
  return commits_in(*source, *source->function("upgrade")).size();
}

TEST(Commits, OfTheMigrationsOwnConnection) {
  EXPECT_EQ(commits("    op.get_bind().commit()\n"), 1U);
  EXPECT_EQ(commits("    bind = op.get_bind()\n    bind.commit()\n    bind.connection.commit()\n"), 2U);
  EXPECT_EQ(commits("    op.get_bind().connection.dbapi_connection.commit()\n"), 1U);
  EXPECT_EQ(commits("    op.execute('COMMIT')\n    op.execute(sa.text(' commit; '))\n"), 2U);
  EXPECT_EQ(commits("    bind = op.get_bind()\n    bind.exec_driver_sql('END')\n"), 1U);
}

TEST(Commits, NotOfOthersAndNotMoreThanACommit) {
  EXPECT_EQ(commits("    other.commit()\n"), 0U);
  EXPECT_EQ(commits("    bind = op.get_bind()\n    bind = other\n    bind.commit()\n"), 0U);
  EXPECT_EQ(commits("    for bind in (op.get_bind(), other):\n        bind.commit()\n"), 0U);
  EXPECT_EQ(commits("    op.execute('COMMIT; DROP TABLE t')\n"), 0U);
  EXPECT_EQ(commits("    op.execute(f'COMMIT')\n"), 0U);
  EXPECT_EQ(commits("    done = op.get_bind().commit()\n"), 0U);
  EXPECT_EQ(commits("    sa.orm.Session(bind=op.get_bind()).commit()\n"), 0U);
}

TEST(Commits, InALoopPartTheWork) {
  for (const auto& [lines, parts] :
       {std::pair{"    op.get_bind().commit()\n", false},
        std::pair{"    while True:\n        if other:\n            op.get_bind().commit()\n", true}}) {
    const auto source =
        source_of(std::string("from alembic import op\n\ndef upgrade(other=None):\n") + lines);
    EXPECT_EQ(parts_the_work(*source, commits_in(*source, *source->function("upgrade"))), parts) << lines;
  }
}

}  // namespace
}  // namespace windlass::fix
