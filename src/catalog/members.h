// The members of extensions: facts of a kind of their own, "extension member". What an extension's script
// made of them nobody can tell from one database; of two that have the extension in one version, both must be
// alike.
#pragma once

#include <string>
#include <vector>

#include "catalog/comparable.h"
#include "catalog/live_read.h"
#include "pg/connection.h"

namespace windlass::catalog {

inline constexpr const char* kMember = "extension member";

/// The statements that read the members, and what others put on them (an index on an extension's table), and
/// their answers as facts: "function public.akeys(hstore) of hstore". Long attributes are digests only,
/// because an extension may have thousands of members. The owner is told where it is not the extension's.
std::vector<std::string> members_sql(int server_major, bool subscriptions);
void add_members(const std::vector<pg::Rows>& answers, Snapshot& snapshot);

/// "comment function public.akeys(hstore) of hstore".
inline bool is_comment_on_member(const Object& object) {
  return object.kind == kMember && object.name.starts_with("comment ");
}

/// Members are compared where both sides have the extension in one version and schema, on servers of one
/// major version; the others are taken out, and the last of these reasons is noted in `both.renderings`.
void settle_members(Comparable& both, const LiveRead& a, const LiveRead& b);

}  // namespace windlass::catalog
