#include "fix/autocommit.h"

#include <algorithm>

#include "base/text.h"
#include "sql/statement_kind.h"
#include "sql/targets.h"

namespace windlass::fix {

namespace {

/// PostgreSQL refuses it in a transaction, or what it adds can be used only when it is committed.
bool stands_alone(const std::string& sql) {
  if (sql::refuses_transaction(sql)) return true;
  const auto targets = sql::read_targets(sql).targets;
  return std::any_of(targets.begin(), targets.end(),
                     [](const sql::Target& target) { return target.kind == "label" || target.concurrently; });
}

}  // namespace

std::vector<const Node*> autocommit_blocks(const PythonSource& source, const Node& function) {
  return source.all([&](const Node& node) {
    if (!node.is("With") || node.children("items").size() != 1 || source.function_of(node) != &function)
      return false;
    const Node& item = node.children("items").front();
    const Node* made = item.child("context_expr");
    const Node* callee = made != nullptr && made->is("Call") ? made->child("func") : nullptr;
    return callee != nullptr && callee->is("Attribute") && callee->text == "autocommit_block" &&
           item.child("optional_vars") == nullptr;
  });
}

bool block_is_needed(const run::Evidence& evidence, const PythonSource& source, const Node& block) {
  const int first = source.lines().line_at(block.begin), last = source.lines().line_at(block.end - 1);
  const auto loops = source.all([&](const Node& node) {
    return (node.is("For") || node.is("While")) && block.begin <= node.begin && node.end <= block.end;
  });
  if (!loops.empty()) return true;
  bool seen = false;
  for (const record::Statement& statement : evidence.recording.statements) {
    const base::Location& at = statement.source.location;
    if (at.file != source.file() || at.line < first || at.line > last) continue;
    if (statement.failed() || stands_alone(statement.text)) return true;
    seen = true;
  }
  return !seen;
}

std::vector<edit::Edit> out_of_block(const PythonSource& source, const Node& block) {
  const edit::Lines& lines = source.lines();
  const Node& body = block.children("body").front();
  const int header = lines.line_at(block.children("items").front().child("context_expr")->end - 1);
  if (lines.line_at(body.begin) <= header) return {};
  const std::string_view outer = edit::indentation_at(source.text(), block.begin);
  const std::string_view inner = edit::indentation_at(source.text(), body.begin);
  if (!inner.starts_with(outer) || inner.size() == outer.size()) return {};
  std::vector<edit::Edit> edits = {{lines.start(lines.line_at(block.begin)), lines.end(header), ""}};
  const auto texts = source.all([](const Node& node) {
    return node.is("Constant:str") || node.is("Constant:bytes") || node.is("JoinedStr");
  });
  for (int line = header + 1; line <= lines.line_at(block.end - 1); ++line) {
    const size_t begin = lines.start(line);
    const bool literal = std::any_of(texts.begin(), texts.end(), [&](const Node* text) {
      return text->begin < begin && begin < text->end;
    });
    if (!literal && lines.line(line).starts_with(inner))
      edits.push_back({begin + outer.size(), begin + inner.size(), ""});
  }
  return edits;
}

}  // namespace windlass::fix
