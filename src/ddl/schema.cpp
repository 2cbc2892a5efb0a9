#include "ddl/schema.h"

#include <utility>

namespace windlass::ddl {

namespace {

/// "1259:16385" of "1259:16385:2".
std::string without_part(const std::string& row) { return row.substr(0, row.rfind(':')); }

}  // namespace

std::string row_of(const std::string& fact_id) {
  if (fact_id.starts_with("l:")) return fact_id.substr(2, fact_id.rfind(':') - 2);
  return fact_id.starts_with("c:") || fact_id.starts_with("a:") ? fact_id.substr(2) : fact_id;
}

Schema::Schema(catalog::Snapshot snapshot, int server_major, std::map<std::string, Named> named,
               std::vector<DumpEntry> entries)
    : snapshot_(std::move(snapshot)),
      server_major_(server_major),
      named_(std::move(named)),
      entries_(std::move(entries)) {
  for (size_t i = 0; i < entries_.size(); ++i) entry_by_row_.emplace(entries_[i].id, i);
  for (size_t i = 0; i < snapshot_.facts.size(); ++i) fact_by_id_.emplace(snapshot_.facts[i].id, i);
}

const catalog::Fact* Schema::fact_at(const std::string& id) const {
  const auto found = fact_by_id_.find(id);
  return found == fact_by_id_.end() ? nullptr : &snapshot_.facts[found->second];
}

const Named* Schema::named_of(const catalog::Object& object) const {
  const catalog::Fact* fact = snapshot_.find(object);
  if (fact == nullptr) return nullptr;
  const auto found = named_.find(row_of(fact->id));
  return found == named_.end() ? nullptr : &found->second;
}

const catalog::Fact* Schema::relation_of(const catalog::Object& part) const {
  const catalog::Fact* fact = snapshot_.find(part);
  if (fact == nullptr) return nullptr;
  return fact_at(fact->group.starts_with("acl:") ? fact->group.substr(4) : fact->group);
}

const DumpEntry* Schema::entry_at(const std::string& row) const {
  const auto found = entry_by_row_.find(row);
  return found == entry_by_row_.end() ? nullptr : &entries_[found->second];
}

const DumpEntry* Schema::entry_of(const catalog::Object& object) const {
  if (object.kind == "comment" || object.kind == "privilege" || object.kind == "column") return nullptr;
  const catalog::Fact* fact = snapshot_.find(object);
  return fact == nullptr ? nullptr : entry_at(without_part(fact->id));
}

size_t Schema::place_of(const catalog::Object& object) const {
  const DumpEntry* entry = entry_of(object);
  if (entry == nullptr)
    if (const catalog::Fact* relation = relation_of(object)) entry = entry_at(without_part(relation->id));
  return entry == nullptr ? entries_.size() : static_cast<size_t>(entry - entries_.data());
}

}  // namespace windlass::ddl
