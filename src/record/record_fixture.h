// What the tests with a real server share: a recorder before it, and clients.
#pragma once

#include <gtest/gtest.h>
#include <libpq-fe.h>

#include "base/text.h"
#include "record/recorder.h"
#include "record/test_server.h"

namespace windlass::record {

constexpr const char* kToken = "0123456789abcdef0123456789abcdef";

using ResultPointer = std::unique_ptr<PGresult, void (*)(PGresult*)>;
inline ResultPointer result_of(PGresult* result) { return {result, PQclear}; }

/// What comes back of a pipeline, up to its `syncs`-th end.
inline std::vector<ExecStatusType> pipeline_results(PGconn* connection, int syncs) {
  std::vector<ExecStatusType> seen;
  for (int nulls = 0; syncs > 0 && nulls < 20;) {
    const ResultPointer result = result_of(PQgetResult(connection));
    if (!result) {
      ++nulls;
      continue;
    }
    seen.push_back(PQresultStatus(result.get()));
    if (seen.back() == PGRES_PIPELINE_SYNC) --syncs;
  }
  return seen;
}

class RecordTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = *base::make_private_folder(std::filesystem::temp_directory_path(), "windlass-rec-");
    TestServer::get();
  }
  void TearDown() override {
    recorder_.reset();
    std::filesystem::remove_all(folder_);
  }

  void start(RecorderOptions options = {}) {
    options.upstream.socket_folder = TestServer::get().sockets();
    options.token = kToken;
    options.socket_folder = folder_;
    auto started = Recorder::start(std::move(options));
    ASSERT_TRUE(started) << base::describe(started.error());
    recorder_ = std::move(*started);
  }

  std::string conninfo() const {
    return fmt::format("host={} user=windlass dbname=postgres", folder_.string());
  }

  base::Output run(std::vector<std::string> arguments, std::string_view input = {},
                   const std::string& host = {}) {
    base::ProcessOptions options;
    options.arguments = std::move(arguments);
    options.environment = base::current_environment();
    base::set_environment(options.environment, "PGHOST", host.empty() ? folder_.string() : host);
    base::set_environment(options.environment, "PGUSER", "windlass");
    base::set_environment(options.environment, "PGDATABASE", "postgres");
    auto output = base::run_program(options, std::chrono::seconds(300), size_t{256} << 20, input);
    EXPECT_TRUE(output) << (output ? "" : base::describe(output.error()));
    return output ? *output : base::Output{};
  }
  base::Output psql(std::vector<std::string> arguments, std::string_view input = {},
                    const std::string& host = {}) {
    arguments.insert(arguments.begin(), {"psql", "-X"});
    return run(std::move(arguments), input, host);
  }

  std::filesystem::path folder_;
  std::unique_ptr<Recorder> recorder_;
};

}  // namespace windlass::record
