// What a person does where a script of windlass's cannot: put a secret in its place, and what a database does
// not take along when it is copied, so that nothing can be tried on it.
#pragma once

#include <string>
#include <vector>

#include "catalog/compare.h"
#include "catalog/live_read.h"
#include "ddl/schema.h"
#include "ddl/step.h"

namespace windlass::run {

/// Stands for a secret in a statement that is shown.
inline constexpr const char* kPlaceOfASecret = "'…'";

/// The statements of a step as they are shown: with the secrets' places marked.
std::vector<std::string> shown(const ddl::Step& step);

/// Of the differences that are left the subscriptions: how B's are made, with the connection strings' places
/// marked, and how A's are dropped.
std::vector<std::string> by_hand(const std::vector<catalog::Difference>& rest, const ddl::Schema& target);

/// A difference that is left, as a sentence; with why no statement changes it, where that is not plain.
std::string left_sentence(const catalog::Difference& left);

/// A copy of a database has no subscriptions: they are as `original` has them, with what is said of them.
void add_subscriptions(const catalog::LiveRead& original, catalog::LiveRead& copy);

}  // namespace windlass::run
