#include "lock/make.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>
#include <string_view>

#include "base/text.h"
#include "catalog/snapshot_file.h"
#include "drift/timeline.h"
#include "record/recording.h"

namespace windlass::lock {

namespace {

/// The first words of the command tags of data definition.
constexpr std::array<std::string_view, 8> kDefines = {"CREATE", "ALTER",  "DROP",     "COMMENT",
                                                      "GRANT",  "REVOKE", "SECURITY", "DO"};

bool defines(const record::Statement& statement) {
  const std::string_view tag = statement.tag;
  return std::any_of(kDefines.begin(), kDefines.end(), [&](std::string_view word) {
    return tag.starts_with(word) && (tag.size() == word.size() || tag[word.size()] == ' ');
  });
}

int major_of(const std::string& version) {
  int major = 0;
  std::from_chars(version.data(), version.data() + version.size(), major);
  return major;
}

}  // namespace

std::map<std::string, std::vector<std::string>> statements_of(const run::Evidence& run) {
  std::map<std::string, std::vector<std::string>> all;
  for (const record::Statement& statement : run.recording.statements) {
    if (statement.source.revision.empty() || statement.source.operation == "version" || statement.failed() ||
        statement.skipped)
      continue;
    if (!statement.effects.empty() || defines(statement))
      all[statement.source.revision].push_back(std::string(base::trim(statement.text)));
  }
  return all;
}

Lock make_lock(const run::Evidence& run) {
  Lock lock;
  lock.with = {
      {}, run.tool.python, run.tool.alembic, run.tool.sqlalchemy, run.tool.driver, run.server_version, {}};
  const auto statements = statements_of(run);
  const drift::Timeline timeline = drift::timeline_of(run);
  std::map<std::string, size_t> position_of;  // behind a revision
  for (size_t i = 0; i < timeline.revisions.size(); ++i) position_of[timeline.revisions[i]] = i + 1;
  std::set<std::string> files;
  for (const chain::Revision& revision : run.chain.revisions) {
    LockedRevision locked{
        revision.id, revision.parents, revision.depends_on, revision.file, revision.digest, {}, {}};
    if (const auto found = position_of.find(revision.id); found != position_of.end())
      locked.catalog = catalog::fingerprint(timeline.at(found->second), major_of(run.server_version));
    if (const auto found = statements.find(revision.id); found != statements.end())
      locked.statements = found->second;
    files.insert(revision.file);
    lock.revisions.push_back(std::move(locked));
  }
  // What lies outside of the project is another thing on each machine.
  for (const run::Input& input : run.inputs)
    if (!input.file.starts_with('/') && !input.file.starts_with("../") && !files.contains(input.file) &&
        !input.digest.empty())
      lock.inputs[input.file] = input.digest;
  return lock;
}

}  // namespace windlass::lock
