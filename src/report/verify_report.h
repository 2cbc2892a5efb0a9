// What `verify` has to say, for the renderers.
#pragma once

#include <string>
#include <vector>

#include "lock/changes.h"
#include "lock/signature.h"
#include "report/text_style.h"

namespace windlass::report {

struct VerifyReport {
  std::string project = ".", lock_file;
  std::string unreadable, hint;  ///< why the lock cannot be read, and what to do; empty where it was
  std::string proven;            ///< when
  std::string since;             ///< from which revision on, where what is before it was proven earlier
  lock::Signature signature = lock::Signature::None;
  std::string signed_by;  ///< the key in base64
  bool key_wanted = false;
  std::vector<lock::Change> changes;
  std::vector<std::string> unknown;         ///< revisions that it does not know
  std::vector<std::string> changed_inputs;  ///< other files that are not what they were
};

/// Whether the lock is whole, rightly signed (where it is, or is to be) and of these sources.
bool holds(const VerifyReport& report);

std::string verify_text(const VerifyReport& report, const TextStyle& style);
/// windlass.verify/1
std::string verify_json(const VerifyReport& report);

}  // namespace windlass::report
