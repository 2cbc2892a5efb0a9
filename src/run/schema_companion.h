// Has pg_dump say how a database is made, in the very moment in which its catalog is read.
#pragma once

#include <atomic>

#include "catalog/live_read.h"
#include "run/schema_dump.h"

namespace windlass::run {

/// For catalog::LiveReadOptions. It stays away where pg_dump would be in others' way: it holds a lock on
/// every table until its end, and what it sets for its session may stay in a connection that a pooler gives
/// to others.
class SchemaCompanion final : public catalog::Companion {
 public:
  /// `dump`: how pg_dump is asked; its `url` is the one that is read. `whatever_it_costs`: it does not stay
  /// away.
  SchemaCompanion(SchemaDumpOptions dump, bool whatever_it_costs)
      : dump_(std::move(dump)), whatever_it_costs_(whatever_it_costs) {}

  bool comes(const catalog::Surroundings& there) override;
  void read(const std::string& snapshot) override;
  void leave() override { stop_ = true; }

  /// When the reading has been done: the statements, or why there are none.
  catalog::Statements take() { return std::move(statements_); }

 private:
  SchemaDumpOptions dump_;
  bool whatever_it_costs_;
  std::atomic<bool> stop_ = false;
  std::string role_, server_version_;
  catalog::Statements statements_;
};

}  // namespace windlass::run
