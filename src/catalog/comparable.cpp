#include "catalog/comparable.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/text.h"
#include "catalog/definition.h"
#include "catalog/live_only.h"
#include "catalog/members.h"
#include "catalog/owners.h"
#include "sql/rendering.h"

namespace windlass::catalog {

namespace {

using nlohmann::json;

bool is_text(const json& object, const char* key) {
  return object.is_object() && object.contains(key) && object[key].is_string();
}

void take_out(Fact& fact, const char* attribute) {
  json definition = json::parse(fact.definition, nullptr, false);
  if (definition.is_object() && definition.erase(attribute) > 0) fact.definition = canonical(definition);
}

void leave_out_unwanted(Snapshot& side, const Wanted& wanted) {
  std::erase_if(side.facts, [&](const Fact& fact) {
    return (!wanted.privileges && fact.object.kind == "privilege") ||
           (!wanted.comments && (fact.object.kind == "comment" || is_comment_on_member(fact.object)));
  });
  for (Fact& fact : side.facts) {
    if (!wanted.owners && base::contains(fact.definition, "\"owner\":")) take_out(fact, "owner");
    if (!wanted.column_order && base::contains(fact.definition, "\"column_order\":"))
      take_out(fact, "column_order");
  }
}

/// Takes out of both what one cannot see: all of the object, or where it is a sequence only its position.
void leave_out_unseen(Comparable& both, const LiveRead& read, const std::string& name) {
  std::set<Object> unseen;
  for (const Noted& each : read.not_visible) {
    both.not_compared.push_back({each.object, fmt::format("not visible in {}: {}", name, each.reason)});
    unseen.insert(each.object);
  }
  for (Snapshot* side : {&both.a, &both.b}) {
    std::erase_if(side->facts, [&](const Fact& fact) {
      return fact.object.kind != "sequence" && unseen.contains(fact.object);
    });
    for (Fact& fact : side->facts)
      if (fact.object.kind == "sequence" && unseen.contains(fact.object)) take_out(fact, "position");
  }
  for (const Noted& each : read.not_modelled)
    both.not_compared.push_back({each.object, fmt::format("in {}: {}", name, each.reason)});
}

/// "... WITH (fillfactor='70', fastupdate=off) WHERE ...": with the options sorted. They are kept, and
/// rendered, in the order in which they were set.
std::string with_options_sorted(const std::string& definition) {
  constexpr std::string_view kWith = ") WITH (";
  const size_t with = definition.find(kWith);
  if (with == std::string::npos) return definition;
  const size_t from = with + kWith.size();
  std::vector<std::string> options(1);
  bool quoted = false;
  size_t to = from;
  for (; to < definition.size() && (quoted || definition[to] != ')'); ++to) {
    const char c = definition[to];
    if (c == '\'') quoted = !quoted;
    if (c == ',' && !quoted)
      options.emplace_back();
    else if (c != ' ' || quoted)
      options.back() += c;
  }
  std::sort(options.begin(), options.end());
  return definition.substr(0, from) + base::join(options, ", ") + definition.substr(to);
}

void settle_order_of_options(Comparable& both) {
  std::map<Object, const Fact*> in_a;
  for (const Fact& fact : both.a.facts)
    if (fact.object.kind == "index") in_a[fact.object] = &fact;
  for (Fact& fact : both.b.facts) {
    const auto found = fact.object.kind == "index" ? in_a.find(fact.object) : in_a.end();
    if (found == in_a.end() || found->second->definition == fact.definition) continue;
    json definition = json::parse(fact.definition, nullptr, false);
    const json other = json::parse(found->second->definition, nullptr, false);
    if (!is_text(definition, "definition") || !is_text(other, "definition")) continue;
    if (with_options_sorted(definition["definition"]) != with_options_sorted(other["definition"])) continue;
    definition["definition"] = other["definition"];
    fact.definition = canonical(definition);
  }
}

/// Positions, and what belongs to the server, are compared where both reads have them.
void leave_out_unasked(Comparable& both) {
  const auto of_server = [](const Fact& fact) {
    const std::string& name = fact.object.name;
    return fact.object.kind == "role" || fact.object.kind == "database" || fact.object.kind == "tablespace" ||
           name.starts_with("role ") || name.starts_with("database ") || name.starts_with("tablespace ") ||
           name.starts_with("parameter ");
  };
  const auto has_server = [&](const Snapshot& side) {
    return std::any_of(side.facts.begin(), side.facts.end(),
                       [](const Fact& fact) { return fact.object.kind == "database"; });
  };
  const bool a = has_server(both.a), b = has_server(both.b);
  if (a != b) std::erase_if((a ? both.a : both.b).facts, of_server);
  const auto has_positions = [](const Snapshot& side) {
    return std::any_of(side.facts.begin(), side.facts.end(), [](const Fact& fact) {
      return fact.object.kind == "sequence" && base::contains(fact.definition, "\"position\":");
    });
  };
  const bool positions = has_positions(both.a);
  if (positions == has_positions(both.b)) return;
  for (Fact& fact : (positions ? both.a : both.b).facts)
    if (fact.object.kind == "sequence") take_out(fact, "position");
}

/// Whether a materialized view was filled is not said by a dump that has no rows.
void leave_out_filling(Comparable& both) {
  for (Snapshot* side : {&both.a, &both.b})
    for (Fact& fact : side->facts)
      if (fact.object.kind == "materialized view") take_out(fact, "populated");
}

/// An attribute that servers have since `major`, and that says nothing new where they give it by default.
struct Since {
  const char *kind, *attribute;
  int major;
};
constexpr Since kSince[] = {{"column", "not_null_constraint", 18},  // its name
                            {"type", "not_null_constraint", 17},
                            {"collation", "library_version", 1000},  // another server, another library
                            {"publication", "generated_columns", 18}};

/// The owner's privileges without MAINTAIN, which 17 brought, where they are all that there are.
std::string without_maintain(std::string item) {
  const size_t from = item.find('=') + 1, to = item.rfind('/');
  if (from == 0 || to == std::string::npos || item.compare(from, to - from, "arwdDxtm") != 0) return item;
  return item.replace(from, to - from, "arwdDxt");
}

json settled(const Object& object, const json& definition, int lower) {
  json result = definition;
  if (result.is_object()) {
    for (const Since& since : kSince)
      if (object.kind == since.kind && lower < since.major) result.erase(since.attribute);
    if (lower < 14 && result.contains("range") && result["range"].is_object())
      result["range"].erase("multirange");
    if (lower < 14 && result.contains("base") && result["base"].is_object())
      result["base"].erase("subscript");
  }
  if (object.kind == "privilege" && lower < 17 && result.is_array())
    for (json& item : result)
      if (item.is_string()) item = without_maintain(item.get<std::string>());
  return result;
}

/// Attributes that hold SQL as a server renders it. Labels, comments, options and names are what they are.
bool holds_sql(const std::string& attribute) {
  static const std::set<std::string> kAttributes = {"definition", "default", "generated", "using",
                                                    "check",      "checks",  "partition", "partitioned_by"};
  return kAttributes.contains(attribute);
}

bool rendered_alike(const json& a, const json& b) {
  if (a.is_string() && b.is_string()) return sql::rendered_alike(a.get<std::string>(), b.get<std::string>());
  // The checks of a domain, by their names.
  return a.is_object() && b.is_object() && a.size() == b.size() &&
         std::all_of(a.items().begin(), a.items().end(), [&](const auto& each) {
           return b.contains(each.key()) && rendered_alike(each.value(), b[each.key()]);
         });
}

/// Equal but for texts that different majors give for one definition.
bool alike(const json& a, const json& b) {
  if (a == b) return true;
  return a.is_object() && b.is_object() && a.size() == b.size() &&
         std::all_of(a.items().begin(), a.items().end(), [&](const auto& each) {
           if (!b.contains(each.key())) return false;
           const json& other = b[each.key()];
           return each.value() == other || (holds_sql(each.key()) && rendered_alike(each.value(), other));
         });
}

/// Privileges on the schema public: those of PUBLIC and of the owner, and all others, these without the owner
/// as their grantor.
std::pair<std::set<std::string>, std::set<std::string>> split_by_owner(const Fact& fact,
                                                                       const std::string& owner) {
  std::set<std::string> usual, others;
  const json items = json::parse(fact.definition, nullptr, false);
  for (const json& item : items.is_array() ? items : json::array()) {
    const std::string text = item.is_string() ? item.get<std::string>() : item.dump();
    const std::string by_owner = "/" + owner;
    if (text.starts_with("=") || text.starts_with(owner + "="))
      usual.insert(text);
    else
      others.insert(text.ends_with(by_owner) ? text.substr(0, text.size() - owner.size()) : text);
  }
  return {usual, others};
}

/// Of the schema public nobody chose what initdb of 15 and newer gives it, nor what that of 14 and older
/// does. What somebody granted besides counts.
bool only_initdb_differs(const Fact& older, const std::string& older_owner, const Fact& newer) {
  const std::string owner = "pg_database_owner";
  if (newer.object.kind == "schema") return owner_of(newer) == owner;
  const auto [usual, others] = split_by_owner(newer, owner);
  return usual == std::set<std::string>{"=U/" + owner, owner + "=UC/" + owner} &&
         others == split_by_owner(older, older_owner).second;
}

void settle_majors(Comparable& both, const LiveRead& a, const LiveRead& b) {
  if (a.server_major == b.server_major) return;
  const int lower = std::min(a.server_major, b.server_major),
            upper = std::max(a.server_major, b.server_major);
  const Object of_schema{"schema", "public"};
  const Fact* older_public = (a.server_major < b.server_major ? a : b).snapshot.find(of_schema);
  const std::string older_owner = older_public == nullptr ? std::string() : owner_of(*older_public);
  std::map<Object, Fact*> in_b;
  for (Fact& fact : both.b.facts) in_b[fact.object] = &fact;
  for (Fact& fact : both.a.facts) {
    const auto found = in_b.find(fact.object);
    if (found == in_b.end() || fact.definition == found->second->definition) continue;
    Fact& other = *found->second;
    const bool a_is_newer = a.server_major > b.server_major;
    const bool of_public = fact.object == of_schema || fact.object == Object{"privilege", "schema public"};
    if (lower < 15 && upper >= 15 && of_public &&
        only_initdb_differs(a_is_newer ? other : fact, older_owner, a_is_newer ? fact : other)) {
      both.renderings.push_back({fact.object, "PostgreSQL 15 changed what a new database has there"});
    } else {
      if (!same_definition(fact.object, fact.definition, a.server_major, other.definition, b.server_major))
        continue;
      both.renderings.push_back(
          {fact.object, fmt::format("PostgreSQL {} and {} say the same in different words", a.server_major,
                                    b.server_major)});
    }
    other.definition = fact.definition;
  }
}

/// The owner of what a fact of privileges is about: "table public.users".
std::string owner_in(const std::map<std::string, const Fact*>& objects, const std::string& object) {
  const auto found = objects.find(object);
  return found == objects.end() ? std::string() : owner_of(*found->second);
}

constexpr std::string_view kDefaultFor = "default for ";  // what somebody's new objects are granted

/// What stands behind the role in the name of default privileges: " in schema s on tables". Empty where they
/// are not those of `role`.
std::string behind_role(const Fact& fact, const std::string& role) {
  const std::string head = std::string(kDefaultFor) + role;
  if (fact.object.kind != "privilege" || !fact.object.name.starts_with(head)) return "";
  const std::string rest = fact.object.name.substr(head.size());
  return rest.starts_with(" in schema ") || rest.starts_with(" on ") ? rest : "";
}

/// Default privileges of whoever ran it are those of whoever has the same ones on the other side, where that
/// is one role.
void settle_default_privileges(Snapshot& made, const std::string& made_by, const Snapshot& other) {
  for (Fact& fact : made.facts) {
    const std::string rest = behind_role(fact, made_by);
    if (rest.empty()) continue;
    std::vector<std::string> roles;
    for (const Fact& there : other.facts) {
      const std::string& name = there.object.name;
      if (there.object.kind == "privilege" && name.starts_with(kDefaultFor) && name.ends_with(rest))
        roles.push_back(name.substr(kDefaultFor.size(), name.size() - kDefaultFor.size() - rest.size()));
    }
    if (roles.size() != 1) continue;
    fact.object.name = std::string(kDefaultFor) + roles[0] + rest;
    fact.definition = with_role_renamed(fact.definition, made_by, roles[0]);
  }
  made.sort();
}

/// Of what role `from` owns and grants, `to` is the owner and grantor.
void rename_maker(Snapshot& side, const std::string& from, const std::string& to) {
  for (Fact& fact : side.facts) {
    if (const std::string rest = behind_role(fact, from); !rest.empty())
      fact.object.name = std::string(kDefaultFor) + to + rest;
    if (fact.object.kind == "privilege") {
      fact.definition = with_role_renamed(fact.definition, from, to);
    } else if (owner_of(fact) == from) {
      json definition = json::parse(fact.definition, nullptr, false);
      definition["owner"] = to;
      fact.definition = canonical(definition);
    }
  }
  side.sort();
}

/// What one side leaves unsaid and the other says; with the owners the versions of extensions.
struct Unsaid {
  bool owners, privileges;
};

/// Two that say what they want to say can be held to each other's words; a real database, and a dump with its
/// owners, say more.
Unsaid unsaid_by(const LiveRead& made, const LiveRead& other) {
  const auto says = [&](Says one) { return other.made_by.empty() ? Says::All : one; };
  const auto open = [](Says one, Says another) { return one != Says::Own || another == Says::All; };
  return {open(made.says_owners, says(other.says_owners)),
          made.says_privileges != Says::All && open(made.says_privileges, says(other.says_privileges))};
}

/// The privileges that initdb of 15 and newer gives the schema public.
bool is_as_initdb_gave(const Fact& fact) {
  return fact.definition == R"(["=U/pg_database_owner","pg_database_owner=UC/pg_database_owner"])";
}

/// `made` was made by a chain, or SQL, that windlass ran. What it gives to nobody in particular is what the
/// other one has.
void settle_unsaid(Snapshot& made, const LiveRead& maker, const Unsaid& what, const std::string& made_by,
                   Snapshot& other, std::vector<Noted>& unsaid) {
  if (what.owners) settle_default_privileges(made, made_by, other);
  std::map<std::string, const Fact*> objects;
  for (const Fact& fact : other.facts) objects[to_string(fact.object)] = &fact;
  std::set<Object> granted;
  std::map<Object, std::string> given;  // by initdb, and not by what made this
  for (Fact& fact : made.facts) {
    if (fact.object.kind == "privilege") {
      if (what.privileges && (maker.says_privileges == Says::Nothing || is_as_initdb_gave(fact))) {
        given[fact.object] = fact.definition;
        continue;
      }
      granted.insert(fact.object);
      if (const std::string owner = owner_in(objects, fact.object.name); what.owners && !owner.empty())
        fact.definition = with_role_renamed(fact.definition, made_by, owner);
      continue;
    }
    const auto found = objects.find(to_string(fact.object));
    if (found == objects.end() || found->second->definition == fact.definition) continue;
    json definition = json::parse(fact.definition, nullptr, false);
    const json there = json::parse(found->second->definition, nullptr, false);
    if (!definition.is_object() || !there.is_object()) continue;
    const std::string owner = definition.value("owner", "");
    const bool nobodys = owner == made_by || (owner == "pg_database_owner" && maker.says_owners != Says::All);
    if (what.owners && nobodys && there.contains("owner")) definition["owner"] = there["owner"];
    if (what.owners && fact.object.kind == "extension" && there.contains("version") &&
        definition.value("version", json()) != there["version"]) {
      unsaid.push_back({fact.object, "its version is the server's to say"});
      definition["version"] = there["version"];
    }
    fact.definition = canonical(definition);
  }
  if (!what.privileges) return;
  std::erase_if(other.facts, [&](const Fact& fact) {
    if (fact.object.kind != "privilege" || granted.contains(fact.object)) return false;
    const auto same = given.find(fact.object);
    if (same == given.end() || same->second != fact.definition)
      unsaid.push_back({fact.object, maker.made_from + " grants nothing on it"});
    return true;
  });
  std::erase_if(made.facts, [&](const Fact& fact) { return given.contains(fact.object); });
}

/// Of two that windlass made, by whatever roles, nobody's is nobody's.
void settle_makers(Comparable& both, const LiveRead& a, const LiveRead& b) {
  const bool two = !a.made_by.empty() && !b.made_by.empty();
  if (two && a.made_by != b.made_by) rename_maker(both.a, a.made_by, b.made_by);
  if (!a.made_by.empty())
    settle_unsaid(both.a, a, unsaid_by(a, b), two ? b.made_by : a.made_by, both.b, both.unsaid);
  if (!b.made_by.empty()) settle_unsaid(both.b, b, unsaid_by(b, a), b.made_by, both.a, both.unsaid);
}

}  // namespace

bool same_definition(const Object& object, const std::string& a, int major_a, const std::string& b,
                     int major_b) {
  if (a == b) return true;
  if (major_a == major_b) return false;
  const int lower = std::min(major_a, major_b);
  const json first = json::parse(a, nullptr, false), second = json::parse(b, nullptr, false);
  return alike(settled(object, first, lower), settled(object, second, lower));
}

bool compared_whole(const std::vector<Noted>& not_compared) {
  return std::all_of(not_compared.begin(), not_compared.end(),
                     [](const Noted& each) { return each.object.kind == "large object"; });
}

Comparable made_comparable(const LiveRead& a, const LiveRead& b, const std::string& a_name,
                           const std::string& b_name, const Wanted& wanted) {
  Comparable both{a.snapshot, b.snapshot, {}, {}};
  for (Snapshot* side : {&both.a, &both.b}) leave_out_unwanted(*side, wanted);
  leave_out_unseen(both, a, a_name);
  leave_out_unseen(both, b, b_name);
  leave_out_unasked(both);
  if (a.without_rows || b.without_rows) leave_out_filling(both);
  settle_live_only(both, a.live_only, b.live_only);
  settle_members(both, a, b);
  settle_order_of_options(both);
  settle_majors(both, a, b);
  settle_makers(both, a, b);
  return both;
}

}  // namespace windlass::catalog
