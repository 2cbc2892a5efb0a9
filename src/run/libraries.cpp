#include "run/libraries.h"

#include <chrono>

#include "base/process.h"
#include "base/text.h"

namespace windlass::run {

namespace {

constexpr std::chrono::seconds kLimit{30};

// A line for each: name, version, problem; tabs between them. Found and imported apart: a library that is
// there and does not load is worth a sentence, one that is not there is not.
constexpr const char* kImportEach = R"(
import importlib, importlib.util, sys
sys.path = [p for p in sys.path if p]
for name in sys.argv[1:]:
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.origin:
        continue
    version = problem = ""
    try:
        version = str(getattr(importlib.import_module(name), "__version__", "of unknown version"))
    except Exception as error:
        problem = "%s: %s" % (type(error).__name__, error)
    print("%s\t%s\t%s" % (name, version, " ".join(problem.split())))
)";

}  // namespace

base::Result<std::vector<Library>> installed_libraries(const std::filesystem::path& program,
                                                       const InterpreterSettings& settings) {
  base::ProcessOptions process;
  process.arguments = {program.string(), "-B",       "-c",      kImportEach, "alembic",
                       "sqlalchemy",     "psycopg2", "psycopg", "asyncpg",   "pg8000"};
  process.environment = settings.environment;
  process.folder = settings.folder;
  const base::Output output = WINDLASS_TRY(base::run_program(process, kLimit));
  if (output.timed_out || !output.status.ok())
    return base::fail({"ask the project's interpreter for its libraries", program.string(),
                       output.timed_out ? "it does not answer"
                                        : base::to_string(output.status) + ": " +
                                              base::shorten(base::one_line(base::trim(output.err)), 200),
                       "Run it by hand, or name another: --python PATH.", base::Exit::CouldNotLook});
  std::vector<Library> libraries;
  for (const std::string& line : base::split(base::trim(output.out), '\n')) {
    const std::vector<std::string> parts = base::split(line, '\t');
    if (parts.size() != 3) continue;  // a library that prints when it is imported
    libraries.push_back({parts[0], parts[1], parts[2], parts[0] != "alembic" && parts[0] != "sqlalchemy"});
  }
  return libraries;
}

}  // namespace windlass::run
