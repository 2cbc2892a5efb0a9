// Loading a chain: an Alembic project's revision files, read without running
// them; and the rest about a chain whose graph Alembic itself has told.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "chain/chain.h"
#include "chain/validate.h"

namespace windlass::chain {

struct LoadSettings {
  std::filesystem::path project;      ///< files are named relative to it
  std::filesystem::path folder;       ///< where the bare tool would be run
  std::filesystem::path config_file;  ///< alembic.ini or pyproject.toml
  std::string section;                ///< of alembic.ini; empty: "alembic"
  std::filesystem::path interpreter;
};

struct LoadedChain {
  Chain chain;
  std::vector<Problem> problems;
  std::string script_location;         ///< as configured
  std::vector<std::string> locations;  ///< the folders of revision files, relative to the project
};

/// Reads the revision files with the project's interpreter; no code of the project runs.
base::Result<LoadedChain> load_alembic(const LoadSettings& settings);

/// The same from the document that the embedded reader prints. Pure but for the files' bytes (`read_bytes`
/// off: no digests).
base::Result<LoadedChain> chain_from_document(std::string_view document, const LoadSettings& settings,
                                              bool read_bytes = true);

/// For a chain of ids, parents and files alone: digests, the lines of ids and
/// parents, files that bear an id twice, order, ends and the chain's digest.
/// Returns the files beside the chain's own that cannot be read, which Alembic passed by.
std::vector<Problem> complete_chain(Chain& chain, const std::filesystem::path& project);

}  // namespace windlass::chain
