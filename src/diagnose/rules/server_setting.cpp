// P2: a setting of the server that can only be made when it starts, and that the chain takes for granted: a
// prerequisite outside the chain, so "incomplete", never "broken".
#include <fmt/core.h>

#include <cctype>

#include "base/text.h"
#include "diagnose/compose.h"
#include "diagnose/rules.h"
#include "diagnose/sender.h"

namespace windlass::diagnose {

namespace {

/// The setting that the server asks for and the line that makes it; empty when it asks for none. The messages
/// are those of src/backend (wal_level) and of the extensions themselves; a server in another language is not
/// understood and its error reported whole.
std::pair<std::string_view, std::string> asked_for(const record::ServerMessage& error) {
  const std::string said = error.message + " " + error.hint + " " + error.detail;
  if (error.sqlstate == "55000" && base::contains(said, "wal_level")) return {"wal_level", "\"logical\""};
  if (!base::contains(said, "shared_preload_libraries") && !base::contains(said, "must be preloaded"))
    return {};
  // "pg_cron can only be loaded via shared_preload_libraries": the library is the first word, quoted or not.
  std::string library;
  for (const char c : error.message) {
    if (c == '"' && library.empty()) continue;
    if (!(std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-')) break;
    library += c;
  }
  if (library == "extension")
    if (const auto names = base::split(error.message, '"'); names.size() > 1) library = names[1];
  return {"shared_preload_libraries", fmt::format("\"{}\"", library)};
}

}  // namespace

void server_setting(const Context& context, std::vector<Finding>& findings) {
  for (const Failure& failure : context.failures()) {
    const record::Statement& statement = *failure.statement;
    if (claimed(findings, statement)) continue;
    const auto [setting, value] = asked_for(*statement.error);
    if (setting.empty()) continue;
    Finding finding = finding_of(context, failure, "server-setting-missing");
    finding.incomplete = true;
    finding.evidence = {exhibit(statement, "failed", "")};
    finding.evidence.back().location = finding.location;
    finding.cause = fmt::format("{} needs a server that was started with another {}.",
                                sender(statement, finding.location), setting);
    finding.fix.summary = "Start the scratch server with this setting, in windlass.toml.";
    finding.fix.steps = {fmt::format("[scratch]\nsettings = {{ {} = {} }}", setting, value),
                         "Or use a server that has it:\nwindlass check --scratch-url postgresql://..."};
    finding.fix.do_not =
        "Do not take the statement out of the chain to get past this: the servers it is written for have the "
        "setting.";
    findings.push_back(std::move(finding));
  }
}

}  // namespace windlass::diagnose
