#include "diagnose/enum_fix.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "diagnose/compose.h"

namespace windlass::diagnose {

namespace {

bool is_name(std::string_view text) {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
  };
  return !text.empty() && letter(text.front()) &&
         std::all_of(text.begin(), text.end(), [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

/// "level" of `level = sa.Enum(` or `level: sa.Enum = sa.Enum(`; empty for every other line.
std::string assigned_name(std::string_view line) {
  line = base::trim(line);
  const size_t equals = line.find('=');
  if (equals == std::string_view::npos) return "";
  std::string_view left = base::trim(line.substr(0, equals));
  left = base::trim(left.substr(0, left.find(':')));
  const std::string_view right = base::trim(line.substr(equals + 1));
  const std::string_view call = right.substr(0, right.find('('));
  const bool enumeration = call.size() < right.size() && (call.ends_with("Enum") || call.ends_with("ENUM"));
  return is_name(left) && enumeration ? std::string(left) : "";
}

/// The variable is known in the revision's functions: it stands outside every block, or in upgrade() itself.
bool in_reach(const Context& context, const run::EnumSeen& seen, const std::string& line,
              const base::Location& user) {
  if (seen.at.file != user.file) return false;
  if (line.front() != ' ' && line.front() != '\t') return true;
  return seen.at.line < user.line &&
         base::contains(function_text(context.file_text(seen.at.file), "upgrade"), line);
}

}  // namespace

EnumText enum_text(const Context& context, const Name& type, const std::vector<std::string>& labels,
                   const run::EnumSeen* seen, const base::Location& user) {
  EnumText text;
  const std::string line = seen != nullptr ? context.source_line(seen->at) : "";
  text.variable = assigned_name(line);
  const std::string schema = type.schema.empty() || type.schema == "public"
                                 ? ""
                                 : fmt::format(", schema={}", python_strings({type.schema}));
  const std::string arguments = fmt::format("{}, name={}{}", labels.empty() ? "..." : python_strings(labels),
                                            python_strings({type.name}), schema);
  const std::string left = text.variable.empty() ? "" : text.variable + " = ";
  text.declaration = fmt::format("{}postgresql.ENUM({}, create_type=False)", left, arguments);
  const bool known = !text.variable.empty() && in_reach(context, *seen, line, user);
  const std::string type_text = known ? text.variable : fmt::format("postgresql.ENUM({})", arguments);
  text.create = type_text + ".create(op.get_bind())";
  // What upgrade() names is not known in downgrade().
  const bool global = known && line.front() != ' ' && line.front() != '\t';
  text.drop = (global ? text.variable
                      : fmt::format("postgresql.ENUM(name={}{})", python_strings({type.name}), schema)) +
              ".drop(op.get_bind())";
  return text;
}

std::vector<std::string> labels_in(const std::string& text, const std::string& type_name) {
  for (const sql::Target& target : sql::read_targets(text).targets)
    if (target.kind == "type" && target.name == type_name && !target.labels.empty()) return target.labels;
  return {};
}

}  // namespace windlass::diagnose
