// P2: an extension that is not installed on this server, or that the chain uses without ever
// creating it. Both are prerequisites outside the chain: "incomplete", never "broken".
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "diagnose/compose.h"
#include "diagnose/rules.h"
#include "diagnose/sender.h"
#include "diagnose/server_error.h"
#include "sql/extension_objects.h"

namespace windlass::diagnose {

namespace {

struct Known {
  std::string_view extension;
  std::string_view package;  ///< Debian, {} stands for the server's major version; empty: in contrib
};

constexpr Known kPackages[] = {{"vector", "postgresql-{}-pgvector"},
                               {"postgis", "postgresql-{}-postgis-3"},
                               {"postgis_topology", "postgresql-{}-postgis-3"},
                               {"postgis_raster", "postgresql-{}-postgis-3"},
                               {"postgis_tiger_geocoder", "postgresql-{}-postgis-3"},
                               {"timescaledb", "timescaledb-2-postgresql-{} (from the vendor's repository)"},
                               {"pg_cron", "postgresql-{}-cron"},
                               {"pg_partman", "postgresql-{}-partman"},
                               {"pgaudit", "postgresql-{}-pgaudit"},
                               {"hll", "postgresql-{}-hll"},
                               {"rum", "postgresql-{}-rum"},
                               {"pg_repack", "postgresql-{}-repack"},
                               {"pgrouting", "postgresql-{}-pgrouting"},
                               {"ip4r", "postgresql-{}-ip4r"},
                               {"age", "postgresql-{}-age"},
                               {"pg_hint_plan", "postgresql-{}-pg-hint-plan"},
                               {"semver", "postgresql-{}-semver"},
                               {"orafce", "postgresql-{}-orafce"},
                               {"plpython3u", "postgresql-plpython3-{}"},
                               {"plperl", "postgresql-plperl-{}"},
                               {"pltcl", "postgresql-pltcl-{}"}};

std::string major_of(const std::string& version) { return version.substr(0, version.find_first_of(". ")); }

std::string package_for(const std::string& extension, const std::string& version) {
  for (const Known& known : kPackages)
    if (known.extension == extension)
      return base::replace_all(std::string(known.package), "{}",
                               version.empty() ? "VERSION" : major_of(version));
  return "";
}

std::string install_line(const Context& context, const std::string& extension) {
  const std::string package = package_for(extension, context.evidence().server_version);
  return package.empty() ? fmt::format(
                               "Install the package that brings the extension \"{}\" to this server (on "
                               "Debian, PostgreSQL's "
                               "own extensions are in the server's package).",
                               extension)
                         : fmt::format("apt-get install {}", package);
}

/// The extension of "extension "x" is not available" and `could not open extension control file
/// ".../x.control"`.
std::string unavailable(const record::ServerMessage& error) {
  if (error.sqlstate != "0A000" && error.sqlstate != "58P01" && error.sqlstate != "22023") return "";
  const std::vector<std::string> names = quoted_names(error.message);
  if (names.empty()) return "";
  std::string name = names.front();
  if (error.sqlstate == "22023")
    return base::contains(error.message, "extension") && base::contains(error.message, "installation script")
               ? name
               : "";
  if (name.ends_with(".control")) {
    name = name.substr(name.rfind('/') + 1);
    return name.substr(0, name.size() - std::string_view(".control").size());
  }
  return base::contains(error.message, "extension") && error.sqlstate == "0A000" ? name : "";
}

}  // namespace

void extension_missing(const Context& context, std::vector<Finding>& findings) {
  for (const Failure& failure : context.failures()) {
    const record::Statement& statement = *failure.statement;
    if (claimed(findings, statement)) continue;
    std::string extension = unavailable(*statement.error);
    const bool installed = extension.empty();
    std::string object;
    if (installed) {
      const std::optional<Name> name = missing_object(*statement.error, failure.reading);
      if (!name) continue;
      extension = sql::extension_of(name->kind, name->name);
      if (extension.empty()) continue;
      object = the(*name);
      const Name wanted{"extension", "", "", extension};
      if (context.present(wanted, statement) || context.existed_before_the_run(wanted) ||
          context.last_drop(wanted, statement) ||
          context.planned_later(wanted, statement.source.revision, statement.source.location.line) ||
          context.present(*name, statement) ||
          context.planned_later(*name, statement.source.revision, statement.source.location.line))
        continue;
    }
    Finding finding =
        finding_of(context, failure, installed ? "extension-not-created" : "extension-not-installed");
    finding.incomplete = true;
    finding.object = catalog::Object{"extension", extension};
    finding.evidence = {exhibit(statement, "failed", "")};
    finding.evidence.back().location = finding.location;
    const std::string who = sender(statement, finding.location);
    if (installed) {
      const auto& available = context.evidence().extensions_available;
      const bool here = std::find(available.begin(), available.end(), extension) != available.end();
      finding.cause = fmt::format(
          "{} uses the {}, which comes from the extension \"{}\"; no revision creates that extension, so the "
          "chain "
          "expects the database to have it already.",
          who, object, extension);
      finding.fix.summary =
          "Create the extension in the chain, or tell windlass that the database comes with it.";
      finding.fix.steps = {
          fmt::format(
              "In the first revision that needs it:\nop.execute('CREATE EXTENSION IF NOT EXISTS \"{}\"')",
              extension),
          fmt::format(
              "Or, where it is set up outside the chain, in windlass.toml:\n[scratch]\nextensions = [{}]",
              python_strings({extension}))};
      if (!here && !available.empty()) finding.fix.steps.push_back(install_line(context, extension));
    } else {
      finding.cause = fmt::format(
          "{} needs the extension \"{}\", which is not installed on the PostgreSQL server that windlass "
          "used{}.",
          who, extension,
          context.evidence().server_version.empty() ? "" : " (" + context.evidence().server_version + ")");
      finding.fix.summary =
          "Install the extension for this server, or let windlass use a server that has it.";
      finding.fix.steps = {install_line(context, extension),
                           "Or use a container that has it:\nwindlass check --scratch-url postgresql://..."};
    }
    finding.fix.do_not =
        "Do not take CREATE EXTENSION out of the chain to get past this: the chain needs it everywhere.";
    findings.push_back(std::move(finding));
  }
}

}  // namespace windlass::diagnose
