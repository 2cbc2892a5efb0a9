#include "record/recording_json.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <nlohmann/json.hpp>

#include "base/file.h"
#include "base/text.h"

namespace windlass::record {
namespace {

RecordingDocument example() {
  RecordingDocument document;
  document.command = {"alembic", "upgrade", "heads"};
  document.exit = 1;
  Session session;
  session.n = 1;
  session.user = "app";
  session.database = "shop";
  session.application_name = "migration";
  session.backend_pid = 42;
  session.tls = true;
  session.started = 0.012;
  session.ended = 1.5;
  session.ended_by = "client";
  session.remarks = {"the server closed the connection"};
  document.recording.sessions.push_back(session);
  Statement created;
  created.n = 1;
  created.session = 1;
  created.transaction = 1;
  created.source = {{"versions/008.py", 38, 5}, "008", "create_table", "auto", {"app/db.py", 9, 0}};
  created.text = "CREATE TYPE \"level\" AS ENUM ('a', 'ü')";
  created.length = created.text.size();
  created.tag = "CREATE TYPE";
  created.started = 0.25;
  created.milliseconds = 0.412;
  created.status_after = 'T';
  created.notices.push_back({});
  created.notices[0].severity = "NOTICE";
  created.notices[0].sqlstate = "00000";
  created.notices[0].message = "seen";
  created.effects.push_back(
      {{"type", "public.level"}, catalog::Change::Created, "", "{\"labels\":[\"a\"]}", "", false});
  created.effects.push_back(
      {{"table", "public.b"}, catalog::Change::Altered, "{}", "{\"x\":1}", "public.a", true});
  document.recording.statements.push_back(created);
  Statement failed;
  failed.n = 2;
  failed.session = 1;
  failed.transaction = 1;
  failed.protocol = Protocol::Extended;
  failed.text = "INSERT INTO t\n...\nVALUES";
  failed.length = 2'000'000;
  failed.digest = "sha256:00";
  failed.parameters = {{"int4", std::nullopt, false},
                       {"text", "x", false},
                       {"text", std::nullopt, true},
                       {"", std::nullopt, false}};
  failed.executions = 7;
  failed.rows = 3;
  ServerMessage error;
  error.severity = "ERROR";
  error.sqlstate = "23505";
  error.message = "duplicate key";
  error.detail = "Key (id)=(1)";
  error.hint = "h";
  error.where = "w";
  error.schema = "public";
  error.table = "t";
  error.column = "c";
  error.data_type = "d";
  error.constraint = "t_pkey";
  error.internal_query = "q";
  error.position = 3;
  error.internal_position = 4;
  failed.error = error;
  failed.skipped = false;
  failed.status_after = 'E';
  document.recording.statements.push_back(failed);
  return document;
}

TEST(RecordingJson, ReadsBackWhatItWrote) {
  const std::string text = to_json(example());
  const auto again = read_recording(text, "x.json");
  ASSERT_TRUE(again) << base::describe(again.error());
  EXPECT_EQ(to_json(*again), text);
  const Statement& statement = again->recording.statements[1];
  EXPECT_EQ(statement.error->constraint, "t_pkey");
  EXPECT_EQ(statement.parameters[1].value, "x");
  EXPECT_TRUE(statement.parameters[2].null);
  EXPECT_EQ(statement.length, 2'000'000u);
  EXPECT_EQ(again->recording.statements[0].effects[1].renamed_from, "public.a");
  EXPECT_TRUE(again->recording.statements[0].effects[1].rolled_back);
}

TEST(RecordingJson, HasTheFieldsOfTheFormat) {
  const auto json = nlohmann::json::parse(to_json(example()));
  EXPECT_EQ(json["schema"], "windlass.record/1");
  EXPECT_EQ(json["statements"][0]["location"]["line"], 38);
  EXPECT_EQ(json["statements"][0]["effects"][0]["effect"], "created");
  EXPECT_EQ(json["statements"][0]["effects"][1]["effect"], "rolled-back");
  EXPECT_TRUE(json["statements"][1]["location"].is_null());
  EXPECT_EQ(json["statements"][0]["helper"]["file"], "app/db.py");
  EXPECT_FALSE(json["statements"][1].contains("helper"));
  EXPECT_TRUE(json["statements"][0]["error"].is_null());
  EXPECT_EQ(json["statements"][1]["parameters"][0], "int4");
}

TEST(RecordingJson, ReadsTheExampleOfItsDocument) {
  const auto page = base::read_file(std::filesystem::path(WINDLASS_SOURCE_ROOT) / "docs/recording.md");
  ASSERT_TRUE(page);
  const size_t start = page->find("```json\n") + 8;
  const std::string text = page->substr(start, page->find("```", start) - start);
  const auto document = read_recording(text, "docs/recording.md");
  ASSERT_TRUE(document) << base::describe(document.error());
  EXPECT_EQ(document->recording.statements.size(), 2u);
}

TEST(RecordingJson, AnEmptyRecordingIsADocument) {
  const auto again = read_recording(to_json({}), "x.json");
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->recording.statements.empty());
}

TEST(RecordingJson, BytesThatAreNoUtf8AreReplaced) {
  RecordingDocument document = example();
  document.recording.statements[0].text = "SELECT '\xe4'";
  const auto again = read_recording(to_json(document), "x.json");
  ASSERT_TRUE(again);
  EXPECT_EQ(again->recording.statements[0].text, "SELECT '\xef\xbf\xbd'");
}

TEST(RecordingJson, ErrorsNameThePlace) {
  const auto got = [](const std::string& text) {
    const auto read = read_recording(text, "x.json");
    return read ? std::string("read") : read.error().got;
  };
  EXPECT_EQ(got("{\n  \"schema\": oops"), "no valid JSON at line 2, column 13");
  EXPECT_EQ(got("[]"), "the document: an object was expected");
  EXPECT_EQ(got("{}"), "schema: a string was expected");
  EXPECT_EQ(got(R"({"schema":"windlass.record/2"})"),
            "schema: this windlass reads windlass.record/1, not windlass.record/2");
  EXPECT_EQ(got(R"({"schema":"windlass.check/1"})"),
            "schema: windlass.record/1 was expected: this is no recording");
  auto json = nlohmann::json::parse(to_json(example()));
  const auto with = [&](const char* pointer, const nlohmann::json& value) {
    auto changed = json;
    changed[nlohmann::json::json_pointer(pointer)] = value;
    return got(changed.dump());
  };
  EXPECT_EQ(with("/statements/1/error/position", "x"),
            "statements[1].error.position: an integer was expected");
  EXPECT_EQ(with("/statements/0/n", 0), "statements[0].n: a number from 1 to 2147483647 was expected");
  EXPECT_EQ(with("/statements/1/n", 1), "statements[1].n: statements are numbered in rising order");
  EXPECT_EQ(with("/statements/1/session", 2), "statements[1].session: there is no session of this number");
  EXPECT_EQ(with("/sessions/0/n", 2), "sessions[0].n: sessions are numbered from 1, in order");
  EXPECT_EQ(with("/statements/0/rows", 18446744073709551615ull),
            "statements[0].rows: a number from 0 to 9223372036854775807 was expected");
  EXPECT_EQ(with("/statements/0/effects/0/effect", "made"),
            "statements[0].effects[0].effect: created, altered or dropped was expected");
  EXPECT_EQ(with("/statements", nullptr), "statements: an array was expected");
}

TEST(RecordingJson, AnyBytesAreReadOrRefused) {
  const std::string text = to_json(example());
  EXPECT_TRUE(rc::check([&](uint16_t at, char byte, uint16_t length) {
    std::string changed = text;
    changed[at % changed.size()] = byte;
    changed.resize(changed.size() - length % changed.size());
    static_cast<void>(read_recording(changed, "x.json"));
  }));
}

}  // namespace
}  // namespace windlass::record
