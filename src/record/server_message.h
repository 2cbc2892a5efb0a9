// The server's errors and notices as values.
#pragma once

#include <string_view>

#include "base/secrets.h"
#include "record/recording.h"

namespace windlass::record {

/// Reads the body of an ErrorResponse or NoticeResponse, even one that was cut; free text is masked.
ServerMessage read_server_message(std::string_view body, const base::Masker& masker);

}  // namespace windlass::record
