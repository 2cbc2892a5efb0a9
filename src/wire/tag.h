// CommandComplete's tag: "INSERT 0 5", "CREATE TABLE".
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace windlass::wire {

/// The number at the end of the tag; nullopt when there is none.
std::optional<int64_t> rows_of(std::string_view tag);

}  // namespace windlass::wire
