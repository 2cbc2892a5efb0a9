// Owners and grantees inside definitions, where a command changes them that
// no event trigger reports.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "catalog/fact.h"

namespace windlass::catalog {

/// What REASSIGN OWNED BY `from` TO `to` makes of the definitions of `facts`; `owned`: the ids of the objects
/// that one of `from` owns (their privileges change too).
void reassign(std::vector<Fact>& facts, const std::set<std::string>& from, const std::string& to,
              const std::set<std::string>& owned);

/// `definition`, a list of privileges, as it is where role `from` is called `to`.
std::string with_role_renamed(const std::string& definition, const std::string& from, const std::string& to);

/// The owner that a definition names; empty when it names none.
std::string owner_of(const Fact& fact);

}  // namespace windlass::catalog
