// windlass.lock as a text: TOML, written and read in one way only, so that equal proofs are equal bytes and
// git can merge it: a block for each revision, in the order of the chain.
//
// A head says when and with what it was proven; the body is what was proven, and the head holds its digest: a
// file that was cut short, edited or merged badly is told from a whole one. A signature may stand behind it.
//
// Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "lock/lock.h"

namespace windlass::lock {

/// The whole file, without a signature.
std::string to_text(const Lock& lock);

/// What to_text() wrote. An error says what is wrong with `text`, which came from `file`, and where.
base::Result<Lock> parse(std::string_view text, const std::string& file);

/// Whether both prove the same, whenever and with whatever that was.
bool same_proof(const Lock& a, const Lock& b);

/// A file and its signature.
struct Signed {
  std::string_view text;   ///< what is signed
  std::string key, value;  ///< in base64; empty: there is no signature
};
Signed part_signature(std::string_view text);
/// `text` with a signature behind it.
std::string with_signature(std::string_view text, const std::string& key, const std::string& value);

}  // namespace windlass::lock
