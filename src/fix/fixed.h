// What a fix comes to: patches with their proofs, and instructions for what no machine should mend.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "catalog/compare.h"
#include "diagnose/finding.h"
#include "edit/edit.h"

namespace windlass::fix {

/// What the run of the mended copy said of a mend that holds.
struct Proof {
  std::vector<int> gone;                 ///< ids of the findings that are there no more
  std::vector<int> come_to_light;        ///< ids of those that were hidden behind them
  std::string catalog;                   ///< "equal", "different", "unknown" (there was none to compare with)
  std::vector<std::string> differences;  ///< sentences
  bool run_again = false;                ///< the chain was also run over its own result, without a version
};

/// A new revision in the place of edits of released ones (--new-revision).
struct InsteadOfEdit {
  std::string id;                               ///< of the new revision
  std::vector<std::string> parents;             ///< ids
  std::vector<std::string> children;            ///< ids of revisions, not released yet, that follow it now
  std::vector<std::string> instead_of;          ///< ids of the released revisions, which stay as they are
  std::string by;                               ///< who says that they were released
  std::vector<std::string> upgrade, downgrade;  ///< SQL
  std::string no_way_back;                      ///< why its downgrade raises; empty where it does not
  std::vector<std::string> may_refuse;          ///< sentences: rows for which the server refuses it
  std::vector<std::string> left;  ///< sentences: what no statement changes (the order of columns)
};

/// Why an edit of a released revision stands, with --new-revision, and no new one is there.
struct NoNewRevision {
  /// "not-needed", "unknown" (what the databases hold was not seen), "not-written"; empty: nobody asked.
  std::string verdict;
  std::string because;  ///< a clause
};

/// Edits of one file; a mend of several files is several patches of one proof.
struct Patch {
  int id = 0;                 ///< from 1
  std::vector<int> findings;  ///< ids
  std::string file;
  bool is_new = false;           ///< the patch makes the file
  std::string summary;           ///< of the whole mend
  std::string released = {};     ///< the id of the revision that it edits, where that was released
  std::string released_by = {};  ///< who says so: "--released 0007", "windlass.lock"
  NoNewRevision no_new_revision = {};
  std::optional<InsteadOfEdit> instead_of_edit = {};
  std::string before, after;      ///< the file's text, this patch alone between them
  std::vector<edit::Edit> edits;  ///< of `before`
  std::string diff;
  Proof proof;
};

/// For a person, where there is no patch.
struct Instruction {
  int finding = 0;      ///< its id
  std::string because;  ///< why no machine mends it
  /// Not of the finding, which is mended, but of databases that have these revisions as they were released.
  std::vector<std::string> released = {};
  std::string released_by = {};
  /// As a finding's advice, in whose place they are: of those databases; otherwise what to write, whole.
  /// None: the finding's own.
  std::vector<std::string> steps = {};
};

/// What becomes of a file when every patch of it is applied.
struct FileChange {
  std::string file;
  std::string before, after;      ///< its text
  std::vector<edit::Edit> edits;  ///< of `before`
  bool is_new = false;            ///< there is no such file yet
};

struct Fixed {
  std::vector<diagnose::Finding> findings;  ///< all that were dealt with; `id` counts from 1 in this order
  std::vector<Patch> patches;               ///< in the order in which they are to be applied
  std::vector<FileChange> files;            ///< every file that a patch changes, by name
  std::vector<Instruction> instructions;
  int left = 0;            ///< findings that count and that the last run still had
  bool could_look = true;  ///< false: something outside of the chain kept the last run from its end

  /// "fixed": everything is mended. "partly": something is, or nothing could be. "nothing": there was nothing
  /// to mend.
  std::string verdict() const;
  /// A file becomes `after` by `edits` of `before`, behind what has become of it so far.
  void change(const std::string& file, const std::vector<edit::Edit>& edits, const std::string& before,
              const std::string& after, bool is_new);
};

}  // namespace windlass::fix
