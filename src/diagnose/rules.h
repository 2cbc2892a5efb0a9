// The table of rules. A rule reads the evidence and adds findings; rules are
// tried in the table's order, the more particular before the more general, and
// a rule leaves alone what an earlier one has explained (compose.h: claimed).
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "diagnose/context.h"
#include "diagnose/finding.h"

namespace windlass::diagnose {

struct Rule {
  std::string_view name;  ///< of its file in rules/
  std::vector<std::string_view> codes;
  void (*apply)(const Context&, std::vector<Finding>&);
};

std::span<const Rule> rules();

// One function per file of rules/.
void broken_graph(const Context&, std::vector<Finding>&);
void version_unknown(const Context&, std::vector<Finding>&);
void version_overlaps(const Context&, std::vector<Finding>&);
void environment(const Context&, std::vector<Finding>&);
void revision_syntax(const Context&, std::vector<Finding>&);
void server_died(const Context&, std::vector<Finding>&);
void several_servers(const Context&, std::vector<Finding>&);
void second_connection(const Context&, std::vector<Finding>&);
void windlass_failed(const Context&, std::vector<Finding>&);
void timed_out(const Context&, std::vector<Finding>&);
void extension_missing(const Context&, std::vector<Finding>&);
void row_type_refused(const Context&, std::vector<Finding>&);
void enum_label_missing(const Context&, std::vector<Finding>&);
void extension_out_of_reach(const Context&, std::vector<Finding>&);
void role_missing(const Context&, std::vector<Finding>&);
void locale_missing(const Context&, std::vector<Finding>&);
void server_version(const Context&, std::vector<Finding>&);
void permission_denied(const Context&, std::vector<Finding>&);
void pending_trigger_events(const Context&, std::vector<Finding>&);
void not_postgresql(const Context&, std::vector<Finding>&);
void server_setting(const Context&, std::vector<Finding>&);
void search_path_lost(const Context&, std::vector<Finding>&);
void revision_id_too_long(const Context&, std::vector<Finding>&);
void rollback_in_revision(const Context&, std::vector<Finding>&);
void uncommitted_elsewhere(const Context&, std::vector<Finding>&);
void needs_no_transaction(const Context&, std::vector<Finding>&);
void new_enum_label(const Context&, std::vector<Finding>&);
void cast_needs_using(const Context&, std::vector<Finding>&);
void several_commands(const Context&, std::vector<Finding>&);
void name_truncated(const Context&, std::vector<Finding>&);
void name_taken(const Context&, std::vector<Finding>&);
void created_at_the_same_time(const Context&, std::vector<Finding>&);
void created_twice(const Context&, std::vector<Finding>&);
void model_from_the_future(const Context&, std::vector<Finding>&);
void constraint_named_otherwise(const Context&, std::vector<Finding>&);
void enum_type_missing(const Context&, std::vector<Finding>&);
void object_missing(const Context&, std::vector<Finding>&);
void statement_failed(const Context&, std::vector<Finding>&);
void nothing_committed(const Context&, std::vector<Finding>&);
void rows_expected(const Context&, std::vector<Finding>&);
void python_exception(const Context&, std::vector<Finding>&);
void error_swallowed(const Context&, std::vector<Finding>&);
void half_applied(const Context&, std::vector<Finding>&);
void hidden_order(const Context&, std::vector<Finding>&);
void type_left_by_downgrade(const Context&, std::vector<Finding>&);
void enum_labels(const Context&, std::vector<Finding>&);
void enum_row_type(const Context&, std::vector<Finding>&);
void caught_in_a_block(const Context&, std::vector<Finding>&);
void skipped_but_different(const Context&, std::vector<Finding>&);
void index_invalid(const Context&, std::vector<Finding>&);
void sequence_behind(const Context&, std::vector<Finding>&);
void defined_twice(const Context&, std::vector<Finding>&);
void tool_failed(const Context&, std::vector<Finding>&);
void self_check(const Context&, std::vector<Finding>&);

}  // namespace windlass::diagnose
