// What stands in a database, and when two of them are one to all that comes.
#include "run/contents.h"

#include <gtest/gtest.h>

#include "run/end_state.h"
#include "run/place_fixture.h"

namespace windlass::run {
namespace {

class ContentsTest : public PlaceTest {
 protected:
  std::optional<std::string> after(const std::string& sql) {
    EXPECT_TRUE(connection().execute(sql)) << sql;
    return read_contents(connection());
  }
};

TEST_F(ContentsTest, AreTheRowsAndWhereSequencesStand) {
  const auto empty = after("CREATE TABLE t (id serial, a text)");
  ASSERT_TRUE(empty);
  EXPECT_EQ(after("CREATE TABLE u (id int)"), empty) << "an empty table is for the catalog to tell";
  const auto one = after("INSERT INTO t (a) VALUES ('x')");
  EXPECT_NE(one, empty);
  EXPECT_NE(after("UPDATE t SET a = 'y'"), one);
  EXPECT_EQ(after("UPDATE t SET a = 'x'"), one);
  EXPECT_NE(after("SELECT nextval('t_id_seq')"), one);
  EXPECT_EQ(after("SELECT setval('t_id_seq', 1)"), one);
  EXPECT_NE(after("SELECT setval('t_id_seq', 1, false)"), one);
  EXPECT_EQ(after("SELECT setval('t_id_seq', 1); ALTER TABLE t ADD b int; ALTER TABLE t DROP b"), one);
}

TEST_F(ContentsTest, AreInTheOrderInWhichAQueryFindsThem) {
  const auto one = after("CREATE TABLE t (a int); INSERT INTO t VALUES (1), (2)");
  EXPECT_NE(after("DELETE FROM t"), one);
  EXPECT_NE(after("INSERT INTO t VALUES (2), (1)"), one);
}

TEST_F(ContentsTest, AreNotKnownWhereTooMuchStandsThere) {
  EXPECT_TRUE(after("CREATE TABLE t (a text)"));
  EXPECT_FALSE(after("INSERT INTO t SELECT md5(i::text) FROM generate_series(1, 200000) i"));
  EXPECT_TRUE(after("TRUNCATE t"));
  EXPECT_FALSE(after("SELECT lo_create(0)"));
}

TEST_F(ContentsTest, OneStateIsTheOtherOnlyWhereAllOfItIsKnownAndEqual) {
  ASSERT_TRUE(after("CREATE TABLE t (id int); INSERT INTO t VALUES (1)"));
  const auto state = [this] {
    return known_of(read_end_state(*place_, "", {.contents = true, .rows = false}));
  };
  const LeftState first = state();
  EXPECT_TRUE(same_state(first, state()));
  EXPECT_FALSE(same_state(first, known_of(read_end_state(*place_, ""))));
  after("CREATE ROLE somebody");
  EXPECT_FALSE(same_state(first, state()));
  after("DROP ROLE somebody; CREATE INDEX i ON t (id)");
  EXPECT_FALSE(same_state(first, state()));
  after("DROP INDEX i; UPDATE t SET id = 2");
  EXPECT_FALSE(same_state(first, state()));
  after("UPDATE t SET id = 1");
  EXPECT_TRUE(same_state(first, state()));
}

}  // namespace
}  // namespace windlass::run
