// What needs no server: quoting, connection strings, failures to connect.
#include "pg/connection.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <filesystem>
#include <string_view>
#include <thread>

#include "base/text.h"
#include "base/unique_fd.h"

namespace windlass::pg {
namespace {

using namespace std::string_view_literals;

/// A socket in a folder of its own, as a server would have it.
class ListeningSocket {
 public:
  ListeningSocket() : fd_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
    std::string folder = std::filesystem::temp_directory_path() / "windlass_pg_XXXXXX";
    if (::mkdtemp(folder.data()) == nullptr) std::abort();
    folder_ = folder;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    (folder + "/.s.PGSQL.5432").copy(address.sun_path, sizeof address.sun_path - 1);
    if (::bind(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(fd_.get(), 1) != 0)
      std::abort();
  }
  ~ListeningSocket() { std::filesystem::remove_all(folder_); }
  ListeningSocket(const ListeningSocket&) = delete;
  ListeningSocket& operator=(const ListeningSocket&) = delete;

  const std::string& folder() const { return folder_; }
  int get() const { return fd_.get(); }

 private:
  base::UniqueFd fd_;
  std::string folder_;
};

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

// A server that crashes says so to a session that is not ready yet; libpq would print it.
TEST(Open, WhatTheServerSaysMeanwhileIsNotPrinted) {
  const ListeningSocket listening;
  std::thread server([&] {
    const base::UniqueFd client(::accept(listening.get(), nullptr, nullptr));
    char startup[1024];
    ASSERT_GT(::recv(client.get(), startup, sizeof startup, 0), 0);
    constexpr auto kAnswer =
        "R\0\0\0\x08\0\0\0\0"
        "N\0\0\0\x35SWARNING\0C57P02\0Mterminating connection, really\0\0"sv;
    ASSERT_EQ(::send(client.get(), kAnswer.data(), kAnswer.size(), 0), static_cast<ssize_t>(kAnswer.size()));
  });
  testing::internal::CaptureStderr();
  const auto opened = Connection::open("host=" + listening.folder() + " dbname=x user=x");
  server.join();
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  ASSERT_FALSE(opened);
  EXPECT_TRUE(base::contains(opened.error().got, "server closed the connection"))
      << base::describe(opened.error());
}

TEST(Open, AServerThatNeverAnswersIsGivenUp) {
  const ListeningSocket listening;
  const auto opened = Connection::open("host=" + listening.folder() + " dbname=x user=x connect_timeout=2");
  ASSERT_FALSE(opened);
  EXPECT_TRUE(base::contains(opened.error().got, "did not answer within 2 s"))
      << base::describe(opened.error());
}

TEST(Open, AClosedConnectionSaysSo) {
  Connection connection;
  EXPECT_FALSE(connection);
  EXPECT_FALSE(connection.query("SELECT 1"));
  EXPECT_FALSE(connection.execute("SELECT 1"));
  EXPECT_EQ(connection.server_version(), 0);
}

TEST(Conninfo, PartsWithItsSecrets) {
  PartedConninfo parted =
      part_secrets("postgresql://me:p%40ss@db.example/shop?sslmode=require&sslpassword=k%20y");
  EXPECT_EQ(parted.open, "user='me' dbname='shop' host='db.example' sslmode='require'");
  EXPECT_EQ(parted.secret,
            (std::map<std::string, std::string>{{"password", "p@ss"}, {"sslpassword", "k y"}}));
  parted = part_secrets("service=prod password='it\\'s'");
  EXPECT_EQ(parted.open, "service='prod'");
  EXPECT_TRUE(part_secrets("no conninfo").open.empty());
}

}  // namespace
}  // namespace windlass::pg
