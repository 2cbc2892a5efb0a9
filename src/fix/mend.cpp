#include "fix/mend.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

namespace windlass::fix {

Mended<const PythonSource*> Sources::of(const std::string& file) {
  if (const auto known = sources_.find(file); known != sources_.end()) return known->second.get();
  if (const auto known = errors_.find(file); known != errors_.end())
    return not_mended(fmt::format("{} cannot be edited: {}", file, known->second));
  auto read = reader_({file});
  std::string error = read ? "" : read.error().got;
  if (read) {
    if (const auto tree = read->files.find(file); tree != read->files.end()) {
      auto& source = sources_[file] = std::make_unique<PythonSource>(file, tree->second);
      return source.get();
    }
    error = read->errors[file];
  }
  errors_[file] = error;
  return not_mended(fmt::format("{} cannot be edited: {}", file, error));
}

std::span<const Mender> menders() {
  static const std::array kMenders = {
      Mender{"own_type", {"type-created-twice"}, own_type},
      Mender{"make_type",
             {"type-not-created-by-add-column", "type-dropped-and-not-recreated", "never-created"},
             make_type},
      Mender{"drop_type_in_downgrade",
             {"type-left-by-downgrade", "downgrade-incomplete"},
             drop_type_in_downgrade},
      Mender{"run_outside_transaction",
             {"needs-no-transaction", "new-enum-label-in-same-transaction"},
             run_outside_transaction},
      Mender{"shorten_revision_id", {"revision-id-too-long"}, shorten_revision_id},
      Mender{
          "take_out_second",
          {"table-created-twice", "column-created-twice", "index-created-twice", "constraint-created-twice",
           "schema-created-twice", "sequence-created-twice", "view-created-twice", "function-created-twice",
           "trigger-created-twice", "policy-created-twice"},
          take_out_second},
      Mender{"take_out_rollback", {"rollback-in-revision"}, take_out_rollback},
      Mender{"say_dependence", {"hidden-order", "created-on-other-branch"}, say_dependence},
      Mender{"move_up", {"created-later"}, move_up},
      Mender{"shorten_name", {"name-truncated"}, shorten_name},
      Mender{"reset_search_path", {"search-path-lost"}, reset_search_path},
      Mender{"move_sequence", {"sequence-behind"}, move_sequence, move_sequence_later},
      Mender{"check_constraints_first", {"pending-trigger-events"}, check_constraints_first},
      Mender{"one_command_each", {"several-commands-in-one-statement"}, one_command_each},
      Mender{"escape_colons", {"python-exception"}, escape_colons},
      Mender{"say_using", {"cast-needs-using"}, say_using},
      Mender{"drop_last", {"statement-failed", "downgrade-fails"}, drop_last},
      Mender{"name_constraint", {"downgrade-fails"}, name_constraint},
      Mender{"name_at_birth", {"constraint-named-otherwise"}, name_at_birth},
      Mender{"join_heads", {"several-heads"}, join_heads},
      Mender{"fill_before_not_null", {"not-null-without-backfill"}, fill_before_not_null},
      Mender{"take_out_twin", {"defined-twice"}, take_out_twin},
      Mender{"match_labels", {"labels-differ-from-models"}, match_labels},
      Mender{"commit_the_run", {"exit-zero-nothing-committed"}, commit_the_run},
      Mender{"rebuild_index", {"index-invalid"}, rebuild_index},
      Mender{"hold_together", {"interrupted-fails", "interrupted-differs", "half-applied"}, hold_together},
      Mender{"guard_again", {"interrupted-fails", "interrupted-differs"}, guard_again},
      Mender{"narrow_the_catch", {"caught-in-a-block"}, narrow_the_catch},
      Mender{"freeze_create_all", {"created-by-create-all"}, freeze_create_all},
      Mender{"freeze_models", {"model-from-the-future"}, freeze_models},
      Mender{"tell_of_duplicates", {"rows-do-not-fit"}, tell_of_duplicates},
      Mender{"guard_extension", {"extension-created-twice"}, guard_extension},
  };
  return kMenders;
}

std::map<std::string, std::vector<edit::Edit>> all_edits(const Mend& mend) {
  std::map<std::string, std::vector<edit::Edit>> all = mend.edits;
  for (const auto& [file, text] : mend.new_files) all[file] = {{0, 0, text}};
  return all;
}

std::vector<std::string> files_of(const Mend& mend) {
  std::vector<std::string> files;
  for (const auto& [file, edits] : all_edits(mend)) files.push_back(file);
  return files;
}

Mended<std::vector<Mend>> mends(const Ground& ground) {
  std::vector<Mend> found;
  std::optional<NotMended> because;  // the first one's
  for (const Mender& mender : menders()) {
    if (std::find(mender.codes.begin(), mender.codes.end(), ground.finding.code) == mender.codes.end())
      continue;
    Mended<Mend> made = mender.mend(ground);
    if (!made) {
      if (!because && !made.error().because.empty()) because = std::move(made.error());
      continue;
    }
    std::erase_if(made->edits, [](const auto& file) { return file.second.empty(); });
    if (!made->edits.empty() || !made->new_files.empty())
      found.push_back(std::move(*made));
    else if (!because)
      because = NotMended{"there is nothing to change in the sources"};
  }
  if (!found.empty()) return found;
  if (because) return tl::unexpected(std::move(*because));
  return not_mended(std::string(kForAPerson));
}

std::vector<std::string> statements_behind(const Ground& ground) {
  for (const Mender& mender : menders())
    if (mender.behind != nullptr &&
        std::find(mender.codes.begin(), mender.codes.end(), ground.finding.code) != mender.codes.end())
      return mender.behind(ground);
  return {};
}

}  // namespace windlass::fix
