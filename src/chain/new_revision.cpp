#include "chain/new_revision.h"

#include <fmt/core.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <span>

#include "base/digest.h"
#include "base/embedded.h"
#include "base/file.h"
#include "base/process.h"
#include "base/text.h"

namespace windlass::chain {

std::span<const base::Embedded> embedded_files();

namespace {

using nlohmann::json;

constexpr std::chrono::seconds kLimit{60};
constexpr size_t kIdLength = 12;  // of alembic.util.rev_id()

base::Error not_written(const NewRevision& wanted, std::string got) {
  return {"write a new revision", wanted.message, std::move(got),
          "See whether `alembic revision` writes one in this project.", base::Exit::CouldNotLook};
}

json request_of(const LoadSettings& settings, const Chain& chain, const NewRevision& wanted,
                const std::string& id) {
  json known = json::array();
  for (const Revision& each : chain.revisions)
    known.push_back({{"revision", each.id},
                     {"parents", each.parents},
                     {"labels", each.labels},
                     {"depends_on", each.depends_on},
                     {"file", (settings.project / each.file).string()}});
  return {{"config", settings.config_file.string()},
          {"section", settings.section.empty() ? "alembic" : settings.section},
          {"within", settings.project.string()},
          {"revision", id},
          {"message", wanted.message},
          {"parents", wanted.parents},
          {"labels", wanted.labels},
          {"depends_on", wanted.depends_on},
          {"imports", wanted.imports},
          {"upgrade", wanted.upgrade},
          {"downgrade", wanted.downgrade},
          {"chain", std::move(known)}};
}

/// A text in ASCII, as JSON and Python alike write it.
std::string literal(const json& value) { return value.dump(-1, ' ', true, json::error_handler_t::replace); }

}  // namespace

std::string id_of_new(const NewRevision& wanted) {
  const std::string digest = base::sha256(base::join(wanted.parents, "\n") + "\n\n" + wanted.message);
  return digest.substr(digest.find(':') + 1, kIdLength);
}

base::Result<RevisionFile> write_new_revision(const LoadSettings& settings, const Chain& chain,
                                              const NewRevision& wanted) {
  const std::string id = wanted.id.empty() ? id_of_new(wanted) : wanted.id;
  if (chain.find(id) != nullptr)
    return base::fail(not_written(wanted, fmt::format("there is a revision {} already", id)));
  base::ProcessOptions process;
  process.arguments = {settings.interpreter.string(), "-B", "-"};
  process.environment = base::current_environment();
  process.folder = settings.folder;
  // One program of two: the first is not the main program then, and only lends its functions.
  const std::string program = fmt::format("__name__ = 'windlass'\nREQUEST = {}\n{}\n{}",
                                          literal(literal(request_of(settings, chain, wanted, id))),
                                          base::embedded_text(embedded_files(), "read_revisions.py"),
                                          base::embedded_text(embedded_files(), "new_revision.py"));
  const base::Output output =
      WINDLASS_TRY(base::run_program(std::move(process), kLimit, size_t{64} << 20, program));
  if (output.timed_out) return base::fail(not_written(wanted, "no answer within a minute"));
  const json answer = json::parse(output.out, nullptr, false);
  if (!answer.is_object())
    return base::fail(not_written(
        wanted, base::to_string(output.status) + ": " + base::shorten(base::trim(output.err), 2000)));
  if (const auto error = answer.find("error"); error != answer.end() && error->is_object())
    return base::fail(not_written(wanted, error->value("message", "")));
  const std::string file = answer.value("file", ""), text = answer.value("text", "");
  if (file.empty() || text.empty()) return base::fail(not_written(wanted, "an answer that is not its own"));
  return RevisionFile{id, base::relative_to(file, settings.project), text};
}

}  // namespace windlass::chain
