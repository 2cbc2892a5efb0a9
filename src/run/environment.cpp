#include "run/environment.h"

#include <fmt/core.h>

#include <optional>

#include "base/process.h"
#include "base/text.h"

namespace windlass::run {

namespace {

std::optional<std::string> value_in(const Variables& variables, std::string_view name) {
  for (const auto& [key, value] : variables)
    if (key == name) return value;
  return std::nullopt;
}

std::optional<std::string> value_of(const EnvironmentSources& sources, std::string_view name) {
  if (auto value = value_in(sources.flags, name)) return value;
  if (auto value = base::environment_value(sources.process, name)) return value;
  if (auto value = value_in(sources.config, name)) return value;
  return value_in(sources.dotenv, name);
}

/// "My Project!" as a database name: "my_project".
std::string database_name(std::string_view project) {
  std::string name;
  for (const char c : base::to_lower(project)) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (plain)
      name += c;
    else if (!name.empty() && name.back() != '_')
      name += '_';
  }
  while (!name.empty() && name.back() == '_') name.pop_back();
  return name.empty() ? "app" : name.substr(0, 63);
}

/// What `alembic init` writes into a new alembic.ini; nobody's real URL.
bool is_template(const DatabaseUrl& url) { return url.scheme == "driver" || url.user == "user"; }

}  // namespace

DatabaseUrl project_identity(const EnvironmentSources& sources) {
  DatabaseUrl identity;
  const auto take = [&](const std::optional<std::string>& text) {
    if (!text || !identity.scheme.empty()) return;
    auto url = parse_database_url(*text);
    if (url && url->postgresql() && !is_template(*url)) identity = std::move(*url);
  };
  take(value_of(sources, "DATABASE_URL"));
  if (!base::contains(sources.ini_url, "%(")) take(sources.ini_url);
  if (identity.scheme.empty()) identity.scheme = "postgresql";
  if (identity.user.empty()) identity.user = value_of(sources, "PGUSER").value_or("postgres");
  if (identity.database.empty())
    identity.database = value_of(sources, "PGDATABASE").value_or(database_name(sources.project_name));
  return identity;
}

std::vector<std::string> child_environment(const EnvironmentSources& sources, const DatabaseUrl& identity,
                                           const Endpoint& endpoint) {
  const std::string url = redirected(identity, endpoint.tcp_host, endpoint.tcp_port, endpoint.password);
  const auto filled = [&](std::string value) {
    const std::pair<std::string_view, std::string> places[] = {
        {"{host}", endpoint.tcp_host},     {"{port}", std::to_string(endpoint.tcp_port)},
        {"{user}", identity.user},         {"{password}", endpoint.password},
        {"{database}", identity.database}, {"{url}", url}};
    for (const auto& [place, text] : places) value = base::replace_all(std::move(value), place, text);
    return value;
  };

  std::vector<std::string> environment = sources.process;
  const auto set_missing = [&](const std::string& name, const std::string& value) {
    if (!base::environment_value(environment, name)) base::set_environment(environment, name, value);
  };
  for (const auto& [name, value] : sources.config) set_missing(name, filled(value));
  for (const auto& [name, value] : sources.dotenv) set_missing(name, value);
  for (const auto& [name, value] : sources.flags) base::set_environment(environment, name, filled(value));

  for (const char* name :
       {"PGHOSTADDR", "PGSERVICE", "PGSERVICEFILE", "PGPASSFILE", "PGSSLMODE", "PGREQUIRESSL",
        "PGSSLROOTCERT", "PGSSLCERT", "PGSSLKEY", "PGSSLCRL", "PGREQUIREPEER", "PGCHANNELBINDING",
        "PGTARGETSESSIONATTRS", "PGSSLNEGOTIATION", "PGREQUIREAUTH", "PGGSSENCMODE"})
    base::unset_environment(environment, name);
  base::set_environment(environment, "PGHOST", endpoint.socket_folder.string());
  base::set_environment(environment, "PGPORT", std::to_string(endpoint.socket_port));
  base::set_environment(environment, "PGUSER", identity.user);
  base::set_environment(environment, "PGDATABASE", identity.database);
  base::set_environment(environment, "PGPASSWORD", endpoint.password);
  base::set_environment(environment, "DATABASE_URL", url);
  return environment;
}

}  // namespace windlass::run
