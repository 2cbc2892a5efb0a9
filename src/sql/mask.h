// Takes passwords out of the text of statements.
#pragma once

#include <string>
#include <string_view>

namespace windlass::sql {

/// `statement` with '***' in place of every secret the grammar shows: the
/// string after PASSWORD and after options named like one (ALTER ROLE, USER
/// MAPPING, SET), and password=... inside connection strings and URLs.
/// Everything else keeps its bytes.
std::string mask(std::string_view statement);

/// The same for a part cut out of a statement, where it is unknown whether the
/// first byte stands inside a string: goes by the words alone, masks rather
/// too much.
std::string mask_fragment(std::string_view part);

/// "host=h password=*** ..." (quoted values and blanks around '=' understood)
/// and "scheme://user:***@host".
std::string mask_connection_string(std::string_view text);

/// Whether anything in `text` could need masking: a cheap test for the common case.
bool may_hold_secret(std::string_view text);

}  // namespace windlass::sql
