// Runs statements against a scratch server as a client would, and holds every
// one of them to the self-check: effects applied = a full read of the catalog.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "run/effects_fixture.h"

namespace windlass::run {

/// Runs the statements; wherever no transaction is open, effects and a full read are compared. An expected
/// error is marked by a leading '!'.
class Follower {
 public:
  explicit Follower(const std::string& user = "windlass")
      : session_(EffectsServer::shared().conninfo(user)),
        reader_(pg::Connection::open(EffectsServer::shared().conninfo()).value()),
        start_(catalog::read_snapshot(reader_).value()) {
    server_.before = catalog::read_shared(reader_).value();
    server_.ours = true;
    recording_.sessions.push_back({});
    recording_.sessions[0].n = 1;
    recording_.sessions[0].database = "postgres";
  }

  void run(const std::string& given) {
    const bool fails = given.starts_with("!");
    const std::string text = fails ? given.substr(1) : given;
    record::Statement statement = session_.run(text);
    EXPECT_EQ(statement.failed(), fails) << text << "\n"
                                         << (statement.failed() ? statement.error->message : "did not fail");
    const char status = statement.status_after;
    recording_.statements.push_back(std::move(statement));
    if (status != 'I') return;
    auto read = catalog::read_snapshot(reader_);
    ASSERT_TRUE(read) << base::describe(read.error());
    server_.after = catalog::read_shared(reader_).value();
    const FilledEffects filled =
        fill_effects(recording_, {{"postgres", start_}}, {{"postgres", *read}}, &server_);
    for (const std::string& sentence : filled.unexplained)
      ADD_FAILURE() << "after: " << text << "\n" << sentence;
    server_.before = std::move(server_.after);
    for (const std::string& sentence : self_check(filled.end.at("postgres"), *read))
      ADD_FAILURE() << "after: " << text << "\n" << sentence;
    last_ = std::move(recording_.statements);
    recording_.statements.clear();
    start_ = std::move(*read);
  }

  void run_all(const std::vector<std::string>& statements) {
    for (const std::string& statement : statements) run(statement);
  }

  /// The statements since the session was last outside a transaction, with their effects.
  const std::vector<record::Statement>& last() const { return last_; }
  bool in_transaction() const { return !recording_.statements.empty(); }

  /// The effects since the session was last outside a transaction: "created table public.t", ...
  std::vector<std::string> effects() const {
    std::vector<std::string> texts;
    for (const record::Statement& statement : last_)
      for (const catalog::Effect& effect : statement.effects)
        texts.push_back(catalog::outcome_of(effect) + " " + catalog::to_string(effect.object));
    return texts;
  }

 private:
  EffectsSession session_;
  pg::Connection reader_;
  catalog::Snapshot start_;
  ServerWideReads server_;
  record::Recording recording_;
  std::vector<record::Statement> last_;
};

}  // namespace windlass::run
