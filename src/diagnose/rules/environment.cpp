// P5: the project could not be loaded: a setting or module it asks for is not here, or env.py itself
// raised. Says nothing about the chain, so the verdict is "incomplete".
#include <fmt/core.h>

#include <algorithm>

#include "base/secrets.h"
#include "base/text.h"
#include "diagnose/compose.h"
#include "diagnose/rules.h"

namespace windlass::diagnose {

namespace {

const run::Frame* last_project_frame(const run::PythonException& exception) {
  const run::Frame* found = nullptr;
  for (const run::Frame& frame : exception.frames)
    if (frame.in_project) found = &frame;
  return found;
}

/// The exception; of a program that ended itself with a bare number also what it printed before.
std::string said_by(const Context& context) {
  const run::PythonException& exception = *context.evidence().exception;
  std::string said = run::to_string(exception);
  if (exception.type == "SystemExit" && exception.message.starts_with("sys.exit("))
    if (const std::string words = last_words(context.evidence()); !words.empty())
      said = words + " - " + exception.message;
  return said;
}

Finding start(const Context& context, const char* code) {
  const run::PythonException& exception = *context.evidence().exception;
  const run::Frame* frame = last_project_frame(exception);
  Finding finding = finding_at(context, code, exception.revision, frame ? frame->location : base::Location{});
  finding.incomplete = true;
  finding.message = said_by(context);
  for (const run::Frame& each : exception.frames)
    if (each.in_project)
      finding.evidence.push_back({exception.revision, each.location, "", "", "in " + each.function});
  if (!finding.evidence.empty()) finding.evidence.back().effect = "failed";
  return finding;
}

std::string where(const Finding& finding) {
  return finding.location.known() ? base::to_string(finding.location)
                                  : std::string("the project's Python code");
}

/// What a setting of that name wants, as far as the name tells: the scratch database's own, or any value.
std::string value_for(const std::string& key) {
  const std::string lower = base::to_lower(key);
  const auto has = [&](std::initializer_list<std::string_view> words) {
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view word) { return base::contains(lower, word); });
  };
  const bool database = has({"db", "database", "postgres", "pg", "sql"});
  if (has({"dsn", "url", "uri"})) {
    // A setting of another service is only read: its form has to be right, which many settings classes test.
    if (has({"redis", "celery", "broker"})) return "redis://localhost";
    if (has({"amqp", "rabbit"})) return "amqp://localhost";
    if (has({"mongo"})) return "mongodb://localhost";
    if (!database &&
        has({"http", "api", "site", "base", "front", "web", "sentry", "callback", "redirect", "elastic"}))
      return "http://localhost";
    return "{url}";
  }
  if (!database) return lower.ends_with("port") ? "1" : "value";
  if (has({"host", "server"})) return "{host}";
  if (has({"port"})) return "{port}";
  if (has({"user", "login", "role"})) return "{user}";
  if (has({"pass", "pwd"})) return "{password}";
  if (lower.ends_with("db") || lower.ends_with("name") || lower.ends_with("database")) return "{database}";
  return "value";
}

void setting_missing(const Context& context, std::vector<Finding>& findings) {
  const std::vector<std::string>& keys = context.evidence().exception->missing_keys;
  const std::string& key = keys.front();
  const std::string all = keys.size() == 1 ? key : base::join(keys, ", ");
  Finding finding = start(context, "setting-missing");
  finding.object = catalog::Object{"setting", key};
  finding.cause = fmt::format("{} asks for the setting{}, which ha{} no value in this run.", where(finding),
                              (keys.size() == 1 ? " " : "s ") + all, keys.size() == 1 ? "s" : "ve");
  finding.fix.summary = fmt::format("Give {} a value for windlass's runs, in windlass.toml.", all);
  std::string lines = "[env]", flags;
  bool secret = false;
  for (const std::string& each : keys) {
    const std::string value = value_for(each);
    const char* quote = value.starts_with('{') ? "'" : "";
    lines += fmt::format("\n{} = \"{}\"", each, value);
    flags += fmt::format(" --env {0}{1}={2}{0}", quote, each, value);
    secret = secret || (value == "value" && base::is_secret_name(each));
  }
  finding.fix.steps = {lines, "Or once, on the command line:", "windlass check" + flags};
  if (secret)
    finding.fix.do_not =
        "Do not write the real secret into windlass.toml: any value does, no real server is reached.";
  findings.push_back(std::move(finding));
}

/// Whether the project itself has a package of that name, as far as the files seen tell.
bool is_own_module(const Context& context, const std::string& top) {
  const auto within = [&](const std::string& file) {
    return file.starts_with(top + "/") || base::contains(file, "/" + top + "/") || file == top + ".py";
  };
  const auto& evidence = context.evidence();
  return std::any_of(evidence.inputs.begin(), evidence.inputs.end(),
                     [&](const run::Input& input) { return within(input.file); }) ||
         std::any_of(evidence.chain.revisions.begin(), evidence.chain.revisions.end(),
                     [&](const chain::Revision& revision) { return within(revision.file); });
}

/// One that SQLAlchemy imports because of the URL alone.
bool is_driver(std::string_view module) {
  return module == "psycopg" || module == "psycopg2" || module == "asyncpg" || module == "pg8000";
}

void module_missing(const Context& context, std::vector<Finding>& findings) {
  const std::string& module = context.evidence().exception->missing_module;
  const std::string top = module.substr(0, module.find('.'));
  Finding finding = start(context, "module-missing");
  finding.object = catalog::Object{"module", module};
  const std::string interpreter = context.evidence().tool.interpreter;
  finding.cause = fmt::format("{} imports \"{}\", which the interpreter {} does not find.", where(finding),
                              module, interpreter.empty() ? "in use" : interpreter);
  finding.fix.summary = is_own_module(context, top)
                            ? "Put the project's folder on Python's path, as the bare tool needs it too."
                            : "Install the module for this interpreter, or choose another one.";
  finding.fix.steps = {"If it is the project's own, in alembic.ini, under [alembic]:\nprepend_sys_path = .",
                       "Or in windlass.toml:\n[env]\nPYTHONPATH = \".\"",
                       "If it is a library: install the project's requirements for this interpreter.",
                       "If another interpreter has it:\nwindlass check --python PATH"};
  if (is_driver(module)) {
    finding.fix.summary = fmt::format(
        "Install the driver \"{}\" for this interpreter, or name another one in the URL.", module);
    const std::string& version = context.evidence().tool.sqlalchemy;
    finding.fix.steps = {
        fmt::format(
            "A URL names its driver behind a plus sign: postgresql+psycopg2://, postgresql+psycopg://, "
            "postgresql+asyncpg://. Without one SQLAlchemy takes psycopg2, and from 2.1 on psycopg{}.",
            version.empty() ? "" : fmt::format(" (this run: {})", version)),
        "If another interpreter has it:\nwindlass check --python PATH"};
  }
  findings.push_back(std::move(finding));
}

}  // namespace

void environment(const Context& context, std::vector<Finding>& findings) {
  const auto& exception = context.evidence().exception;
  if (!exception || !context.failures().empty() || has_root(findings)) return;
  if (!exception->missing_keys.empty()) return setting_missing(context, findings);
  if (!exception->missing_module.empty() && base::contains(exception->message, "No module named"))
    return module_missing(context, findings);
  const bool syntax = exception->type.ends_with("SyntaxError") ||
                      exception->type.ends_with("IndentationError") || exception->type.ends_with("TabError");
  if (syntax && exception->phase != "environment") return;  // another rule's
  if (exception->phase != "environment" && exception->phase != "config" && exception->phase != "graph")
    return;
  // The top level of a revision that raises is the chain's own fault, not its surroundings'.
  const run::Frame* last = last_project_frame(*exception);
  if (exception->phase == "graph" && last != nullptr &&
      revision_of_file(context, last->location.file) != nullptr)
    return;
  Finding finding = start(context, "environment-failed");
  const std::string_view what = exception->phase == "environment" ? "env.py"
                                : exception->phase == "config"    ? "reading the configuration"
                                                                  : "loading the revisions";
  finding.cause = fmt::format("Before any revision ran, {} failed: {}.", what, in_sentence(finding.message));
  finding.fix.summary =
      fmt::format("Make `{} current` work with this interpreter first; the error is raised {}.",
                  context.evidence().tool.command,
                  finding.location.known() ? at(finding.location) : "in the project's code");
  if (exception->type.ends_with("EOFError"))
    finding.fix.steps.push_back(
        "It asks for input; a migration runs without a person. Read a setting instead.");
  if (context.evidence().tool.command == "flask db" &&
      base::contains(finding.message, "No such command 'db'"))
    finding.fix.steps.push_back(
        "Flask found no application with Flask-Migrate in it. Name it in windlass.toml:\n[env]\nFLASK_APP = "
        "\"package.module:app\"");
  finding.fix.steps.push_back("Settings for windlass's runs: [env] in windlass.toml, or --env NAME=value.");
  finding.fix.steps.push_back(
      "Where the project migrates by a command of its own:\nwindlass record -- COMMAND");
  add_network_attempts(context, finding);
  findings.push_back(std::move(finding));
}

}  // namespace windlass::diagnose
