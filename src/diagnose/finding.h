// A finding: a diagnosed problem, as data. docs/formats.md describes its JSON.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/location.h"
#include "catalog/object.h"

namespace windlass::diagnose {

enum class Severity { Info, Warning, Error };
std::string to_string(Severity severity);

enum class Certainty { Seen, Confirmed, OnlyWhenGoingOn, Static };
std::string to_string(Certainty certainty);

/// One thing that was seen and that the cause rests on.
struct Exhibit {
  std::string revision;
  base::Location location;
  std::string statement;  ///< shortened to one line
  std::string effect;     ///< "created", "altered", "dropped", "skipped", "failed", "rolled-back"
  std::string note;       ///< who sent it and why, in plain words; may be empty
  base::Location helper =
      {};  ///< the function that `location` called to send it; unknown where it sent it itself
};

struct Fix {
  std::string summary;             ///< what to write instead, a sentence
  std::vector<std::string> steps;  ///< lines for the "what to do now" block, in order
  std::string do_not;              ///< the reflex that loses data; may be empty
};

/// Somebody decided that a finding is not to count, and said why.
struct Suppressed {
  std::string by;  ///< "config": windlass.toml; "source": a comment
  std::string reason;
  base::Location location;  ///< where it is said
};

/// Where a finding was seen.
struct Occurrence {
  std::string scenario;
  std::string name;  ///< of the case; empty where the scenario is one case
};

struct Finding {
  int id = 0;  ///< from 1
  std::string code;
  Severity severity = Severity::Error;
  /// Windlass could not look: something outside the chain is missing (a role,
  /// an extension, a setting). Makes the verdict "incomplete", never "broken".
  bool incomplete = false;
  std::string sqlstate;
  std::string message;  ///< what the server or the tool said
  std::string revision;
  base::Location location;
  std::string statement;
  int statement_number = 0;  ///< record::Statement::n; 0 when no statement is meant
  std::optional<catalog::Object> object;
  std::string cause;  ///< one plain sentence
  std::vector<Exhibit> evidence;
  bool root = true;
  std::optional<int> follows_from;
  Certainty certainty = Certainty::Seen;
  std::string scenario = "clean";
  std::string case_name;           ///< of the scenario; empty where it is one case
  std::vector<Occurrence> occurs;  ///< every case that has it, the first one first
  /// Places of the servers that have it among those asked for; empty: every one that ran.
  std::vector<size_t> servers = {};
  bool whole_way = false;   ///< of a round trip: down to the base, not below one revision
  std::string fingerprint;  ///< equal across runs and line shifts
  Fix fix;
  std::optional<Suppressed> suppressed = {};
  std::optional<bool> known = {};  ///< whether the baseline has it; nothing where there is no baseline

  /// Neither suppressed nor in the baseline: only such a finding makes a check fail.
  bool counts() const { return !suppressed && !known.value_or(false); }
};

}  // namespace windlass::diagnose
