// Options that several commands have, as rows of the table of commands.
#pragma once

#include <string_view>
#include <vector>

#include "cli/commands_table.h"

namespace windlass::cli {

// Headings in the help.
inline constexpr std::string_view kMend = "Mending";
inline constexpr std::string_view kProof = "The proof";
inline constexpr std::string_view kChain = "The chain";
inline constexpr std::string_view kPlace = "Where it runs";
inline constexpr std::string_view kSettings = "Settings of the project";
inline constexpr std::string_view kRead = "What is read";
inline constexpr std::string_view kOutput = "Output";
inline constexpr std::string_view kServers = "VERSION|BINDIR[,...]";

OptionRow config_row();
OptionRow section_row();
OptionRow python_row();
OptionRow no_color_row();
OptionRow output_row();
OptionRow quiet_row();
OptionRow verbose_row();
OptionRow server_row(std::string_view value, std::string_view help);
OptionRow text_or_json_row();
/// Every form that a check has.
OptionRow check_format_row();
OptionRow url_row();
OptionRow one_server_row();
std::vector<OptionRow> lock_wait_rows();
/// What `snapshot` and `diff` have.
std::vector<OptionRow> read_rows();
std::vector<OptionRow> operator+(std::vector<OptionRow> rows, const std::vector<OptionRow>& more);
OptionRow x_argument_row();
OptionRow to_row();
OptionRow as_role_row();
OptionRow no_cache_row();
OptionRow repairs_row(std::string_view help);
std::vector<OptionRow> given_server_rows();
/// What every command has that runs something of the project against a scratch server.
std::vector<OptionRow> run_rows();
/// What `check` and `record` share beyond that: the run itself is looked at.
std::vector<OptionRow> recorded_run_rows();
/// The chain of a command whose arguments are something else.
std::vector<OptionRow> project_rows();

}  // namespace windlass::cli
