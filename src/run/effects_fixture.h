// A session with a scratch server that collects the event triggers' reports
// as the recorder would, for tests of effects.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/process.h"
#include "base/text.h"
#include "catalog/install.h"
#include "catalog/snapshot.h"
#include "pg/connection.h"
#include "record/recording.h"
#include "run/fill_effects.h"
#include "scratch/binaries.h"
#include "scratch/server.h"

// The few functions of libpq that pg::Connection does not offer; its header belongs to the rooms `pg` and
// `record`.
extern "C" {
pg_result* PQexec(pg_conn*, const char*);
char* PQcmdStatus(pg_result*);
char* PQresultErrorField(const pg_result*, int);
void PQclear(pg_result*);
int PQtransactionStatus(const pg_conn*);
using WindlassNoticeReceiver = void (*)(void*, const pg_result*);
WindlassNoticeReceiver PQsetNoticeReceiver(pg_conn*, WindlassNoticeReceiver, void*);
}

namespace windlass::run {

inline constexpr const char* kEffectsToken = "0123456789abcdef0123456789abcdef";

/// One scratch server for the whole test program.
class EffectsServer {
 public:
  static EffectsServer& shared() {
    static EffectsServer server;
    return server;
  }
  std::string conninfo(const std::string& user = "windlass") { return server_->conninfo("postgres", user); }
  int major() const { return server_->binaries().major; }
  std::string database(const std::string& name, const std::string& user = "windlass") {
    return server_->conninfo(name, user);
  }

 private:
  EffectsServer() : cache_(base::make_private_folder("/tmp", "effects-test-").value()) {
    scratch::FindOptions find;
    find.environment = base::current_environment();
    scratch::ServerOptions options;
    options.binaries = scratch::find_binaries(find).value();
    options.cache = cache_;
    options.prepare_sql = catalog::install_sql(options.binaries.major);
    options.token = kEffectsToken;
    options.environment = base::current_environment();
    auto started = scratch::Server::start(std::move(options));
    if (!started) ADD_FAILURE() << base::describe(started.error());
    server_.emplace(std::move(started).value());
  }
  ~EffectsServer() {
    server_.reset();
    static_cast<void>(base::remove_tree(cache_));
  }
  std::filesystem::path cache_;
  std::optional<scratch::Server> server_;
};

/// A client's session; run() is one statement and its record.
class EffectsSession {
 public:
  explicit EffectsSession(const std::string& conninfo) : connection_(pg::Connection::open(conninfo).value()) {
    PQsetNoticeReceiver(
        connection_.native(),
        [](void* self, const pg_result* notice) {
          const char* text = PQresultErrorField(notice, 'M');
          static_cast<EffectsSession*>(self)->notices_.emplace_back(text != nullptr ? text : "");
        },
        this);
  }
  EffectsSession(const EffectsSession&) = delete;

  record::Statement run(const std::string& text) {
    notices_.clear();
    pg_result* result = PQexec(connection_.native(), text.c_str());
    record::Statement statement;
    statement.session = 1;
    statement.text = text;
    statement.tag = PQcmdStatus(result);
    if (const size_t blank = statement.tag.find_first_of("0123456789"); blank != std::string::npos)
      statement.tag = std::string(base::trim(statement.tag.substr(0, blank)));
    if (const char* state = PQresultErrorField(result, 'C')) {
      record::ServerMessage error;
      error.sqlstate = state;
      error.message = PQresultErrorField(result, 'M');
      statement.error = error;
    }
    PQclear(result);
    const int status = PQtransactionStatus(connection_.native());
    statement.status_after = status == 0 ? 'I' : status == 3 ? 'E' : 'T';
    if (transaction_ == 0) transaction_ = ++transactions_;
    statement.transaction = transaction_;
    if (statement.status_after == 'I') transaction_ = 0;
    for (const std::string& notice : notices_) {
      const std::string mark = std::string("windlass:") + kEffectsToken + ":";
      if (!notice.starts_with(mark)) {
        record::ServerMessage message;
        message.sqlstate = "00000";
        message.message = notice;
        statement.notices.push_back(message);
        continue;
      }
      auto event = catalog::parse_event(std::string_view(notice).substr(mark.size()));
      EXPECT_TRUE(event) << text << "\n" << base::describe(event.error());
      if (event) statement.events.push_back(std::move(*event));
    }
    return statement;
  }

 private:
  pg::Connection connection_;
  std::vector<std::string> notices_;
  int transaction_ = 0, transactions_ = 0;
};

}  // namespace windlass::run
