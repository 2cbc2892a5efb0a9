// Names of the server's built-in types, whose numbers never change.
#pragma once

#include <cstdint>
#include <string>

namespace windlass::record {

/// "int4" for 23; the number itself for a type the database made; empty for 0 (unknown).
std::string type_name(uint32_t oid);

}  // namespace windlass::record
