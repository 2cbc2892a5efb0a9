// The rows of tables as a server has them.
#include "run/table_rows.h"

#include <gtest/gtest.h>

#include "run/place_fixture.h"

namespace windlass::run {
namespace {

class TableRowsTest : public PlaceTest {
 protected:
  TableRows after(const std::string& sql) {
    EXPECT_TRUE(connection().execute(sql)) << sql;
    return read_table_rows(connection(), "alembic_version").value();
  }
  RowsOfTable of(const std::string& table, const std::string& sql) {
    const TableRows all = after(sql);
    const auto found = all.find(table);
    return found == all.end() ? RowsOfTable{} : found->second;
  }
};

TEST_F(TableRowsTest, AreCountedAndToldApartInAnyOrder) {
  after("CREATE TABLE t (n int, v text)");
  const RowsOfTable one = of("public.t", "INSERT INTO t VALUES (1, 'x'), (2, NULL)");
  EXPECT_EQ(one.count, 2);
  EXPECT_EQ(of("public.t", "DELETE FROM t; INSERT INTO t VALUES (2, NULL), (1, 'x')").rows, one.rows);
  EXPECT_NE(of("public.t", "UPDATE t SET v = '' WHERE v IS NULL").rows, one.rows);
  EXPECT_TRUE(after("DELETE FROM t").empty());
}

TEST_F(TableRowsTest, MomentsUuidsAndNumbersOfItsOwnAreNotCompared) {
  after(
      "CREATE TABLE t (id serial, i int GENERATED ALWAYS AS IDENTITY, at timestamptz, on_day date, u uuid, "
      "v text, w text GENERATED ALWAYS AS (v || 'w') STORED)");
  const RowsOfTable one = of("public.t", "INSERT INTO t (at, v) VALUES (now(), 'x')");
  EXPECT_EQ(of("public.t",
               "DELETE FROM t; INSERT INTO t (on_day, u, v) VALUES (now(), "
               "'00000000-0000-0000-0000-000000000001', 'x')")
                .rows,
            one.rows);
}

TEST_F(TableRowsTest, PartitionsAreTheirTables) {
  const TableRows all = after(
      "CREATE TABLE p (n int) PARTITION BY LIST (n); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); "
      "CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2); INSERT INTO p VALUES (1), (2), (2); "
      "CREATE TABLE base (n int); CREATE TABLE child () INHERITS (base); INSERT INTO child VALUES (1)");
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all.at("public.p").count, 3);
  EXPECT_EQ(all.at("public.child").count, 1);
}

TEST_F(TableRowsTest, TheVersionTableIsNone) {
  const TableRows all = after(
      "CREATE TABLE alembic_version (version_num text); INSERT INTO alembic_version VALUES ('1'); "
      "CREATE SCHEMA other; CREATE TABLE other.alembic_version (n int); INSERT INTO other.alembic_version "
      "VALUES (1)");
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all.begin()->first, "other.alembic_version");
}

TEST_F(TableRowsTest, OfWhatIsTooMuchOnlyTheirNumberIsKnown) {
  const RowsOfTable much =
      of("public.t",
         "CREATE TABLE t (v text); INSERT INTO t SELECT md5(i::text) FROM generate_series(1, 200000) i");
  EXPECT_EQ(much.count, 200000);
  EXPECT_EQ(much.rows, "");
}

}  // namespace
}  // namespace windlass::run
