// The project's own Python interpreter: the one that would run its migrations.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/error.h"

namespace windlass::run {

struct InterpreterSettings {
  std::string requested;         ///< --python: a program, or the folder of a virtual environment
  std::filesystem::path folder;  ///< where the bare tool would be run
  std::filesystem::path project;
  std::vector<std::string> environment;  ///< "NAME=value"
};

/// One that was looked at.
struct Interpreter {
  std::filesystem::path program;
  std::string found_by;  ///< in words: ".venv", "VIRTUAL_ENV", "--python", "PATH"
  std::string problem;   ///< why it cannot be used; empty for the one that can
};

struct FoundInterpreter {
  Interpreter chosen;
  std::vector<Interpreter> passed_over;  ///< those looked at before it, each with what speaks against it
};

/// The first interpreter that can import Alembic: `requested`, else .venv, venv or env in the folder and its
/// parents up to the git root, the active environment (VIRTUAL_ENV, CONDA_PREFIX), Poetry's, uv's and
/// Pipenv's (where their files and programs are there), python3, python.
base::Result<FoundInterpreter> find_interpreter(const InterpreterSettings& settings);

}  // namespace windlass::run
