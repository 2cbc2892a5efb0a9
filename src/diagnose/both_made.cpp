#include "diagnose/both_made.h"

#include <algorithm>
#include <array>
#include <map>

#include "catalog/wholes.h"
#include "diagnose/name.h"
#include "drift/essence.h"
#include "sql/statement_kind.h"
#include "sql/targets.h"
#include "sql/tokens.h"

namespace windlass::diagnose {

namespace {

using catalog::Object;
using drift::Moment;

struct Made {
  std::string definition;  // what the script leaves
  int statement = 0;       // that created it
};

/// What is there when the script has ended and was not before it.
std::map<Object, Made> made_by(const record::Recording& script) {
  std::map<Object, Made> made;
  for (const record::Statement& statement : script.statements)
    for (const catalog::Effect& effect : statement.effects) {
      if (effect.rolled_back) continue;
      auto before =
          effect.renamed_from.empty() ? made.end() : made.find({effect.object.kind, effect.renamed_from});
      if (before != made.end()) {
        made[effect.object] = before->second;
        made.erase(before);
      }
      if (effect.change == catalog::Change::Dropped) {
        made.erase(effect.object);
      } else if (effect.change == catalog::Change::Created) {
        made[effect.object] = {effect.after, statement.n};
      } else if (const auto known = made.find(effect.object); known != made.end()) {
        known->second.definition = effect.after;
      }
    }
  return made;
}

/// The first moment behind `position` at which the chain makes it, where it is not there at `position`.
const Moment* making(const std::vector<Moment>& moments, size_t position) {
  bool there = false;
  for (const Moment& moment : moments) {
    if (moment.position > position && !there && moment.there) return &moment;
    if (moment.position <= position) there = moment.there;
  }
  return nullptr;
}

/// Rights and comments come with what they are on.
bool stands_alone(const Object& object) { return object.kind != "privilege" && object.kind != "comment"; }

bool goes_with(const Object& part, const std::string& definition, const Object& whole) {
  return catalog::is_relation(whole.kind) && part != whole &&
         catalog::goes_with(part, definition, whole.name);
}

/// The object and what goes with it.
catalog::Snapshot whole_of(const Object& object, const std::vector<catalog::Fact>& facts) {
  catalog::Snapshot whole;
  for (const catalog::Fact& fact : facts)
    if (fact.object == object ||
        (stands_alone(fact.object) && goes_with(fact.object, fact.definition, object)))
      whole.facts.push_back({fact.object, drift::essence(fact.object, fact.definition), "", ""});
  whole.sort();
  return whole;
}

/// What the script's statements name as to be created, whatever came of it.
std::vector<Name> tried_by(const record::Recording& script) {
  std::vector<Name> names;
  for (const record::Statement& statement : script.statements)
    for (const sql::Target& target : sql::read_targets(statement.text).targets)
      if (target.action == sql::Action::Create) names.push_back(name_of(target));
  return names;
}

}  // namespace

std::vector<BothMade> both_made(const drift::Timeline& chain, size_t position,
                                const record::Recording& script) {
  const std::map<Object, Made> made = made_by(script);
  std::vector<catalog::Fact> facts;
  for (const auto& [object, one] : made) facts.push_back({object, one.definition, "", ""});
  std::vector<BothMade> both;
  for (const catalog::Fact& fact : facts) {
    const auto known = chain.objects.find(fact.object);
    if (known == chain.objects.end() || !stands_alone(fact.object)) continue;
    const Moment* moment = making(known->second, position);
    if (moment == nullptr) continue;
    BothMade found{fact.object, made.at(fact.object).statement, moment->revision, moment->at, {}, false};
    const catalog::Snapshot here = whole_of(fact.object, facts);
    const auto against = [&](size_t at) {
      return catalog::compare(whole_of(fact.object, chain.at(at).facts), here, "the chain", "the script");
    };
    found.differences = against(moment->position);
    found.as_at_end = !found.differences.empty() && against(chain.revisions.size()).empty();
    both.push_back(std::move(found));
  }
  // What goes with another of them is not told by itself.
  std::vector<BothMade> wholes;
  for (const BothMade& each : both)
    if (std::none_of(both.begin(), both.end(), [&](const BothMade& other) {
          return goes_with(each.object, made.at(each.object).definition, other.object);
        }))
      wholes.push_back(each);
  return wholes;
}

std::vector<catalog::Difference> changed_of_chain(const drift::Timeline& chain, size_t position,
                                                  const record::Recording& script) {
  std::map<Object, std::string> left;  // what it touched, as it is at the end; empty where it is gone
  for (const record::Statement& statement : script.statements)
    for (const catalog::Effect& effect : statement.effects) {
      if (effect.rolled_back) continue;
      if (!effect.renamed_from.empty()) left[{effect.object.kind, effect.renamed_from}].clear();
      left[effect.object] = effect.change == catalog::Change::Dropped ? "" : effect.after;
    }
  catalog::Snapshot before, after;
  for (const catalog::Fact& fact : chain.at(position).facts) {
    const auto found = left.find(fact.object);
    if (found == left.end() || !stands_alone(fact.object)) continue;
    before.facts.push_back({fact.object, drift::essence(fact.object, fact.definition), "", ""});
    if (!found->second.empty())
      after.facts.push_back({fact.object, drift::essence(fact.object, found->second), "", ""});
  }
  before.sort();
  after.sort();
  const std::vector<catalog::Difference> all = catalog::compare(before, after, "the chain", "the script");
  std::vector<catalog::Difference> told;
  for (const catalog::Difference& each : all)
    if (std::none_of(all.begin(), all.end(), [&](const catalog::Difference& other) {
          return other.change == catalog::Change::Dropped &&
                 goes_with(each.object, each.before, other.object);
        }))
      told.push_back(each);
  return told;
}

std::set<size_t> places_before(const drift::Timeline& chain, const record::Recording& script) {
  std::set<size_t> places;
  const std::map<Object, Made> made = made_by(script);
  const std::vector<Name> tried = tried_by(script);
  for (const auto& [object, moments] : chain.objects) {
    const Moment* moment = stands_alone(object) ? making(moments, 0) : nullptr;
    if (moment == nullptr) continue;
    bool named = made.contains(object);
    for (const Name& name : tried) named = named || matches(object, name);
    if (named) places.insert(moment->position - 1);
  }
  return places;
}

bool wrote_rows(const record::Statement& statement) {
  if (statement.rows.value_or(0) == 0) return false;
  const std::string kind = sql::statement_kind(statement.text);
  static constexpr std::array<std::string_view, 5> kKinds = {"INSERT", "UPDATE", "DELETE", "MERGE", "WITH"};
  if (std::find(kKinds.begin(), kKinds.end(), kind) != kKinds.end())
    return !statement.tag.starts_with("SELECT");
  // The other way, rows are read.
  const std::vector<sql::Token> words =
      kind == "COPY" ? sql::tokens(statement.text) : std::vector<sql::Token>();
  return std::any_of(words.begin(), words.end(), [](const sql::Token& word) { return word.is("from"); });
}

bool changed_something(const record::Recording& script) {
  return std::any_of(script.statements.begin(), script.statements.end(),
                     [](const record::Statement& statement) {
                       return wrote_rows(statement) ||
                              std::any_of(statement.effects.begin(), statement.effects.end(),
                                          [](const catalog::Effect& effect) { return !effect.rolled_back; });
                     });
}

}  // namespace windlass::diagnose
