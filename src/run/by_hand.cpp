#include "run/by_hand.h"

#include "base/text.h"
#include "sql/object_secrets.h"

namespace windlass::run {

namespace {

std::string with_places(const std::string& statement) {
  const sql::WithoutSecrets bare = sql::without_secrets(statement);
  return base::replace_all(base::replace_all(bare.text, sql::kHiddenConnection, kPlaceOfASecret),
                           sql::kHiddenValue, kPlaceOfASecret);
}

bool is_of_subscription(const catalog::Object& object) {
  return object.kind == "subscription" ||
         (object.kind == "comment" && object.name.starts_with("subscription "));
}

}  // namespace

std::vector<std::string> shown(const ddl::Step& step) {
  if (!step.secret) return step.statements;
  std::vector<std::string> statements;
  for (const std::string& each : step.statements) statements.push_back(with_places(each));
  return statements;
}

std::vector<std::string> by_hand(const std::vector<catalog::Difference>& rest, const ddl::Schema& target) {
  std::vector<std::string> statements;
  for (const catalog::Difference& each : rest) {
    if (each.object.kind != "subscription") continue;
    if (each.change == catalog::Change::Dropped)
      statements.push_back("DROP SUBSCRIPTION " + each.object.name);
    const ddl::DumpEntry* entry =
        each.change == catalog::Change::Created ? target.entry_of(each.object) : nullptr;
    if (entry == nullptr) continue;
    for (const std::string& statement : entry->statements) statements.push_back(with_places(statement));
  }
  return statements;
}

std::string left_sentence(const catalog::Difference& left) {
  const auto inherited = [](const std::string& definition) {
    return base::contains(definition, "\"inherited\":true");
  };
  if (left.object.kind != "column" || left.change != catalog::Change::Altered ||
      inherited(left.before) == inherited(left.after))
    return left.sentence;
  return left.sentence +
         " (a column that is only inherited goes with the parent's; only a new table has it otherwise)";
}

void add_subscriptions(const catalog::LiveRead& original, catalog::LiveRead& copy) {
  bool any = false;
  for (const catalog::Fact& fact : original.snapshot.facts) {
    if (!is_of_subscription(fact.object) || copy.snapshot.find(fact.object) != nullptr) continue;
    copy.snapshot.facts.push_back(fact);
    // Its number is that of another server: here it is another subscription's, or nobody's.
    copy.snapshot.facts.back().id.clear();
    copy.snapshot.facts.back().group.clear();
    any = true;
  }
  if (any) copy.snapshot.sort();
}

}  // namespace windlass::run
