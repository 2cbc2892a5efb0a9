#include "diagnose/explain.h"

#include <algorithm>
#include <set>

#include "diagnose/cases.h"
#include "diagnose/locked.h"
#include "diagnose/rules.h"
#include "diagnose/suppress.h"

namespace windlass::diagnose {

namespace {

/// Codes that share a page with others.
constexpr std::pair<std::string_view, std::string_view> kShared[] = {
    {"index-created-twice", "object-created-twice"},
    {"constraint-created-twice", "object-created-twice"},
    {"schema-created-twice", "object-created-twice"},
    {"sequence-created-twice", "object-created-twice"},
    {"view-created-twice", "object-created-twice"},
    {"function-created-twice", "object-created-twice"},
    {"trigger-created-twice", "object-created-twice"},
    {"policy-created-twice", "object-created-twice"},
    {"rule-created-twice", "object-created-twice"},
    {"extension-created-twice", "object-created-twice"},
    {"role-created-twice", "object-created-twice"},
    {"database-created-twice", "object-created-twice"},
    {"label-created-twice", "object-created-twice"},
    {"schema-not-in-search-path", "search-path-lost"},
    {"uncommitted-in-other-session", "second-connection"},
    {"second-connection-deadlock", "second-connection"},
    {"extension-not-created", "extension-not-installed"},
    {"setting-missing", "environment-failed"},
    {"module-missing", "environment-failed"},
    {"never-connected", "exit-zero-nothing-committed"},
    {"revision-unreadable", "revision-syntax-error"},
    {"several-bases", "several-heads"},
    {"timed-out", "server-died"},
    {"suppression-without-reason", "suppression-unused"},
    {"parameter-of-another-type", "several-commands-in-one-statement"},
    {"downgrade-refused", "downgrade-fails"},
    {"round-trip-broken", "downgrade-incomplete"},
};

/// Of no rule: what `fix --idempotent` says of a revision.
constexpr std::string_view kNotReRunnable = "not-re-runnable";

}  // namespace

std::vector<std::string> finding_codes() {
  std::set<std::string> codes;
  for (const Rule& rule : rules()) codes.insert(rule.codes.begin(), rule.codes.end());
  for (const std::string_view code : suppression_codes()) codes.emplace(code);
  codes.insert(case_codes().begin(), case_codes().end());
  codes.insert(locked_codes().begin(), locked_codes().end());
  codes.emplace(kNotReRunnable);
  return {codes.begin(), codes.end()};
}

std::string_view page_of(std::string_view code) {
  for (const auto& [shared, page] : kShared)
    if (shared == code) return page;
  for (const Rule& rule : rules())
    for (const std::string_view own : rule.codes)
      if (own == code) return own;
  for (const std::string_view own : suppression_codes())
    if (own == code) return own;
  for (const std::string_view own : case_codes())
    if (own == code) return own;
  for (const std::string_view own : locked_codes())
    if (own == code) return own;
  return code == kNotReRunnable ? kNotReRunnable : "";
}

std::string_view explain_page(std::string_view code) {
  const std::string_view page = page_of(code);
  const std::string name = "/" + std::string(page.empty() ? code : page) + ".md";
  return code.empty() ? std::string_view() : base::embedded_text(embedded_files(), name);
}

}  // namespace windlass::diagnose
