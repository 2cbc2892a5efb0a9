// What the JSON documents of this room are put together from; for .cpp files only.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/location.h"
#include "catalog/live_read.h"
#include "run/evidence.h"

namespace windlass::report {

using Json = nlohmann::ordered_json;

/// What is no UTF-8 in `value` is replaced: the document stays readable.
Json text(const std::string& value);
Json text_or_null(const std::string& value);
Json texts(const std::vector<std::string>& values);
/// {"file", "line", "column"}; null where nothing is known.
Json location(const base::Location& at);
/// {"kind", "name"}.
Json object(const catalog::Object& object);
/// A fact's definition, or a value in it; null where it is empty.
Json definition(const std::string& written);
/// [{"file", "digest"}]: what a run of the chain opened and imported.
Json inputs(const run::Evidence& evidence);
/// [{"object", "reason"}].
Json noted(const std::vector<catalog::Noted>& all);

}  // namespace windlass::report
