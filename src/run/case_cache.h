// The cases of earlier checks of this chain, in the user's cache (run/kept_cases.h).
//
// Invariant: a case that is found was run by a check for which all was as it is now; what is in doubt is not
// found. Thread-safe.
#pragma once

#include <atomic>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "run/case_keys.h"
#include "run/check.h"
#include "run/kept_cases.h"

namespace windlass::run {

/// One case, and what it comes from.
struct CaseId {
  Scenario scenario = Scenario::Clean;
  std::string name;
  /// It runs nothing behind this revision of the order; absent: it has to do with the whole chain.
  std::optional<size_t> up_to = {};
  /// Where it was going, where it did not come so far.
  std::string target = {};
};

class CaseCache {
 public:
  /// Empty where nothing is to be kept, or nothing can be: see CheckSettings::reuse. All arguments are to
  /// outlive it.
  static std::unique_ptr<CaseCache> open(const CheckSettings& settings, const CheckOutcome& clean,
                                         const std::vector<std::string>& order);

  /// The case as an earlier check had it; nullptr: it is to be run.
  const KeptCase* find(const CaseId& id);
  /// A case that may be kept, and what its runs told of all that they came from.
  void keep(const CaseId& id, const CaseTrace& trace, KeptCase done);

  /// What was found does not fit together: all is to be run, and nothing of it is believed again.
  void distrust() { distrusted_ = true; }
  bool distrusted() const { return distrusted_; }

  /// For the next check. A cache that cannot be written leaves that one to itself.
  void write();

 private:
  CaseCache(const CheckSettings& settings, const CheckOutcome& clean, const std::vector<std::string>& order);
  CaseKeys keys_now() const;
  std::optional<std::string> key_of(const CaseId& id) const;
  std::string digest_of(const std::string& file) const;
  bool still_there(const KeptCase& kept);

  const CheckSettings& settings_;
  const CheckOutcome& clean_;
  const std::vector<std::string>& order_;
  const std::filesystem::path file_;
  const CaseKeys keys_;
  std::vector<Seal> libraries_;  // of this check's clean run
  KeptCases kept_;               // of earlier checks
  std::atomic<bool> distrusted_{false};

  std::mutex mutex_;  // guards what follows
  std::map<std::string, std::string> seals_;
  std::map<std::string, KeptCase> made_;
  std::map<std::string, bool> found_;
};

}  // namespace windlass::run
