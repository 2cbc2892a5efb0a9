// The commands. Each takes its options, writes its result and returns the exit status, or an Error.
#pragma once

#include "cli/options.h"

namespace windlass::cli {

base::Result<int> run_check_command(const CheckOptions& options);
base::Result<int> run_fix_command(const FixOptions& options);
base::Result<int> run_prove_command(const ProveOptions& options);
base::Result<int> run_verify_command(const VerifyOptions& options);
base::Result<int> run_record_command(const RecordOptions& options);
base::Result<int> run_graph_command(const GraphOptions& options);
base::Result<int> run_snapshot_command(const SnapshotOptions& options);
base::Result<int> run_diff_command(const DiffOptions& options);
base::Result<int> run_drift_command(const DriftOptions& options);
base::Result<int> run_explain_command(const ExplainOptions& options);
base::Result<int> run_doctor_command(const DoctorOptions& options);
base::Result<int> run_init_command(const InitOptions& options);
base::Result<int> run_completion_command(const CompletionOptions& options);

}  // namespace windlass::cli
