// What `prove` has to say, for the renderers.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "report/check_report.h"
#include "report/text_style.h"

namespace windlass::report {

enum class ProofVerdict { Proven, Broken, Incomplete };
/// "proven", "broken", "incomplete".
std::string to_string(ProofVerdict verdict);

/// Which scenarios a proof needs.
struct Required {
  std::vector<std::string> names;  ///< [prove] require; empty: all that were run but `replay` and `hybrid`
  bool by_name() const { return !names.empty(); }
  bool has(const std::string& scenario) const;
};

/// What was not run again.
struct SinceTold {
  std::string name;                    ///< the revision, as the user named it
  std::vector<std::string> ids;        ///< and as the chain does
  std::vector<std::string> revisions;  ///< they and all before them, in the order of the chain
  std::string proven;                  ///< the day of the lock
  std::vector<std::pair<std::string, std::string>> whole;  ///< scenarios that were run whole, and why
};

struct ProveReport {
  CheckReport check;
  Required required;
  ProofVerdict verdict = ProofVerdict::Incomplete;
  std::optional<SinceTold> since;
  std::string lock_file;         ///< as the user would name it
  bool lock_changed = false;     ///< it was written: what is proven is not what it said
  std::string lock_not_because;  ///< why it was not written, where it would have been; empty otherwise
};

/// What the scenarios of a check come to: broken where one that is required failed with a finding that
/// counts, or the clean run; incomplete where one that is required was not seen to its end.
ProofVerdict proof_of(const CheckReport& check, const Required& required);

std::string prove_text(const ProveReport& report, const TextStyle& style);
/// windlass.prove/1
std::string prove_json(const ProveReport& report);

}  // namespace windlass::report
