#include "chain/load.h"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <set>
#include <span>

#include "base/digest.h"
#include "base/embedded.h"
#include "base/file.h"
#include "base/process.h"
#include "base/text.h"
#include "chain/source_lines.h"

namespace windlass::chain {

std::span<const base::Embedded> embedded_files();

namespace {

using nlohmann::json;

constexpr std::chrono::seconds kReadLimit{60};

std::string text_of(const json& object, const char* key) {
  const auto at = object.find(key);
  return at != object.end() && at->is_string() ? at->get<std::string>() : std::string();
}

int number_of(const json& object, const char* key) {
  const auto at = object.find(key);
  return at != object.end() && at->is_number_integer() ? at->get<int>() : 0;
}

bool is_true(const json& object, const char* key) {
  const auto at = object.find(key);
  return at != object.end() && at->is_boolean() && at->get<bool>();
}

std::vector<std::string> texts_of(const json& object, const char* key) {
  const auto at = object.find(key);
  if (at == object.end()) return {};
  if (at->is_string()) return {at->get<std::string>()};
  std::vector<std::string> texts;
  if (at->is_array())
    for (const json& item : *at)
      if (item.is_string()) texts.push_back(item.get<std::string>());
  return texts;
}

std::string in_project(const std::string& file, const LoadSettings& settings) {
  if (file.empty()) return file;
  const std::filesystem::path path(file);
  return base::relative_to(path.is_absolute() ? path : settings.folder / path, settings.project);
}

std::filesystem::path on_disk(const std::string& file, const std::filesystem::path& project) {
  const std::filesystem::path path(file);
  return path.is_absolute() ? path : project / path;
}

base::Error reader_failed(const LoadSettings& settings, std::string got, std::string hint) {
  return {"read the revision files", settings.config_file.string(), std::move(got), std::move(hint),
          base::Exit::CouldNotLook};
}

Problem file_problem(const json& entry, const std::string& file) {
  const json error = entry.value("error", json::object());
  Problem problem;
  problem.at = {file, number_of(error, "line"), number_of(error, "column")};
  const std::string kind = text_of(error, "kind");
  problem.code = kind == "syntax" ? "revision-syntax-error" : "revision-unreadable";
  const std::string_view lead = kind == "syntax"     ? "The file is not valid Python: "
                                : kind == "encoding" ? "The file's encoding is broken: "
                                : kind == "no-id"    ? "The file is no revision: "
                                                     : "The file cannot be read: ";
  const std::string message = text_of(error, "message");
  problem.message = std::string(lead) + (message.empty() ? "no reason was given" : message) + ".";
  return problem;
}

}  // namespace

base::Result<LoadedChain> chain_from_document(std::string_view document, const LoadSettings& settings,
                                              bool read_bytes) {
  const json read = json::parse(document, nullptr, false);
  if (!read.is_object())
    return base::fail(reader_failed(settings, "an answer that is no JSON: " + base::shorten(document, 200),
                                    "Something prints while the interpreter starts (a sitecustomize.py?)."));
  if (const auto error = read.find("error"); error != read.end() && !error->is_null()) {
    const std::string message = error->is_string() ? error->get<std::string>() : text_of(*error, "message");
    return base::fail(reader_failed(settings, message.empty() ? error->dump() : message,
                                    "Check script_location and version_locations in the configuration."));
  }

  LoadedChain loaded;
  loaded.script_location = text_of(read, "script_location");
  for (const std::string& location : texts_of(read, "locations"))
    loaded.locations.push_back(in_project(location, settings));
  ValidateOptions options;
  std::vector<Problem> problems;
  for (const json& entry : read.value("files", json::array())) {
    if (!entry.is_object()) continue;
    const std::string file = in_project(text_of(entry, "file"), settings);
    if (entry.contains("ok") && !is_true(entry, "ok")) {
      problems.push_back(file_problem(entry, file));
      options.complete = false;
      continue;
    }
    Revision revision;
    revision.id = text_of(entry, "revision");
    revision.file = file;
    if (is_true(entry, "dynamic")) options.complete = false;
    if (revision.id.empty()) continue;
    revision.parents = texts_of(entry, "down_revision");
    revision.depends_on = texts_of(entry, "depends_on");
    revision.labels = texts_of(entry, "labels");
    revision.title = text_of(entry, "title");
    revision.id_at = {file, number_of(entry, "revision_line"), 0};
    revision.parents_at = {file, number_of(entry, "down_line"), 0};
    revision.depends_at = {file, number_of(entry, "depends_line"), 0};
    if (read_bytes)
      if (const auto bytes = base::read_file(on_disk(file, settings.project)))
        revision.digest = base::sha256(*bytes);
    std::vector<Revision>& into =
        loaded.chain.find(revision.id) != nullptr ? loaded.chain.left_out : loaded.chain.revisions;
    into.push_back(std::move(revision));
  }
  sort_revisions(loaded.chain);
  find_ends(loaded.chain);
  loaded.chain.digest = digest_of(loaded.chain);
  for (Problem& problem : find_problems(loaded.chain, options)) problems.push_back(std::move(problem));
  loaded.problems = std::move(problems);
  return loaded;
}

base::Result<LoadedChain> load_alembic(const LoadSettings& settings) {
  base::ProcessOptions process;
  // The program comes by standard input: nothing is written anywhere, and -B keeps it so.
  process.arguments = {settings.interpreter.string(), "-B", "-", settings.config_file.string(),
                       settings.section.empty() ? "alembic" : settings.section};
  process.environment = base::current_environment();
  process.folder = settings.folder;
  const std::string_view program = base::embedded_text(embedded_files(), "read_revisions.py");
  const base::Output output =
      WINDLASS_TRY(base::run_program(std::move(process), kReadLimit, size_t{64} << 20, program));
  if (output.timed_out) return base::fail(reader_failed(settings, "no answer within a minute", ""));
  if (base::trim(output.out).empty() || output.out.find('{') == std::string::npos)
    return base::fail(reader_failed(
        settings,
        base::to_string(output.status) + ": " + std::string(base::trim(base::shorten(output.err, 2000))),
        "Check the interpreter with `windlass doctor`."));
  return chain_from_document(output.out, settings);
}

namespace {

/// A file that stands among the revisions, and that Alembic passed by because nothing could be read there.
Problem passed_by(const std::filesystem::path& path, const std::string& file, const base::Error& error) {
  std::error_code code;
  const bool dangling = std::filesystem::is_symlink(path, code) && !std::filesystem::exists(path, code);
  const std::string why = dangling ? "it is a link whose target is not there" : error.got;
  Problem problem;
  problem.code = "revision-unreadable";
  problem.at = {file, 0, 0};
  problem.message = "The file cannot be read: " + why + ". Alembic passed it by, and so did this run.";
  problem.fatal = false;
  return problem;
}

/// The folders that revisions stand in. Alembic names a file by what its link leads to: a folder that nothing
/// but links from another one lead to is none.
std::vector<std::filesystem::path> revision_folders(const Chain& chain,
                                                    const std::filesystem::path& project) {
  std::error_code ignored;
  std::vector<std::filesystem::path> folders;
  for (const Revision& revision : chain.revisions) {
    const std::filesystem::path folder = on_disk(revision.file, project).parent_path();
    if (std::find(folders.begin(), folders.end(), folder) == folders.end()) folders.push_back(folder);
  }
  std::set<std::filesystem::path> linked;
  for (const std::filesystem::path& folder : folders)
    for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
      if (!entry.is_symlink(ignored)) continue;
      const auto target = std::filesystem::weakly_canonical(entry.path(), ignored);
      if (target.parent_path() != std::filesystem::weakly_canonical(folder, ignored)) linked.insert(target);
    }
  std::erase_if(folders, [&](const std::filesystem::path& folder) {
    return std::all_of(chain.revisions.begin(), chain.revisions.end(), [&](const Revision& revision) {
      const std::filesystem::path file = on_disk(revision.file, project);
      return file.parent_path() != folder ||
             linked.contains(std::filesystem::weakly_canonical(file, ignored));
    });
  });
  return folders;
}

/// Files beside the chain's own that bear an id of the chain, too. Alembic warns and takes one of them.
std::vector<Problem> find_left_out(Chain& chain, const std::filesystem::path& project) {
  std::vector<Problem> unreadable;
  // By what a link leads to, too: the chain may name a file by that.
  std::vector<std::string> known;
  std::error_code ignored;
  for (const Revision& revision : chain.revisions) {
    known.push_back(revision.file);
    known.push_back(std::filesystem::weakly_canonical(on_disk(revision.file, project), ignored).string());
  }
  std::sort(known.begin(), known.end());
  for (const std::filesystem::path& folder : revision_folders(chain, project)) {
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
      const std::string name = entry.path().filename().string();
      // The names that Alembic itself passes by.
      if (!name.ends_with(".py") || name.starts_with(".#") || name.starts_with("__init__")) continue;
      Revision revision;
      revision.file = base::relative_to(entry.path(), project);
      const std::string real = std::filesystem::weakly_canonical(entry.path(), ignored).string();
      if (std::binary_search(known.begin(), known.end(), revision.file) ||
          std::binary_search(known.begin(), known.end(), real))
        continue;
      const auto bytes = base::read_file(entry.path(), size_t{16} << 20);
      if (!bytes) {
        if (!entry.is_directory(error))
          unreadable.push_back(passed_by(entry.path(), revision.file, bytes.error()));
        continue;
      }
      const Assignment id = find_assignment(*bytes, "revision");
      if (id.text.empty() || chain.find(id.text) == nullptr) continue;
      revision.id = id.text;
      revision.id_at = {revision.file, id.line, 0};
      revision.digest = base::sha256(*bytes);
      chain.left_out.push_back(std::move(revision));
    }
  }
  std::sort(chain.left_out.begin(), chain.left_out.end(),
            [](const Revision& a, const Revision& b) { return a.file < b.file; });
  return unreadable;
}

}  // namespace

std::vector<Problem> complete_chain(Chain& chain, const std::filesystem::path& project) {
  for (Revision& revision : chain.revisions) {
    if (revision.file.empty()) continue;
    const auto bytes = base::read_file(on_disk(revision.file, project));
    if (!bytes) continue;
    revision.digest = base::sha256(*bytes);
    if (revision.id_at.line == 0)
      revision.id_at = {revision.file, find_assignment(*bytes, "revision").line, 0};
    if (revision.parents_at.line == 0)
      revision.parents_at = {revision.file, find_assignment(*bytes, "down_revision").line, 0};
    if (revision.depends_at.line == 0)
      revision.depends_at = {revision.file, find_assignment(*bytes, "depends_on").line, 0};
  }
  chain.left_out.clear();
  std::vector<Problem> unreadable = find_left_out(chain, project);
  sort_revisions(chain);
  if (chain.heads.empty() || chain.bases.empty()) find_ends(chain);
  chain.digest = digest_of(chain);
  return unreadable;
}

}  // namespace windlass::chain
