#include "diagnose/rules.h"

#include <array>

namespace windlass::diagnose {

std::span<const Rule> rules() {
  // The order is part of the meaning: see rules.h.
  static const std::array kRules = {
      Rule{"broken_graph",
           {"revision-missing", "revision-duplicate", "revision-cycle", "several-heads", "several-bases",
            "revision-id-too-long", "revision-syntax-error", "revision-unreadable"},
           broken_graph},
      Rule{"revision_syntax", {"revision-syntax-error"}, revision_syntax},
      Rule{"server_died", {"server-died"}, server_died},
      Rule{"not_postgresql", {"not-postgresql"}, not_postgresql},
      Rule{"environment", {"setting-missing", "module-missing", "environment-failed"}, environment},
      Rule{"windlass_failed", {"self-check"}, windlass_failed},
      Rule{"several_servers", {"several-servers"}, several_servers},
      Rule{"second_connection", {"second-connection-deadlock"}, second_connection},
      Rule{"timed_out", {"timed-out"}, timed_out},
      Rule{"extension_missing", {"extension-not-installed", "extension-not-created"}, extension_missing},
      Rule{"role_missing", {"role-missing"}, role_missing},
      Rule{"locale_missing", {"locale-missing"}, locale_missing},
      Rule{"server_version", {"server-version"}, server_version},
      Rule{"permission_denied", {"permission-denied"}, permission_denied},
      Rule{"pending_trigger_events", {"pending-trigger-events"}, pending_trigger_events},
      Rule{"server_setting", {"server-setting-missing"}, server_setting},
      Rule{"search_path_lost", {"search-path-lost"}, search_path_lost},
      Rule{"revision_id_too_long", {"revision-id-too-long"}, revision_id_too_long},
      Rule{"rollback_in_revision", {"rollback-in-revision"}, rollback_in_revision},
      Rule{"uncommitted_elsewhere", {"uncommitted-in-other-session"}, uncommitted_elsewhere},
      Rule{"needs_no_transaction", {"needs-no-transaction"}, needs_no_transaction},
      Rule{"new_enum_label", {"new-enum-label-in-same-transaction"}, new_enum_label},
      Rule{"cast_needs_using", {"cast-needs-using"}, cast_needs_using},
      Rule{"several_commands",
           {"several-commands-in-one-statement", "parameter-of-another-type"},
           several_commands},
      Rule{"name_truncated", {"name-truncated"}, name_truncated},
      Rule{"created_twice",
           {"type-created-twice", "table-created-twice", "column-created-twice", "index-created-twice",
            "constraint-created-twice", "schema-created-twice", "sequence-created-twice",
            "view-created-twice", "function-created-twice", "trigger-created-twice", "policy-created-twice",
            "rule-created-twice", "extension-created-twice", "role-created-twice", "database-created-twice",
            "label-created-twice", "object-created-twice", "created-by-create-all",
            // Of what lies behind it: going_on.cpp.
            "duplicate-differs"},
           created_twice},
      Rule{"model_from_the_future", {"model-from-the-future"}, model_from_the_future},
      Rule{"constraint_named_otherwise", {"constraint-named-otherwise"}, constraint_named_otherwise},
      Rule{"enum_type_missing",
           {"type-not-created-by-add-column", "type-dropped-and-not-recreated", "never-created"},
           enum_type_missing},
      Rule{"object_missing",
           {"schema-not-in-search-path", "dropped-before", "created-later", "created-on-other-branch",
            "created-elsewhere", "only-in-models", "name-misspelt", "never-created", "unique-key-missing"},
           object_missing},
      Rule{"rows_expected", {"rows-expected"}, rows_expected},
      Rule{"statement_failed", {"statement-failed"}, statement_failed},
      Rule{"nothing_committed", {"exit-zero-nothing-committed", "never-connected"}, nothing_committed},
      Rule{"python_exception", {"python-exception"}, python_exception},
      Rule{"error_swallowed", {"error-swallowed"}, error_swallowed},
      Rule{"tool_failed", {"tool-failed"}, tool_failed},
      Rule{"half_applied", {"half-applied"}, half_applied},
      Rule{"hidden_order", {"hidden-order"}, hidden_order},
      Rule{"enum_labels", {"enum-labels-differ"}, enum_labels},
      Rule{"enum_row_type", {"enum-is-a-row-type"}, enum_row_type},
      Rule{"skipped_but_different", {"skipped-but-different"}, skipped_but_different},
      Rule{"index_invalid", {"index-invalid"}, index_invalid},
      Rule{"sequence_behind", {"sequence-behind"}, sequence_behind},
      Rule{"defined_twice", {"defined-twice"}, defined_twice},
      Rule{"type_left_by_downgrade", {"type-left-by-downgrade"}, type_left_by_downgrade},
      Rule{"self_check", {"self-check"}, self_check},
  };
  return kRules;
}

}  // namespace windlass::diagnose
