// pg::Connection against a real server (its own room cannot start one).
#include "pg/connection.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "scratch/test_support.h"

namespace windlass::scratch {
namespace {

TEST(Connection, RowsParametersAndNulls) {
  auto server = Server::start(test_options());
  ASSERT_TRUE(server) << base::describe(server.error());
  auto opened = pg::Connection::open(server->conninfo("postgres"));
  ASSERT_TRUE(opened);
  pg::Connection connection = std::move(*opened);
  const auto rows =
      connection.query("SELECT $1::text AS a, $2::int + 1 AS b, $3::text AS c", {"ü'\\", "41", {}});
  ASSERT_TRUE(rows) << base::describe(rows.error());
  ASSERT_EQ(rows->size(), 1);
  EXPECT_EQ(rows->columns(), 3);
  EXPECT_EQ(rows->at(0, rows->column("a")), "ü'\\");
  EXPECT_EQ(rows->at(0, 1), "42");
  EXPECT_TRUE(rows->is_null(0, 2));
  EXPECT_EQ(rows->at(0, 2), "");
  EXPECT_EQ(rows->column("none"), -1);
  EXPECT_EQ(rows->at(5, 5), "");
  EXPECT_EQ(connection.server_version() / 10000, server->binaries().major);
  EXPECT_EQ(connection.server_version_text(), server->version());
  EXPECT_EQ(connection.query("SHOW client_encoding")->at(0, 0), "UTF8");
}

TEST(Connection, ErrorsCarryStateAndDetailAndNoSecret) {
  auto server = Server::start(test_options());
  ASSERT_TRUE(server) << base::describe(server.error());
  auto connection = pg::Connection::open(server->conninfo("postgres"));
  ASSERT_TRUE(connection);
  ASSERT_TRUE(connection->execute("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)"));
  const auto twice = connection->execute("INSERT INTO t VALUES (1)");
  ASSERT_FALSE(twice);
  EXPECT_TRUE(twice.error().got.starts_with("23505: duplicate key")) << twice.error().got;
  EXPECT_TRUE(base::contains(twice.error().got, "(Key (id)=(1) already exists.)")) << twice.error().got;
  const auto hinted = connection->query("SELECT idd FROM t");
  ASSERT_FALSE(hinted);
  EXPECT_TRUE(base::contains(hinted.error().hint, "t.id")) << hinted.error().hint;
  // COPY leaves the connection usable, whichever way it goes.
  for (const char* sql : {"COPY t FROM STDIN", "COPY t TO STDOUT", "COPY t TO STDOUT; COPY t FROM STDIN"}) {
    EXPECT_FALSE(connection->execute(sql)) << sql;
    const auto after = connection->query("SELECT count(*) FROM t");
    ASSERT_TRUE(after) << sql << base::describe(after.error());
    EXPECT_EQ(after->at(0, 0), "1");
  }
  const auto gone = connection->execute("SELECT pg_terminate_backend(pg_backend_pid())");
  ASSERT_FALSE(gone);
  EXPECT_TRUE(base::contains(gone.error().got, "terminating connection due to administrator command"))
      << gone.error().got;
  EXPECT_FALSE(connection->execute("SELECT 1"));
}

TEST(Connection, ManyStatementsInOneRoundTrip) {
  auto server = Server::start(test_options());
  ASSERT_TRUE(server) << base::describe(server.error());
  auto connection = pg::Connection::open(server->conninfo("postgres"));
  ASSERT_TRUE(connection);
  const std::vector<std::string> good = {"BEGIN", "SELECT 1 AS one", "CREATE TABLE t (id int)",
                                         "SELECT 'a', 'b'", "COMMIT"};
  const auto all = connection->query_all(good);
  ASSERT_TRUE(all) << base::describe(all.error());
  ASSERT_EQ(all->size(), good.size());
  EXPECT_EQ((*all)[1].at(0, 0), "1");
  EXPECT_EQ((*all)[3].at(0, 1), "b");
  EXPECT_TRUE(connection->query_all({})->empty());

  const std::vector<std::string> bad = {"SELECT 1", "SELECT none_such", "SELECT 2"};
  const auto refused = connection->query_all(bad);
  ASSERT_FALSE(refused);
  EXPECT_TRUE(base::contains(refused.error().got, "42703")) << refused.error().got;
  EXPECT_TRUE(base::contains(refused.error().on, "none_such")) << refused.error().on;
  EXPECT_EQ(connection->query("SELECT count(*) FROM t")->at(0, 0), "0") << "still usable";

  const std::vector<std::string> last = {"SELECT 1", "SELECT pg_terminate_backend(pg_backend_pid())",
                                         "SELECT 2"};
  EXPECT_FALSE(connection->query_all(last));
  EXPECT_FALSE(connection->query_all(good));
  EXPECT_FALSE(connection->query("SELECT 1"));
}

}  // namespace
}  // namespace windlass::scratch
