// What toml++ 3.3 cannot be given: https://github.com/marzer/tomlplusplus/pull/301.
#pragma once

#include <string_view>

namespace windlass::base {

/// The line, from 1, of a table's header that is none ("[[[a]]]", "[=") and would end the process in the
/// library instead of in an error; 0: there is none. A line of an array of arrays that begins like one is
/// taken for one: no file of windlass's has such.
int line_of_bad_toml_header(std::string_view text);

}  // namespace windlass::base
