// What a server's refusal of a script's statement is about; pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "pg/connection.h"

namespace windlass::run {

/// The role that it misses; empty where it is about something else.
std::string missing_role(const pg::ServerError& error);
/// The setting that this server does not know, of a SET; empty where it is about something else.
std::string unknown_setting(const std::string& kind, const pg::ServerError& error);
/// Whether a DROP (also of a part of a table) did not find what it was to take away.
bool nothing_to_drop(const std::string& kind, std::string_view text, const pg::ServerError& error);

/// Why windlass runs no such statement: it reads or writes the server's files or programs, or calls another
/// server. Empty for all others.
std::string not_run(const std::string& kind, std::string_view text);
/// Whether it is a SELECT of setval().
bool sets_position(const std::string& kind, std::string_view text);
/// Whether it says who owns something in the database.
bool says_owner(const std::string& kind, std::string_view text);
/// Whether it says who may do what with something.
bool says_privileges(const std::string& kind, std::string_view text);

struct HintFor {
  int server_major = 0, dumped_from = 0;
  bool rows_passed_over = false;
  std::vector<std::string> unset = {};  ///< variables of psql in it
};
/// What to do about it; empty where windlass knows no better than the server.
std::string hint_for(std::string_view text, const pg::ServerError& error, const HintFor& known);

}  // namespace windlass::run
