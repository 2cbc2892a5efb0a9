// What sort of constraint a name speaks of. Pure.
#pragma once

#include <string>
#include <string_view>

namespace windlass::diagnose {

/// "UNIQUE", "FOREIGN KEY", "PRIMARY KEY" or "CHECK", as definitions spell it; empty where the name does not
/// say.
std::string_view constraint_sort(const std::string& name);

/// The name that MySQL gives to every primary key. No other server knows it, and there it cannot be chosen.
bool primary_of_mysql(const std::string& name);

}  // namespace windlass::diagnose
