// The harder parts of the protocol, through the recorder, with a real server.
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>

#include "base/digest.h"
#include "record/record_fixture.h"
#include "wire/bytes.h"
#include "wire/fields.h"

namespace windlass::record {
namespace {

using namespace std::string_literals;

class ProtocolTest : public RecordTest {
 protected:
  pg::Connection connect(const std::string& more = {}) {
    auto client = pg::Connection::open(conninfo() + " " + more);
    EXPECT_TRUE(client) << (client ? "" : base::describe(client.error()));
    return client ? std::move(*client) : pg::Connection();
  }

  /// A listening socket on the loopback address, and its port.
  static std::pair<base::UniqueFd, int> listen_tcp() {
    base::UniqueFd socket(::socket(AF_INET, SOCK_STREAM, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(::listen(socket.get(), 8), 0);
    EXPECT_EQ(::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
    return {std::move(socket), ntohs(address.sin_port)};
  }

  base::UniqueFd raw() const {
    base::UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = (folder_ / ".s.PGSQL.5432").string();
    std::copy(path.begin(), path.end(), address.sun_path);
    EXPECT_EQ(::connect(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    return socket;
  }
  static void say(const base::UniqueFd& socket, std::string_view bytes) {
    EXPECT_EQ(::send(socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
  }
  /// Everything until the other side closes; fails after five seconds without a byte.
  static std::string hear(const base::UniqueFd& socket) {
    std::string heard;
    char buffer[4096];
    while (true) {
      pollfd fd{socket.get(), POLLIN, 0};
      if (::poll(&fd, 1, 5000) != 1) {
        ADD_FAILURE() << "the recorder neither answered nor closed";
        return heard;
      }
      const ssize_t count = ::recv(socket.get(), buffer, sizeof buffer, 0);
      if (count <= 0) return heard;
      heard.append(buffer, static_cast<size_t>(count));
    }
  }
  static std::string startup(const std::string& settings = "user\0windlass\0database\0postgres\0\0"s) {
    std::string packet;
    wire::append_u32(packet, static_cast<uint32_t>(settings.size() + 8));
    wire::append_u32(packet, 3 << 16);
    return packet + settings;
  }
};

TEST_F(ProtocolTest, APipelineWithAnErrorInTheMiddle) {
  start();
  pg::Connection client = connect();
  PGconn* const native = client.native();
  ASSERT_EQ(PQenterPipelineMode(native), 1);
  for (const char* text : {"SELECT 1", "SELECT 1/0", "SELECT 2"})
    PQsendQueryParams(native, text, 0, nullptr, nullptr, nullptr, nullptr, 0);
  PQpipelineSync(native);
  PQsendQueryParams(native, "SELECT 3", 0, nullptr, nullptr, nullptr, nullptr, 0);
  PQpipelineSync(native);
  EXPECT_EQ(pipeline_results(native, 2),
            (std::vector<ExecStatusType>{PGRES_TUPLES_OK, PGRES_FATAL_ERROR, PGRES_PIPELINE_ABORTED,
                                         PGRES_PIPELINE_SYNC, PGRES_TUPLES_OK, PGRES_PIPELINE_SYNC}));
  client.close();
  const Recording recording = recorder_->stop();
  ASSERT_EQ(recording.statements.size(), 4u);
  EXPECT_EQ(recording.statements[1].error->sqlstate, "22012");
  EXPECT_TRUE(recording.statements[2].skipped);
  EXPECT_EQ(recording.statements[3].tag, "SELECT 1");
}

TEST_F(ProtocolTest, BothSidesMayWriteMuchAtOnce) {
  // Five hundred queries of 20 kB with answers of 200 kB, sent before anything is read.
  start();
  pg::Connection client = connect();
  PGconn* const native = client.native();
  ASSERT_EQ(PQenterPipelineMode(native), 1);
  PQsetnonblocking(native, 1);
  const std::string query = "SELECT repeat('x', 200000) /* " + std::string(20'000, 'y') + " */";
  constexpr int kCount = 500;
  int sent = 0, received = 0;
  while (received < kCount) {
    while (sent < kCount &&
           PQsendQueryParams(native, query.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 0) == 1 && ++sent)
      if (sent == kCount) PQpipelineSync(native);
    PQflush(native);
    pollfd fd{PQsocket(native), static_cast<short>(POLLIN | (PQflush(native) == 1 ? POLLOUT : 0)), 0};
    ASSERT_EQ(::poll(&fd, 1, 10'000), 1) << "stuck after " << received;
    ASSERT_EQ(PQconsumeInput(native), 1);
    while (PQisBusy(native) == 0 && received < kCount) {
      const ResultPointer result = result_of(PQgetResult(native));
      if (!result) continue;
      ASSERT_EQ(PQresultStatus(result.get()), PGRES_TUPLES_OK);
      ASSERT_EQ(PQgetlength(result.get(), 0, 0), 200'000);
      ++received;
    }
  }
  client.close();
  EXPECT_EQ(recorder_->stop().statements.size(), 500u);
}

TEST_F(ProtocolTest, AHundredMegabytesEachWay) {
  start();
  pg::Connection client = connect();
  constexpr size_t kSize = 100'000'000;
  const ResultPointer large = result_of(PQexecParams(client.native(), "SELECT repeat('0123456789', 10000000)",
                                                     0, nullptr, nullptr, nullptr, nullptr, 0));
  ASSERT_EQ(PQresultStatus(large.get()), PGRES_TUPLES_OK) << PQerrorMessage(client.native());
  const std::string value = PQgetvalue(large.get(), 0, 0);
  ASSERT_EQ(value.size(), kSize);
  const char* const values[] = {value.c_str()};
  const ResultPointer measured = result_of(
      PQexecParams(client.native(), "SELECT md5($1::text)", 1, nullptr, values, nullptr, nullptr, 0));
  ASSERT_EQ(PQresultStatus(measured.get()), PGRES_TUPLES_OK) << PQerrorMessage(client.native());
  const ResultPointer direct =
      result_of(PQexec(client.native(), "SELECT md5(repeat('0123456789', 10000000))"));
  EXPECT_STREQ(PQgetvalue(measured.get(), 0, 0), PQgetvalue(direct.get(), 0, 0));
  client.close();
  EXPECT_EQ(recorder_->stop().statements.size(), 3u);
}

TEST_F(ProtocolTest, ALongStatementIsKeptAsHeadTailLengthAndDigest) {
  start();
  pg::Connection client = connect();
  const std::string mark = fmt::format("/*wl:{};r=9;l=3*/", kToken);
  for (const size_t size : {size_t{2'000'000}, size_t{20'000'000}}) {
    const std::string query = "SELECT length('" + std::string(size, 'x') + "') AS the_end";
    const ResultPointer simple = result_of(PQexec(client.native(), (mark + query).c_str()));
    ASSERT_EQ(PQresultStatus(simple.get()), PGRES_TUPLES_OK) << PQerrorMessage(client.native());
    EXPECT_EQ(PQgetvalue(simple.get(), 0, 0), std::to_string(size));
    const ResultPointer extended = result_of(
        PQexecParams(client.native(), (mark + query).c_str(), 0, nullptr, nullptr, nullptr, nullptr, 0));
    ASSERT_EQ(PQresultStatus(extended.get()), PGRES_TUPLES_OK) << PQerrorMessage(client.native());
    EXPECT_EQ(PQgetvalue(extended.get(), 0, 0), std::to_string(size));
  }
  client.close();
  const Recording recording = recorder_->stop();
  ASSERT_EQ(recording.statements.size(), 4u);
  for (size_t i = 0; i < 4; ++i) {
    const Statement& statement = recording.statements[i];
    const std::string query =
        "SELECT length('" + std::string(i < 2 ? 2'000'000 : 20'000'000, 'x') + "') AS the_end";
    EXPECT_EQ(statement.length, query.size()) << i;
    EXPECT_EQ(statement.digest, base::sha256(query)) << i;
    EXPECT_TRUE(statement.text.starts_with("SELECT length('xxx")) << i;
    EXPECT_TRUE(statement.text.ends_with("') AS the_end")) << i;
    EXPECT_EQ(statement.source.revision, "9") << i;
    EXPECT_LT(statement.text.size(), 200'000u) << i;
  }
}

TEST_F(ProtocolTest, TlsAndAPasswordOverTcp) {
  auto [listener, port] = listen_tcp();
  RecorderOptions options;
  options.tcp.push_back({std::move(listener), "the right password"});
  start(std::move(options));
  const auto url = [port = port](const std::string& password, const std::string& mode) {
    return fmt::format("host=127.0.0.1 port={} user=windlass dbname=postgres password='{}' sslmode={}", port,
                       password, mode);
  };
  auto client = pg::Connection::open(url("the right password", "require"));
  ASSERT_TRUE(client) << base::describe(client.error());
  EXPECT_EQ(PQsslInUse(client->native()), 1);
  const ResultPointer large = result_of(PQexec(client->native(), "SELECT repeat('x', 5000000)"));
  EXPECT_EQ(PQgetlength(large.get(), 0, 0), 5'000'000);
  client->close();
  auto plain = pg::Connection::open(url("the right password", "disable"));
  ASSERT_TRUE(plain) << base::describe(plain.error());
  plain->close();
  const auto refused = pg::Connection::open(url("a wrong password", "require"));
  ASSERT_FALSE(refused);
  EXPECT_TRUE(base::contains(refused.error().got, "password authentication failed")) << refused.error().got;
  const Recording recording = recorder_->stop();
  ASSERT_EQ(recording.sessions.size(), 3u);
  EXPECT_TRUE(recording.sessions[0].tls);
  EXPECT_FALSE(recording.sessions[1].tls);
  EXPECT_EQ(recording.statements.size(), 1u);
}

TEST_F(ProtocolTest, AGivenServerIsReachedThroughLibpq) {
  // The given server is another recorder with TLS and a password: what libpq negotiates is what it would on
  // any server.
  auto [listener, port] = listen_tcp();
  RecorderOptions options;
  options.tcp.push_back({std::move(listener), "outer password"});
  start(std::move(options));
  const auto inner_folder =
      *base::make_private_folder(std::filesystem::temp_directory_path(), "windlass-rec-");
  RecorderOptions given;
  given.upstream.conninfo =
      fmt::format("postgresql://windlass:outer%20password@127.0.0.1:{}/nowhere?sslmode=require", port);
  given.socket_folder = inner_folder;
  given.admit = [](const StartupRequest& request) -> base::Result<Admission> {
    EXPECT_EQ(request.database, "asked");
    return Admission{"windlass", "postgres"};
  };
  auto inner = Recorder::start(std::move(given));
  ASSERT_TRUE(inner);
  auto client = pg::Connection::open(
      fmt::format("host={} user=someone dbname=asked application_name=mine options='-c app.words=a\\\\ b'",
                  inner_folder.string()));
  ASSERT_TRUE(client) << base::describe(client.error());
  const ResultPointer shown =
      result_of(PQexec(client->native(),
                       "SELECT current_database(), current_user, current_setting('application_name'), "
                       "current_setting('app.words')"));
  ASSERT_EQ(PQresultStatus(shown.get()), PGRES_TUPLES_OK) << PQerrorMessage(client->native());
  EXPECT_STREQ(PQgetvalue(shown.get(), 0, 0), "postgres");
  EXPECT_STREQ(PQgetvalue(shown.get(), 0, 1), "windlass");
  EXPECT_STREQ(PQgetvalue(shown.get(), 0, 2), "mine");
  EXPECT_STREQ(PQgetvalue(shown.get(), 0, 3), "a b");
  EXPECT_STREQ(PQparameterStatus(client->native(), "server_encoding"), "UTF8");
  const ResultPointer large = result_of(PQexec(client->native(), "SELECT repeat('x', 5000000)"));
  EXPECT_EQ(PQgetlength(large.get(), 0, 0), 5'000'000);
  PQsendQuery(client->native(), "SELECT pg_sleep(60)");
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  PGcancel* const cancel = PQgetCancel(client->native());
  char error[256];
  EXPECT_EQ(PQcancel(cancel, error, sizeof error), 1) << error;
  PQfreeCancel(cancel);
  const ResultPointer cancelled = result_of(PQgetResult(client->native()));
  EXPECT_STREQ(PQresultErrorField(cancelled.get(), PG_DIAG_SQLSTATE), "57014");
  client->close();
  EXPECT_EQ((*inner)->stop().statements.size(), 3u);
  EXPECT_EQ(recorder_->stop().statements.size(), 3u);
  std::filesystem::remove_all(inner_folder);
}

TEST_F(ProtocolTest, AClientThatIsNotAdmittedHearsWhy) {
  RecorderOptions options;
  options.admit = [](const StartupRequest&) -> base::Result<Admission> {
    return base::fail({"create the role", "app", "no such luck", "Ask again.", base::Exit::CouldNotLook});
  };
  start(std::move(options));
  const auto refused = pg::Connection::open(conninfo());
  ASSERT_FALSE(refused);
  EXPECT_TRUE(base::contains(refused.error().got, "no such luck")) << refused.error().got;
  const Recording recording = recorder_->stop();
  ASSERT_EQ(recording.sessions.size(), 1u);
  EXPECT_EQ(recording.sessions[0].ended_by, "server");
}

TEST_F(ProtocolTest, GarbageGetsAClearAnswer) {
  start();
  const auto answer = [this](std::string_view bytes) {
    const base::UniqueFd socket = raw();
    say(socket, bytes);
    return hear(socket);
  };
  const std::string http = answer("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(wire::field(std::string_view(http).substr(5), 'C'), "08P01");
  EXPECT_EQ(wire::field(std::string_view(http).substr(5), 'S'), "FATAL");
  const std::string old = answer("\0\0\x01\x28\0\x02\0\0"s + std::string(288, '\0'));
  EXPECT_TRUE(base::contains(old, "unsupported frontend protocol 2.0"));
  const std::string huge = answer("\0\0\x27\x11\0\x03\0\0"s);
  EXPECT_TRUE(base::contains(huge, "invalid length of startup packet"));
  const std::string unended = answer("\0\0\0\x0d\0\x03\0\0user\0"s);
  EXPECT_EQ(wire::field(std::string_view(unended).substr(5), 'C'), "08P01");
  {
    const base::UniqueFd socket = raw();
    say(socket, "\0\0\0\x50\0\x03"s);
    ::shutdown(socket.get(), SHUT_WR);
    EXPECT_EQ(hear(socket), "");
  }
  const Recording recording = recorder_->stop();
  ASSERT_EQ(recording.sessions.size(), 5u);
  for (const Session& session : recording.sessions) {
    EXPECT_EQ(session.ended_by, "client");
    EXPECT_EQ(session.remarks.size(), 1u);
  }
}

TEST_F(ProtocolTest, GarbageAfterTheStartupIsAnsweredByTheServer) {
  start();
  for (const std::string& bytes :
       {"\xfe\0\0\0\x04"s, "Q\xff\xff\xff\xff"s, "Q\0\0\0\x01"s, "B\0\0\0\x06\0\0"s}) {
    const base::UniqueFd direct(::socket(AF_UNIX, SOCK_STREAM, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = (TestServer::get().sockets() / ".s.PGSQL.5432").string();
    std::copy(path.begin(), path.end(), address.sun_path);
    ASSERT_EQ(::connect(direct.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    const base::UniqueFd recorded = raw();
    std::string errors[2];
    int i = 0;
    for (const base::UniqueFd* socket : {&direct, &recorded}) {
      say(*socket, startup());
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      say(*socket, bytes + "S\0\0\0\x04X\0\0\0\x04"s);
      ::shutdown(socket->get(), SHUT_WR);
      const std::string heard = hear(*socket);
      const size_t error =
          heard.find("ESFATAL"s) == std::string::npos ? heard.find("SERROR") : heard.find("SFATAL");
      errors[i++] = error == std::string::npos ? "" : heard.substr(error, 60);
    }
    EXPECT_EQ(errors[0], errors[1]);
  }
}

TEST_F(ProtocolTest, HalfAMessageThenNothing) {
  start();
  {
    const base::UniqueFd socket = raw();
    say(socket, startup() + "Q\0\0\0\x20SELECT"s);
    ::shutdown(socket.get(), SHUT_WR);
    hear(socket);
  }
  const Recording recording = recorder_->stop();
  ASSERT_EQ(recording.sessions.size(), 1u);
  EXPECT_EQ(recording.sessions[0].ended_by, "client");
  EXPECT_TRUE(recording.statements.empty());
}

TEST_F(ProtocolTest, ASessionTheServerEndsIsSaidToBe) {
  start();
  pg::Connection client = connect();
  const ResultPointer killed =
      result_of(PQexec(client.native(), "SELECT pg_terminate_backend(pg_backend_pid())"));
  EXPECT_EQ(PQstatus(client.native()), CONNECTION_BAD);
  client.close();
  const Recording recording = recorder_->stop();
  EXPECT_EQ(recording.sessions.at(0).ended_by, "server");
  ASSERT_EQ(recording.statements.size(), 1u);
  EXPECT_EQ(recording.statements[0].error->sqlstate, "57P01");
}

TEST_F(ProtocolTest, StoppingEndsWhatIsUnderWay) {
  start();
  pg::Connection client = connect();
  PQsendQuery(client.native(), "SELECT pg_sleep(60)");
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  const Recording recording = recorder_->stop();
  EXPECT_EQ(recording.sessions.at(0).ended_by, "cut off");
  ASSERT_EQ(recording.statements.size(), 1u);
  EXPECT_EQ(recording.statements[0].tag, "");
  EXPECT_TRUE(recorder_->stop().statements.empty());
}

TEST_F(ProtocolTest, PgbenchRunsInEveryMode) {
  start();
  ASSERT_TRUE(run({"pgbench", "-i", "-s", "1", "-q"}).status.ok());
  for (const char* mode : {"simple", "extended", "prepared"}) {
    const auto output = run({"pgbench", "-n", "-M", mode, "-c", "4", "-t", "100"});
    EXPECT_TRUE(output.status.ok()) << output.err;
    EXPECT_TRUE(base::contains(output.out, "number of transactions actually processed: 400/400"))
        << output.out;
  }
  const Recording recording = recorder_->stop();
  uint64_t updates = 0;
  for (const Statement& statement : recording.statements) {
    EXPECT_FALSE(statement.error) << statement.text << statement.error->message;
    if (statement.text.starts_with("UPDATE pgbench_branches")) updates += statement.executions;
  }
  EXPECT_EQ(updates, 1200u);
}

TEST_F(ProtocolTest, PasswordsAreNowhereInTheRecording) {
  RecorderOptions options;
  options.masker.add("from-the-environment");
  options.parameters = ParametersMode::Values;
  start(std::move(options));
  pg::Connection client = connect("application_name=from-the-environment");
  for (const char* text :
       {"CREATE ROLE masked LOGIN PASSWORD 'hunter-two'", "DROP ROLE masked", "SELECT 'from-the-environment'",
        "DO $$ BEGIN RAISE EXCEPTION 'failed with from-the-environment'; END $$"})
    PQclear(PQexec(client.native(), text));
  const char* const values[] = {"from-the-environment"};
  PQclear(PQexecParams(client.native(), "SELECT $1::text", 1, nullptr, values, nullptr, nullptr, 0));
  client.close();
  const Recording recording = recorder_->stop();
  ASSERT_EQ(recording.statements.size(), 5u);
  for (const Statement& statement : recording.statements) {
    EXPECT_FALSE(base::contains(statement.text, "hunter-two")) << statement.text;
    EXPECT_FALSE(base::contains(statement.text, "from-the-environment")) << statement.text;
    EXPECT_FALSE(statement.error && base::contains(statement.error->message, "from-the-environment"));
    for (const Parameter& parameter : statement.parameters) EXPECT_EQ(parameter.value, "***");
  }
  EXPECT_EQ(recording.statements[4].parameters.size(), 1u);
  EXPECT_EQ(recording.sessions[0].application_name, "***");
}

}  // namespace
}  // namespace windlass::record
