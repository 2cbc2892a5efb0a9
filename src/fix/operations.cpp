#include "fix/operations.h"

#include <cctype>

#include "base/text.h"

namespace windlass::fix {

namespace {

/// As \w of Python's re; of a character beyond ASCII it is not asked which: an escape too many does no harm.
bool may_be_word(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return c == '_' || byte >= 0x80 || std::isalnum(byte) != 0;
}

/// SQLAlchemy's rule for text(): no colon, no word and no backslash before it, a word behind it.
std::string without_parameters(std::string_view sql) {
  std::string text;
  for (size_t i = 0; i < sql.size(); ++i) {
    const char before = i > 0 ? sql[i - 1] : ' ';
    const bool word_before = before == '_' || std::isalnum(static_cast<unsigned char>(before)) != 0;
    if (sql[i] == ':' && i + 1 < sql.size() && may_be_word(sql[i + 1]) && before != ':' && !word_before &&
        before != '\\')
      text += '\\';
    text += sql[i];
  }
  return text;
}

std::string literal(std::string_view value) {
  const bool lines = value.find('\n') != std::string_view::npos;
  std::string text;
  for (const char c : value) {
    if (c == '\r')
      text += "\\r";
    else if (c == '\\' || c == '"')
      text += {'\\', c};
    else
      text += c;
  }
  const std::string_view quotes = lines ? "\"\"\"" : "\"";
  return std::string(quotes) + text + std::string(quotes);
}

}  // namespace

std::string op_execute(std::string_view sql) {
  return "op.execute(" + literal(without_parameters(sql)) + ")";
}

std::vector<std::string> operations_of(const std::vector<run::TakenStep>& steps) {
  std::vector<std::string> operations;
  for (const run::TakenStep& taken : steps) {
    std::vector<std::string> calls;
    for (const std::string& each : taken.step.statements) calls.push_back(op_execute(each));
    if (taken.step.apart)
      operations.push_back("with op.get_context().autocommit_block():\n    " + base::join(calls, "\n    "));
    else
      operations.insert(operations.end(), calls.begin(), calls.end());
  }
  return operations;
}

std::vector<std::string> statements_of(const std::vector<run::TakenStep>& steps) {
  std::vector<std::string> statements;
  for (const run::TakenStep& taken : steps)
    statements.insert(statements.end(), taken.step.statements.begin(), taken.step.statements.end());
  return statements;
}

}  // namespace windlass::fix
