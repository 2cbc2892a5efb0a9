// Building Evidence by hand: a run as a list of statements, in a few words each.
//
//   TestRun run;
//   run.revision("007", {"006"}).revision("008", {"007"}, "versions/008.py");
//   run.begin();
//   run.in("008", 24, "execute").sql("CREATE TYPE mood AS ENUM ('a')").creates("type", "public.mood");
//   run.in("008", 30, "create_table", "auto").sql("CREATE TYPE ...").fails("42710", "type \"mood\" already
//   exists"); run.raises();
//
// Statements take part in the open transaction of their session, as the recorder numbers them.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "diagnose/diagnose.h"
#include "run/evidence.h"

namespace windlass::diagnose {

class TestRun {
 public:
  run::Evidence evidence;
  std::map<std::string, std::string> files;

  TestRun() {
    evidence.after_read = true;
    evidence.tool.sqlalchemy = "2.0.40";
    evidence.tool.alembic = "1.13.2";
    evidence.server_version = "15.18";
    evidence.settings.configured = true;
    evidence.version_tables = {"public.alembic_version"};
    // Statements are handed out by reference; a vector that grew would move them.
    evidence.recording.statements.reserve(4096);
  }

  TestRun& revision(const std::string& id, std::vector<std::string> parents = {}, std::string file = {}) {
    chain::Revision revision;
    revision.id = id;
    revision.parents = std::move(parents);
    revision.file = file.empty() ? "versions/" + id + ".py" : file;
    revision.id_at = {revision.file, 5, 1};
    evidence.chain.revisions.push_back(revision);
    auto& heads = evidence.chain.heads;
    for (const std::string& parent : revision.parents)
      heads.erase(std::remove(heads.begin(), heads.end(), parent), heads.end());
    heads.push_back(id);
    if (revision.parents.empty()) evidence.chain.bases.push_back(id);
    return *this;
  }

  /// The source of what follows. `revision` empty: env.py.
  TestRun& in(const std::string& revision, int line, const std::string& operation = "execute",
              const std::string& emitted = "") {
    source_ = {};
    source_.revision = revision;
    source_.operation = operation;
    source_.emitted = emitted;
    source_.location = {revision.empty() ? "env.py" : file_of(revision), line, 0};
    return *this;
  }
  TestRun& session(int n) {
    session_ = n;
    return *this;
  }

  TestRun& sql(const std::string& text) {
    record::Statement statement;
    statement.n = static_cast<int>(evidence.recording.statements.size()) + 1;
    statement.session = session_;
    statement.source = source_;
    statement.text = text;
    statement.tag = "OK";
    if (!open_[session_]) number_[session_] = ++transactions_;
    statement.transaction = number_[session_];
    statement.status_after = open_[session_] ? (bad_[session_] ? 'E' : 'T') : 'I';
    evidence.recording.statements.push_back(statement);
    return *this;
  }
  TestRun& begin() {
    source_ = {};
    open_[session_] = true;
    bad_[session_] = false;
    number_[session_] = ++transactions_;
    sql("BEGIN");
    return *this;
  }
  TestRun& commit() { return end("COMMIT", bad_[session_] ? "ROLLBACK" : "COMMIT"); }
  TestRun& rollback() { return end("ROLLBACK", "ROLLBACK"); }
  TestRun& rollback_to(const std::string& name) {
    bad_[session_] = false;
    return sql("ROLLBACK TO SAVEPOINT " + name);
  }

  TestRun& fails(const std::string& sqlstate, const std::string& message) {
    record::Statement& statement = last();
    record::ServerMessage error;
    error.severity = "ERROR";
    error.sqlstate = sqlstate;
    error.message = message;
    statement.error = error;
    statement.tag.clear();
    bad_[session_] = true;
    statement.status_after = open_[session_] ? 'E' : 'I';
    return *this;
  }
  TestRun& rows(int64_t count) {
    last().rows = count;
    last().tag = "SELECT " + std::to_string(count);
    return *this;
  }
  TestRun& creates(const std::string& kind, const std::string& name, const std::string& definition = "{}") {
    last().effects.push_back({{kind, name}, catalog::Change::Created, "", definition, "", false});
    return *this;
  }
  TestRun& drops(const std::string& kind, const std::string& name) {
    last().effects.push_back({{kind, name}, catalog::Change::Dropped, "{}", "", "", false});
    return *this;
  }
  TestRun& renames(const std::string& kind, const std::string& from, const std::string& to) {
    last().effects.push_back({{kind, to}, catalog::Change::Altered, "{}", "{}", from, false});
    return *this;
  }

  /// Alembic's entry in the version table, and the step as finished.
  TestRun& finished(const std::string& revision) {
    in(revision, 0, "version");
    source_.location = {};
    sql("UPDATE alembic_version SET version_num='" + revision + "'");
    evidence.steps.push_back({revision, "upgrade", 0, 0, true});
    evidence.versions = {revision};
    return *this;
  }
  TestRun& started(const std::string& revision) {
    evidence.steps.push_back({revision, "upgrade", 0, 0, false});
    return *this;
  }

  /// The run ends with the last error, as SQLAlchemy reports it.
  TestRun& raises(const std::string& type = "sqlalchemy.exc.ProgrammingError") {
    for (auto at = evidence.recording.statements.rbegin(); at != evidence.recording.statements.rend(); ++at)
      if (at->error) {
        raises_python(type, "(psycopg2.errors.X) " + at->error->message, at->source.revision,
                      at->source.location.line);
        break;
      }
    if (open_[session_]) rollback();
    evidence.versions.clear();
    evidence.version_tables.clear();
    return *this;
  }
  TestRun& raises_python(const std::string& type, const std::string& message, const std::string& revision,
                         int line, const std::string& phase = "revision") {
    run::PythonException exception;
    exception.type = type;
    exception.message = message;
    exception.phase = phase;
    exception.revision = revision;
    exception.frames = {
        {{revision.empty() ? "env.py" : file_of(revision), line, 0}, "upgrade", "the line", true}};
    evidence.exception = exception;
    evidence.exit_code = 1;
    return *this;
  }

  TestRun& enum_seen(const std::string& name, const std::string& type_class, std::optional<bool> create_type,
                     const std::string& revision, int line, std::vector<std::string> labels = {"A", "B"}) {
    run::EnumSeen seen;
    seen.name = name;
    seen.type_class = type_class;
    seen.create_type = create_type;
    seen.labels = std::move(labels);
    seen.revision = revision;
    seen.at = {file_of(revision), line, 0};
    evidence.enums.push_back(seen);
    return *this;
  }

  std::string file_of(const std::string& revision) const {
    const chain::Revision* found = nullptr;
    for (const chain::Revision& each : evidence.chain.revisions)
      if (each.id == revision) found = &each;
    return found == nullptr ? "app/models.py" : found->file;
  }

  record::Statement& last() { return evidence.recording.statements.back(); }

  std::vector<Finding> findings() const {
    return diagnose(evidence, [this](const base::Location& location) {
      const auto found = files.find(location.file);
      return found == files.end() || location.line != 0 ? std::string() : found->second;
    });
  }
  Verdict verdict() const { return verdict_of(evidence, findings()); }

  /// The only finding at warning or above; one with code "none" or "several: ..." where that is not so.
  Finding only() const {
    std::vector<Finding> serious;
    for (const Finding& finding : findings())
      if (finding.severity != Severity::Info) serious.push_back(finding);
    if (serious.size() == 1) return serious.front();
    Finding finding;
    finding.code = serious.empty() ? "none" : "several:";
    for (const Finding& each : serious) finding.code += " " + each.code;
    return finding;
  }

 private:
  TestRun& end(const std::string& text, const std::string& tag) {
    const record::Source source = source_;
    if (text == "COMMIT" || text == "ROLLBACK") {
      sql(text);
      last().tag = tag;
      last().status_after = 'I';
      if (source.revision.empty()) last().source = {};
    }
    open_[session_] = false;
    bad_[session_] = false;
    return *this;
  }

  record::Source source_;
  int session_ = 1;
  int transactions_ = 0;
  std::map<int, bool> open_, bad_;
  std::map<int, int> number_;
};

}  // namespace windlass::diagnose
