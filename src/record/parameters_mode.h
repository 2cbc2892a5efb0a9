// How much of a statement's parameters is recorded.
#pragma once

namespace windlass::record {

/// Rows are personal data: their types are enough by default.
enum class ParametersMode { Off, Types, Values };

}  // namespace windlass::record
