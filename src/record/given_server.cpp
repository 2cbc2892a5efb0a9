#include "record/given_server.h"

#include <libpq-fe.h>
#include <openssl/rand.h>

#include <array>
#include <cstdlib>

#include "base/secrets.h"
#include "base/text.h"
#include "pg/connect.h"
#include "wire/bytes.h"
#include "wire/kind.h"

namespace windlass::record {

namespace {

/// The settings of a startup packet that are no connection options of libpq go
/// into "options", as the server reads them there.
std::string options_of(const wire::Startup& startup) {
  std::string options(startup.setting("options"));
  for (const auto& [name, value] : startup.settings) {
    if (name == "user" || name == "database" || name == "options" || name == "application_name" ||
        name == "client_encoding" || name == "replication" || name.starts_with("_pq_."))
      continue;
    if (!options.empty()) options += ' ';
    options += "-c " + name + "=";
    for (const char c : value) {
      if (c == ' ' || c == '\\' || (c >= '\t' && c <= '\r')) options += '\\';
      options += c;
    }
  }
  return options;
}

std::string greeting_of(PGconn* connection, std::string_view key) {
  using namespace wire;
  std::string out;
  append_message(out, back::kAuthentication, std::string(4, '\0'));
  constexpr std::array<const char*, 16> kReported = {"server_version",
                                                     "server_encoding",
                                                     "client_encoding",
                                                     "application_name",
                                                     "is_superuser",
                                                     "session_authorization",
                                                     "DateStyle",
                                                     "IntervalStyle",
                                                     "TimeZone",
                                                     "integer_datetimes",
                                                     "standard_conforming_strings",
                                                     "default_transaction_read_only",
                                                     "in_hot_standby",
                                                     "scram_iterations",
                                                     "search_path",
                                                     "server_version_num"};
  for (const char* const name : kReported) {
    const char* const value = PQparameterStatus(connection, name);
    if (!value) continue;
    std::string body;
    append_text(body, name);
    append_text(body, value);
    append_message(out, back::kParameterStatus, body);
  }
  append_message(out, back::kBackendKeyData, key);
  append_message(out, back::kReadyForQuery, "I");
  return out;
}

}  // namespace

base::Result<UpstreamLink> connect_given_server(const std::string& conninfo, const wire::Startup& startup,
                                                const Admission& admission, CancelKeys& keys) {
  const std::string options = options_of(startup);
  const std::string application(startup.setting("application_name"));
  const std::string encoding(startup.setting("client_encoding"));
  std::vector<const char*> names, values;
  const auto set = [&](const char* name, const std::string& value) {
    if (value.empty()) return;
    names.push_back(name);
    values.push_back(value.c_str());
  };
  // The first dbname may be a whole connection string; what follows it wins.
  set("dbname", conninfo);
  set("user", admission.role);
  set("options", options);
  set("application_name", application);
  set("client_encoding", encoding);
  names.push_back("gssencmode");
  values.push_back("disable");
  names.push_back(nullptr);
  values.push_back(nullptr);

  // libpq expands only one dbname: the database is put into the string itself.
  std::string whole = conninfo;
  if (!admission.database.empty()) {
    char* message = nullptr;
    PQconninfoOption* const parsed = PQconninfoParse(conninfo.c_str(), &message);
    if (!parsed) {
      const std::string got = message ? base::mask_url(message) : "not a connection string";
      PQfreemem(message);
      return base::fail({"connect to the given server", base::mask_url(conninfo), got,
                         "Give a URL or libpq's key=value form.", base::Exit::Usage});
    }
    whole.clear();
    for (const PQconninfoOption* option = parsed; option->keyword; ++option) {
      if (!option->val || std::string_view(option->keyword) == "dbname") continue;
      whole += std::string(option->keyword) + "='";
      for (const char* c = option->val; *c; ++c) {
        if (*c == '\'' || *c == '\\') whole += '\\';
        whole += *c;
      }
      whole += "' ";
    }
    PQconninfoFree(parsed);
    whole += "dbname='";
    for (const char c : admission.database) {
      if (c == '\'' || c == '\\') whole += '\\';
      whole += c;
    }
    whole += "'";
    values[0] = whole.c_str();
  }

  auto connected = pg::connect(names.data(), values.data());
  if (!connected)
    return base::fail({"connect to the given server", base::mask_url(conninfo),
                       base::mask_url(std::string(base::trim(connected.error()))),
                       "Check the server, the user and the password of --scratch-url.",
                       base::Exit::CouldNotLook});
  UpstreamLink link;
  link.owner = *std::move(connected);
  PGconn* const connection = link.owner.get();
  PQsetnonblocking(connection, 1);
  link.stream =
      Stream::borrowed(PQsocket(connection), static_cast<ssl_st*>(PQsslStruct(connection, "OpenSSL")));

  wire::append_u32(link.cancel_key, static_cast<uint32_t>(PQbackendPID(connection)));
  char secret[4];
  if (RAND_bytes(reinterpret_cast<unsigned char*>(secret), sizeof secret) != 1) std::abort();
  link.cancel_key.append(secret, sizeof secret);
  keys.add(link.cancel_key, CancelKeys::Cancel(PQgetCancel(connection), PQfreeCancel));
  link.greeting = greeting_of(connection, link.cancel_key);
  return link;
}

}  // namespace windlass::record
