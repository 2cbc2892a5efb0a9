// What needs no server: quoting, connection strings, failures to connect.
#include "pg/connection.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace windlass::pg {
namespace {

TEST(Quote, Identifiers) {
  EXPECT_EQ(quote_identifier("users"), "\"users\"");
  EXPECT_EQ(quote_identifier("My \"odd\" one"), "\"My \"\"odd\"\" one\"");
}

TEST(Quote, Literals) {
  EXPECT_EQ(quote_literal("it's"), "'it''s'");
  EXPECT_EQ(quote_literal("a\\b'c"), "E'a\\\\b''c'");
  EXPECT_EQ(quote_literal(""), "''");
}

TEST(Quote, ConnectionStrings) {
  EXPECT_EQ(quote_conninfo("a b"), "'a b'");
  EXPECT_EQ(quote_conninfo("it's \\"), "'it\\'s \\\\'");
}

TEST(WithDatabase, KeepsAllElse) {
  EXPECT_EQ(
      with_database("postgresql://me:p%40ss@db.example:6000/old?sslmode=require", "new 'one'"),
      "user='me' password='p@ss' host='db.example' port='6000' sslmode='require' dbname='new \\'one\\''");
  EXPECT_EQ(with_database("host=/tmp dbname=old", "x"), "host='/tmp' dbname='x'");
}

TEST(Open, AFailureNamesThePlaceAndNoPassword) {
  for (const char* conninfo :
       {"postgresql://me:hunter22@127.0.0.1:1/x", "host=127.0.0.1 port=1 password=hunter22",
        "postgresql://me:hunter22@127.0.0.1:1/x?nonsense=1", "host=127.0.0.1 password=hunter22 ="}) {
    const auto opened = Connection::open(conninfo);
    ASSERT_FALSE(opened) << conninfo;
    EXPECT_EQ(opened.error().exit, base::Exit::CouldNotLook);
    EXPECT_FALSE(base::contains(base::describe(opened.error()), "hunter22"))
        << base::describe(opened.error());
  }
}

TEST(Open, AClosedConnectionSaysSo) {
  Connection connection;
  EXPECT_FALSE(connection);
  EXPECT_FALSE(connection.query("SELECT 1"));
  EXPECT_FALSE(connection.execute("SELECT 1"));
  EXPECT_EQ(connection.server_version(), 0);
}

}  // namespace
}  // namespace windlass::pg
