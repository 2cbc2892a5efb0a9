// What is behind scratch::Server; for scratch/server.cpp and scratch/identity.cpp only.
#pragma once

#include <map>
#include <mutex>
#include <set>
#include <string>

#include "scratch/postmaster.h"
#include "scratch/run_folder.h"
#include "scratch/server.h"

namespace windlass::scratch {

struct Server::Impl {
  ServerOptions options;
  base::SystemUser user;
  RunFolder run_folder;
  std::filesystem::path folder;
  std::unique_ptr<Postmaster> postmaster;
  StartTimes times;
  bool fresh = false;
  std::string remark;
  std::mutex stop_mutex;
  bool stopped = false;

  std::map<std::string, pg::Connection> standing;  // see standing_connection()

  std::mutex identity_mutex;              // one identity is taken at a time
  std::set<std::string> known_roles;      // made or seen already; by name
  std::set<std::string> known_databases;  // the same
  CommonDatabases common;                 // whose files are not this server's alone
};

}  // namespace windlass::scratch
