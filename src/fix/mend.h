// From a finding to edits of the project's own sources, as values. Pure: it reads trees that it is given, and
// writes nothing.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chain/new_revision.h"
#include "diagnose/finding.h"
#include "edit/edit.h"
#include "fix/python_source.h"
#include "run/evidence.h"

namespace windlass::fix {

/// What a mend changes.
struct Mend {
  std::string summary;                                   ///< what it does, a sentence
  std::map<std::string, std::vector<edit::Edit>> edits;  ///< by file, as locations name it
  std::map<std::string, std::string> new_files = {};     ///< files to be made, and their text
  /// What the edit leads to and no catalog tells: SQL that brings rows and sequences of a database there that
  /// has run the revision as it was. It changes nothing where they are there.
  std::vector<std::string> afterwards = {};
  /// It lets an error out that was caught: the chain fails with it alone, and it is tried together with the
  /// mend of that error.
  bool uncovers = false;
};

/// Why no edit can be made by machine, as a sentence for a person.
struct NotMended {
  std::string because;
  /// What to write, whole, where that can be said: in place of the finding's own advice, and like it.
  std::vector<std::string> steps = {};
};

inline constexpr std::string_view kForAPerson = "what to write instead is for a person to decide";

template <typename T>
using Mended = tl::expected<T, NotMended>;

inline tl::unexpected<NotMended> not_mended(std::string because, std::vector<std::string> steps = {}) {
  return tl::unexpected<NotMended>(NotMended{std::move(because), std::move(steps)});
}

/// The finding is of another kind than those that a mender knows, though it bears the code: the next one is
/// asked.
inline tl::unexpected<NotMended> another_kind() { return not_mended(""); }

/// The project's sources, each parsed when it is first asked for.
class Sources {
 public:
  using Reader = std::function<base::Result<chain::SourceTrees>(const std::vector<std::string>& files)>;
  explicit Sources(Reader reader) : reader_(std::move(reader)) {}

  /// A source by its name in locations.
  Mended<const PythonSource*> of(const std::string& file);

 private:
  Reader reader_;
  std::map<std::string, std::unique_ptr<PythonSource>> sources_;
  std::map<std::string, std::string> errors_;
};

/// Writes a revision that is to be new, as the project's own Alembic would.
using RevisionWriter = std::function<base::Result<chain::RevisionFile>(const chain::NewRevision&)>;

/// What a mend is made of: the finding, the run that has it, and the sources.
struct Ground {
  const diagnose::Finding& finding;
  /// Of the clean run; where that stopped and a run went on past its failures, of that one.
  const run::Evidence& evidence;
  const std::vector<diagnose::Finding>& all;  ///< every finding of the check
  Sources& sources;
  RevisionWriter new_revision = {};

  /// The revision that the finding is about, or nullptr.
  const chain::Revision* revision() const { return evidence.chain.find(finding.revision); }
};

/// One kind of mend: the codes of findings that it knows, and how it mends one.
struct Mender {
  std::string_view name;  ///< of its file in mends/
  std::vector<std::string_view> codes;
  Mended<Mend> (*mend)(const Ground&);
  /// SQL that mends it behind the heads, whatever made it; none where that is not known.
  std::vector<std::string> (*behind)(const Ground&) = nullptr;
};
std::span<const Mender> menders();

/// By file, with those that make its new files, of an empty text.
std::map<std::string, std::vector<edit::Edit>> all_edits(const Mend& mend);
/// The files that it changes or makes.
std::vector<std::string> files_of(const Mend& mend);

/// The mends of a finding, the smallest first: at least one, and the first that is proven is to be taken. Why
/// there is none, otherwise.
Mended<std::vector<Mend>> mends(const Ground& ground);

/// What a revision behind the heads does to take the finding away, where that is no matter of opinion: SQL,
/// as Mend::afterwards. Empty where it is one, or nothing is known.
std::vector<std::string> statements_behind(const Ground& ground);

// One function per file of mends/.
Mended<Mend> own_type(const Ground&);
Mended<Mend> make_type(const Ground&);
Mended<Mend> drop_type_in_downgrade(const Ground&);
Mended<Mend> run_outside_transaction(const Ground&);
Mended<Mend> shorten_revision_id(const Ground&);
Mended<Mend> take_out_second(const Ground&);
Mended<Mend> take_out_rollback(const Ground&);
Mended<Mend> say_dependence(const Ground&);
Mended<Mend> reset_search_path(const Ground&);
Mended<Mend> move_sequence(const Ground&);
std::vector<std::string> move_sequence_later(const Ground&);
Mended<Mend> check_constraints_first(const Ground&);
Mended<Mend> one_command_each(const Ground&);
Mended<Mend> escape_colons(const Ground&);
Mended<Mend> say_using(const Ground&);
Mended<Mend> name_constraint(const Ground&);
Mended<Mend> guard_extension(const Ground&);
Mended<Mend> name_at_birth(const Ground&);
Mended<Mend> move_up(const Ground&);
Mended<Mend> shorten_name(const Ground&);
Mended<Mend> join_heads(const Ground&);
Mended<Mend> fill_before_not_null(const Ground&);
Mended<Mend> take_out_twin(const Ground&);
Mended<Mend> match_labels(const Ground&);
Mended<Mend> drop_last(const Ground&);
Mended<Mend> commit_the_run(const Ground&);
Mended<Mend> rebuild_index(const Ground&);
Mended<Mend> hold_together(const Ground&);
Mended<Mend> guard_again(const Ground&);
Mended<Mend> narrow_the_catch(const Ground&);
Mended<Mend> freeze_create_all(const Ground&);
Mended<Mend> freeze_models(const Ground&);
Mended<Mend> tell_of_duplicates(const Ground&);

}  // namespace windlass::fix
