// What the cases of a check come from, as digests: two checks whose digests agree run a case in the same way.
//
// All of it follows from the clean run of this very check, whose steps ran or were held to what they did
// before: files, libraries, circumstances, and what each revision sent and was answered.
//
// Pure: no file, no clock.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "run/evidence.h"
#include "run/kept_run.h"

namespace windlass::run {

class CaseKeys {
 public:
  /// `events`: all that the clean run's Python part told. `order`: the revisions on the way to `to`.
  /// `digest_of` is empty for a file that is not what it was when that run began.
  CaseKeys(std::string_view circumstances, std::string_view events, const Evidence& clean,
           const std::vector<std::string>& order, const std::string& to, const DigestOf& digest_of);

  /// Of a case that ends at order[k] and runs nothing behind it. Nothing where it cannot be known that two
  /// runs would be the same: a revision on the way started a program, wrote a file, looked into a folder.
  std::optional<std::string> up_to(size_t k) const;
  /// Of a case that runs the whole way, or whatever else the chain holds.
  const std::optional<std::string>& whole() const { return whole_; }
  /// Whether a file is among those that the keys speak of.
  bool speak_of(const std::string& file) const;

 private:
  std::vector<std::string> ways_;  // of each revision, with all before it; as far as they are known
  bool line_ = true;               // each revision stands on the one before it, and on nothing else
  std::optional<std::string> whole_;
  std::vector<std::string> files_;  // sorted
};

}  // namespace windlass::run
