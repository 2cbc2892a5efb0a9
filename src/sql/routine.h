// The parameters of a function, procedure or aggregate, as a CREATE has them and as the catalog names them:
// several routines bear one name, and only their parameters' types tell them apart.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace windlass::sql {

/// Each parameter as the statement writes it, without its default ("a text", "OUT b int"): what DROP FUNCTION
/// takes, too. Nothing where the text creates no routine, or only inside a block.
std::optional<std::vector<std::string>> routine_parameters(std::string_view text);

/// Whether parameters like those have the types that the catalog names a routine by ("text, integer"). By the
/// words: of an alias that it does not know, it says no.
bool have_types(const std::vector<std::string>& parameters, std::string_view types);

}  // namespace windlass::sql
