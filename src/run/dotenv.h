// Files of settings, `.env`: NAME=value lines, in the dialect that
// python-dotenv and Docker Compose share. Pure.
#pragma once

#include <string_view>

#include "run/environment.h"

namespace windlass::run {

/// The variables of `text`, in order, a later one of a name replacing an earlier. `export ` before a name is
/// passed over; 'single quotes' keep everything, "double quotes" know \n \t \r \\ \" \$ and may span lines;
/// behind an unquoted value ` #` begins a comment. ${NAME}, ${NAME:-other} and ${NAME-other} (not in single
/// quotes) stand for an earlier variable of the file, else one of `known`. Lines that assign nothing are
/// passed over.
Variables parse_dotenv(std::string_view text, const Variables& known = {});

}  // namespace windlass::run
